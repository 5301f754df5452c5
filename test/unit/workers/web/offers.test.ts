import { describe, expect, it } from "vitest";
import type { Model } from "#shared/wire/models.ts";
import { aspectOf } from "#web/state/aspect.ts";
import { plainDraft } from "#web/state/draft.ts";
import { fitDraft } from "#web/state/offers.ts";
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
const ids = (regions: Parameters<typeof fitDraft>[2]) =>
  fitDraft(plainDraft, all, regions).offers.models.map(({ id }) => id);

describe("the models offered", () => {
  it("the models offered are those that some active session has", () => {
    expect(ids(["us"])).toEqual(["nanobanana", "dreamina-4.5"]);
    expect(ids(["cn"])).toEqual(["dreamina-4.5", "dreamina-2.0"]);
    expect(ids(["us", "cn"])).toEqual(["nanobanana", "dreamina-4.5", "dreamina-2.0"]);
  });

  it("every model is offered while the regions are unknown", () => {
    expect(ids(null)).toHaveLength(3);
  });

  it("every model is offered when the active sessions have none of them", () => {
    expect(ids(["sg"])).toHaveLength(3);
  });
});

describe("a draft", () => {
  it("a draft that fits stays as it is", () => {
    const wishes = { ...plainDraft, ratio: "16:9", resolution: "4k", count: 8 };
    expect(fitDraft(wishes, all, ["us"]).draft).toEqual(wishes);
  });

  it("a draft gets the default model when its own is not offered", () => {
    expect(fitDraft({ ...plainDraft, model: "dreamina-2.0" }, all, ["us"]).draft.model).toBe("dreamina-4.5");
  });

  it("a draft gets a resolution, a count and images that its model accepts", () => {
    const images = ["a", "b"].map((id) => ({ id, name: id, kind: "link" as const, url: `https://example.com/${id}` }));
    const { draft, offers } = fitDraft({ ...plainDraft, model: "nanobanana", count: 8, images }, all, ["us"]);
    expect(draft).toMatchObject({ resolution: "1k", count: null });
    expect(draft.images.map(({ id }) => id)).toEqual(["a"]);
    expect(offers.count).toBe(4);
  });

  it("a draft keeps its ratio only if one of the active regions can make it", () => {
    const wishes = { ...plainDraft, model: "nanobanana", ratio: "16:9" };
    expect(fitDraft(wishes, all, ["us"]).draft.ratio).toBe("1:1");
    expect(fitDraft(wishes, all, ["us", "hk"]).draft.ratio).toBe("16:9");
    expect(fitDraft(wishes, all, ["us", "cn"]).draft.ratio).toBe("1:1");
  });

  it("a draft stays as it is while the list of models has not arrived", () => {
    const { draft, offers } = fitDraft({ ...plainDraft, count: 3 }, [], null);
    expect(draft).toEqual({ ...plainDraft, count: 3 });
    expect(offers.model).toBeNull();
    expect(offers.count).toBe(3);
  });
});

describe("the estimate", () => {
  it("the estimate is price times count, when the price is known", () => {
    expect(fitDraft(plainDraft, all, ["us"]).offers.estimatedCredits).toBe(16);
    expect(fitDraft({ ...plainDraft, count: 1 }, all, ["us"]).offers.estimatedCredits).toBe(4);
    expect(fitDraft({ ...plainDraft, model: "nanobanana" }, all, ["us"]).offers.estimatedCredits).toBeNull();
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
