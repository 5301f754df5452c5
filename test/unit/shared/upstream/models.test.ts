import { describe, expect, it } from "vitest";
import {
  defaultModelId,
  findModel,
  modelAliases,
  models,
  type Ratio,
  ratioCodes,
  ratios,
  resolutions,
  sizes,
} from "../../../../shared/upstream/models.ts";

const shapeOf = (ratio: Ratio) => {
  const [width = 0, height = 0] = ratio.split(":").map(Number);
  return width / height;
};

describe("ratios and sizes", () => {
  it("a ratio has the code of the upstream's own table", () => {
    expect(ratioCodes).toEqual({
      "1:1": 1,
      "3:4": 2,
      "16:9": 3,
      "4:3": 4,
      "9:16": 5,
      "2:3": 6,
      "3:2": 7,
      "21:9": 8,
    });
  });

  it("every ratio has a code of its own and a size in every resolution", () => {
    expect(new Set(ratios.map((ratio) => ratioCodes[ratio])).size).toBe(ratios.length);
    for (const resolution of resolutions)
      expect(Object.keys(sizes[resolution]).toSorted()).toEqual([...ratios].toSorted());
  });

  it("1k 4:3 is 1024×768, not the other way round", () => {
    expect(sizes["1k"]["4:3"]).toEqual({ width: 1024, height: 768 });
    expect(sizes["1k"]["3:4"]).toEqual({ width: 768, height: 1024 });
  });

  // Delivered exactly, by three sources.
  it.each([
    ["1:1", 2048, 2048],
    ["3:4", 1728, 2304],
    ["4:3", 2304, 1728],
    ["16:9", 2560, 1440],
    ["9:16", 1440, 2560],
    ["2:3", 1664, 2496],
    ["3:2", 2496, 1664],
    ["21:9", 3024, 1296],
  ] as const)("2k %s is %i×%i", (ratio, width, height) => {
    expect(sizes["2k"][ratio]).toEqual({ width, height });
  });

  it.each(resolutions.flatMap((resolution) => ratios.map((ratio) => [resolution, ratio] as const)))(
    "%s %s has the shape it is called by",
    (resolution, ratio) => {
      const { width, height } = sizes[resolution][ratio];
      expect(width / height / shapeOf(ratio)).toBeCloseTo(1, 2);
    },
  );

  it("a ratio turned round is the size turned round", () => {
    const turned: [Ratio, Ratio][] = [
      ["4:3", "3:4"],
      ["16:9", "9:16"],
      ["3:2", "2:3"],
    ];
    for (const resolution of resolutions) {
      for (const [wide, tall] of turned) {
        const { width, height } = sizes[resolution][wide];
        expect(sizes[resolution][tall]).toEqual({ width: height, height: width });
      }
    }
  });
});

describe("models", () => {
  it.each([
    ["dreamina-4.5", "high_aes_general_v40l"],
    ["dreamina-4.1", "high_aes_general_v41"],
    ["dreamina-4.0", "high_aes_general_v40"],
  ])("%s is the upstream's %s, on every site", (id, upstreamKey) => {
    expect(findModel(id)).toMatchObject({ id, upstreamKey, clusters: expect.arrayContaining(["cn", "us", "sg"]) });
  });

  it("answer to their id, the jimeng spelling and the upstream's key, in any case", () => {
    for (const model of models) {
      for (const name of [model.id, ...modelAliases(model)]) {
        expect(findModel(name)?.id).toBe(model.id);
        expect(findModel(` ${name.toUpperCase()} `)?.id).toBe(model.id);
      }
    }
    expect(findModel("jimeng-4.5")?.id).toBe("dreamina-4.5");
  });

  it.each(["", "4.5", "dreamina", "dreamina-4", "dreamina-4.55", "dall-e-3", "constructor", "high_aes_general_v45"])(
    "%j is none",
    (name) => {
      expect(findModel(name)).toBeNull();
    },
  );

  it("share no name", () => {
    const names = models.flatMap((model) => [model.id, ...modelAliases(model)]);
    expect(new Set(names).size).toBe(names.length);
  });

  it("make at least as many pictures as they make unasked", () => {
    for (const model of models) expect(model.maxCount).toBeGreaterThanOrEqual(model.defaultCount);
  });

  it("the default one is among them", () => {
    expect(findModel(defaultModelId)?.id).toBe(defaultModelId);
  });
});
