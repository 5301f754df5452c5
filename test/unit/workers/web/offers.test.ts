import { describe, expect, it } from "vitest";
import type { Model } from "#shared/wire/models.ts";
import { aspectOf } from "#web/state/aspect.ts";
import { type Draft, plainDraft, requestOf } from "#web/state/draft.ts";
import { fitDraft } from "#web/state/offers.ts";
import type { Places } from "#web/state/sessions.ts";
import { aModel } from "./wire.ts";

const usual = aModel({
  id: "dreamina-4.5",
  name: "Image 4.5",
  ratios: ["1:1", "16:9"],
  resolutions: ["1k", "2k", "4k"],
  sizes: { "2k": { "1:1": { width: 2048, height: 2048 }, "16:9": { width: 2560, height: 1440 } } },
  regions: ["cn", "us", "hk"],
  counts: [1, 2, 3, 4, 5, 6, 7, 8],
  default_count: 4,
  max_inputs: 10,
  intelligent_ratio: true,
  credits_per_image: { "2k": 4 },
});
const small: Model = {
  ...usual,
  id: "nanobanana",
  name: "Nano Banana",
  resolutions: ["1k"],
  sizes: { "1k": { "1:1": { width: 1024, height: 1024 } } },
  regions: ["us", "hk"],
  restricted: { us: { ratios: ["1:1"] } },
  counts: [1, 2, 3, 4],
  max_inputs: 1,
  credits_per_image: undefined,
};
const chinese: Model = { ...usual, id: "dreamina-2.0", regions: ["cn"] };
const all = [small, usual, chinese];
/** Places with sessions only. */
const at = (...regions: Places["regions"]): Places => ({ regions, clouds: [] });
const ids = (places: Places | null) => fitDraft(plainDraft, all, places).offers.models.map(({ id }) => id);

describe("the models offered", () => {
  it("the models offered are those that some active session has", () => {
    expect(ids(at("us"))).toEqual(["nanobanana", "dreamina-4.5"]);
    expect(ids(at("cn"))).toEqual(["dreamina-4.5", "dreamina-2.0"]);
    expect(ids(at("us", "cn"))).toEqual(["nanobanana", "dreamina-4.5", "dreamina-2.0"]);
  });

  it("every model is offered while the regions are unknown", () => {
    expect(ids(null)).toHaveLength(3);
  });

  it("every model is offered when the active sessions have none of them", () => {
    expect(ids(at("sg"))).toHaveLength(3);
  });
});

describe("a draft", () => {
  it("a draft that fits stays as it is", () => {
    const wishes = { ...plainDraft, ratio: "16:9", resolution: "4k", count: 8 };
    expect(fitDraft(wishes, all, at("us")).draft).toEqual(wishes);
  });

  it("a draft gets the default model when its own is not offered", () => {
    expect(fitDraft({ ...plainDraft, model: "dreamina-2.0" }, all, at("us")).draft.model).toBe("dreamina-4.5");
  });

  it("a draft gets a resolution, a count and images that its model accepts", () => {
    const images = ["a", "b"].map((id) => ({ id, name: id, kind: "link" as const, url: `https://example.com/${id}` }));
    const { draft, offers } = fitDraft({ ...plainDraft, model: "nanobanana", count: 8, images }, all, at("us"));
    expect(draft).toMatchObject({ resolution: "1k", count: null });
    expect(draft.images.map(({ id }) => id)).toEqual(["a"]);
    expect(offers.count).toBe(4);
  });

  it("a draft keeps its ratio only if one of the active regions can make it", () => {
    const wishes = { ...plainDraft, model: "nanobanana", ratio: "16:9" };
    expect(fitDraft(wishes, all, at("us")).draft.ratio).toBe("1:1");
    expect(fitDraft(wishes, all, at("us", "hk")).draft.ratio).toBe("16:9");
    expect(fitDraft(wishes, all, at("us", "cn")).draft.ratio).toBe("1:1");
  });

  it("a draft stays as it is while the list of models has not arrived", () => {
    const { draft, offers } = fitDraft({ ...plainDraft, count: 3 }, [], null);
    expect(draft).toEqual({ ...plainDraft, count: 3 });
    expect(offers.model).toBeNull();
    expect(offers.count).toBe(3);
  });
});

describe("a model of the clouds", () => {
  const seedream = aModel({
    id: "seedream-4.5",
    name: "Seedream 4.5",
    resolutions: ["2k", "3k"],
    regions: [],
    clouds: ["ap", "eu"],
    counts: [1, 2, 10],
    default_count: 1,
    without_place_for: ["seed", "negative_prompt", "sample_strength"],
    price_per_image: {
      ap: { currency: "USD", amount: 0.04, seen: "2026-10-08" },
      eu: { currency: "USD", amount: 0.04, seen: "2026-10-08" },
    },
  });
  const flash = { ...seedream, id: "seedream-5.0-flash", clouds: ["cn" as const], price_per_image: undefined };
  const both = [...all, flash, seedream];
  const withKey = (...clouds: Places["clouds"]): Places => ({ regions: [], clouds });
  const wishes = { ...plainDraft, ratio: "16:9", resolution: "3k", negativePrompt: "fog", seed: 7, strength: 0.9 };

  it("a key is offered the models of its cloud, and a session those of its region", () => {
    const offered = (places: Places) => fitDraft(plainDraft, both, places).offers.models.map(({ id }) => id);
    expect(offered(withKey("ap"))).toEqual(["seedream-4.5"]);
    expect(offered(withKey("cn"))).toEqual(["seedream-5.0-flash"]);
    expect(offered({ regions: ["cn"], clouds: ["ap"] })).toEqual(["dreamina-4.5", "dreamina-2.0", "seedream-4.5"]);
  });

  it("a draft fitted to a key has the key's model, one image, and every ratio and resolution of it", () => {
    const { draft, offers } = fitDraft(wishes, both, withKey("ap"));
    expect(draft).toMatchObject({ model: "seedream-4.5", ratio: "16:9", resolution: "3k", count: null });
    expect(offers).toMatchObject({ count: 1, counts: [1, 2, 10], resolutions: ["2k", "3k"] });
    expect(offers.ratios.map(({ ratio }) => ratio)).toEqual(["1:1", "16:9"]);
  });

  it("a draft fitted to a model sends no value that the model has no place for", () => {
    const { draft } = fitDraft({ ...wishes, prompt: "a cat" }, both, withKey("ap"));
    expect(Object.keys(requestOf(draft).json)).toEqual(["prompt", "model", "ratio", "resolution"]);
    const withSession = fitDraft({ ...wishes, prompt: "a cat" }, both, at("us")).draft;
    expect(requestOf(withSession).json).toMatchObject({ seed: 7, negative_prompt: "fog", sample_strength: 0.9 });
  });

  it("the cost is the price of one image by cloud, each price once", () => {
    const costWith = (places: Places | null, models = both) =>
      fitDraft({ ...plainDraft, model: "seedream-4.5" }, models, places).offers.cost;
    const usd = { currency: "USD" as const, amount: 0.04 };
    expect(costWith(withKey("ap", "eu"))).toEqual({ kind: "money", each: [usd], isLeast: false });
    expect(costWith(null)).toEqual({ kind: "money", each: [usd], isLeast: false });
    expect(costWith(withKey("cn"))).toEqual({ kind: "money", each: [], isLeast: false });
    const noted = { ...seedream, price_per_image: { ap: { ...usd, seen: "2026-10-08", note: "more above" } } };
    expect(costWith(withKey("ap"), [noted])).toEqual({ kind: "money", each: [usd], isLeast: true });
  });
});

describe("the estimate", () => {
  const credits = (bend: Partial<Draft> = {}) => fitDraft({ ...plainDraft, ...bend }, all, at("us")).offers.cost;

  it("the estimate is price times count, when the price is known", () => {
    expect(credits()).toEqual({ kind: "credits", total: 16 });
    expect(credits({ count: 1 })).toEqual({ kind: "credits", total: 4 });
    expect(credits({ model: "nanobanana" })).toBeNull();
  });
});

describe("the aspect of a ratio", () => {
  it.each([
    ["16:9", 16 / 9],
    ["2:3", 2 / 3],
    ["auto", 1],
    ["", 1],
  ])("the aspect of the ratio %j is %d", (ratio, aspect) => {
    expect(aspectOf(ratio)).toBeCloseTo(aspect);
  });
});
