import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { withStorage } from "./browser.ts";
import { aModel } from "./wire.ts";

let end = () => {};
beforeEach(() => vi.resetModules());
afterEach(() => end());

/** The page with these models in its storage. */
async function page(stored: unknown) {
  end = withStorage({ "dreamina.models": JSON.stringify({ version: 1, value: stored }) }).end;
  return { ...(await import("#web/state/models.ts")), ...(await import("#web/state/fitting.ts")) };
}

it("a list of models that an earlier page stored is read, and offered to sessions", async () => {
  const { clouds: _, ...earlier } = aModel();
  const { models, fitting } = await page([earlier]);
  const { addSessions } = await import("#web/state/sessions.ts");
  addSessions([{ kind: "session", text: "us-0123456789abcdef0123456789abcdef", name: "", isOn: true }]);
  expect(models.value).toEqual([aModel()]);
  expect(fitting.value.offers.models).toHaveLength(1);
});

it("a model has no place for the fields that it lists, and only keys can use one without regions", async () => {
  const seedream = aModel({ id: "seedream-4.5", regions: [], clouds: ["ap"], without_place_for: ["seed"] });
  const { hasNoPlaceFor, isCloudModel } = await page([aModel(), seedream]);
  expect([hasNoPlaceFor("seedream-4.5", "seed"), hasNoPlaceFor("dreamina-4.5", "seed")]).toEqual([true, false]);
  expect(["seedream-4.5", "dreamina-4.5", "unknown"].map(isCloudModel)).toEqual([true, false, false]);
});
