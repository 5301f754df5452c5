/** The page's language, theme and animations, and that it stores the choice. */
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { eventually } from "./support/eventually.ts";
import { foreignTexts } from "./support/languages.ts";
import { addSession, ask, finished, promptField, spoken } from "./support/person.ts";
import { product } from "./support/product.ts";

const here = product();

it("one button changes the language of every state of the page, and the choice is stored", async () => {
  const page = await here.open("/");
  await addSession(page, "us-demo-us-tongue");
  await finished(await ask(page, "5 + 5"));
  // Earlier notices are not repeated.
  await page.getByText("1 session added.").waitFor({ state: "hidden" });
  await page.getByRole("button", { name: "切换到中文" }).click();
  expect(await page.evaluate(() => document.documentElement.lang)).toBe("zh-CN");
  expect(await foreignTexts(page, "zh", ["5 + 5"])).toEqual([]);
  await page.reload();
  await promptField(page, spoken.zh).waitFor();
  expect(await foreignTexts(page, "zh", ["5 + 5"])).toEqual([]);
  await page.getByRole("button", { name: "Switch to English" }).click();
  expect(await foreignTexts(page, "en", ["5 + 5"])).toEqual([]);
});

it("the theme follows the device until one is chosen in the page", async () => {
  const page = await here.open("/", { colorScheme: "dark" });
  const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const dark = await ground();
  await page.emulateMedia({ colorScheme: "light" });
  await eventually(ground).not.toBe(dark);
  const light = await ground();
  await page.getByRole("button", { name: "Theme: system" }).click();
  await page.getByRole("button", { name: "Theme: light" }).click();
  await page.getByRole("button", { name: "Theme: dark" }).waitFor();
  await eventually(ground).toBe(dark);
  await page.reload();
  expect(await ground()).toBe(dark);
  expect(light).not.toBe(dark);
});

describe("movement", () => {
  /** Endless animations, and transitions of position. */
  const movements = (page: Page): Promise<number> =>
    page.evaluate(() => document.getAnimations().filter(({ playState }) => playState === "running").length);

  it("the page is animated while images are made, but not with reduced motion", async () => {
    const lively = await here.open("/", { reducedMotion: "no-preference" });
    await addSession(lively, "us-demo-us-lively");
    await ask(lively, "6 + 6 sim:slow");
    await eventually(() => movements(lively)).toBeGreaterThan(0);

    const calm = await here.open("/", { reducedMotion: "reduce" });
    await addSession(calm, "us-demo-us-calm");
    await ask(calm, "7 + 7 sim:slow");
    expect(await longMovements(calm)).toEqual([]);
  });
});

/** Animations long enough to be seen. */
const longMovements = (page: Page): Promise<string[]> =>
  page.evaluate(() =>
    document
      .getAnimations()
      .filter(({ effect }) => Number(effect?.getComputedTiming().duration ?? 0) > 50)
      .filter(({ effect }) => {
        const moved = effect instanceof KeyframeEffect ? effect.getKeyframes() : [];
        return moved.some((frame) => "transform" in frame || "translate" in frame || "backgroundPosition" in frame);
      })
      .map((one) => (one instanceof CSSAnimation ? one.animationName : "transition")),
  );
