import { describe, expect, it } from "vitest";
import { type ArkCloud, arkClouds } from "#shared/ark-key-text.ts";
import { ratios } from "#shared/image-shape.ts";
import { findOnCloud, readModelName } from "#shared/upstreams/ark/model-name.ts";
import { aliasesOf, arkModels } from "#shared/upstreams/ark/models.ts";
import { describedModels, offeredModels, offerFor } from "#shared/upstreams/ark/offer.ts";
import { sizeIn, sizeTables, tierOf } from "#shared/upstreams/ark/sizes.ts";

/** The offer, which must be there. */
function offerOf(name: string | null, cloud: ArkCloud) {
  const named = offerFor(name, cloud);
  if (named === null) throw new Error(`${cloud} has no ${name}`);
  return named.offer;
}

const idOf = (name: string, cloud: ArkCloud) => findOnCloud(name, cloud)?.cloudId ?? null;

describe("the models of a cloud", () => {
  it.each<[ArkCloud, string[]]>([
    ["cn", ["seedream-5.5", "seedream-5.0-pro", "seedream-5.0-flash"]],
    [
      "ap",
      [
        ...["seedream-5.5", "seedream-5.0-pro", "seedream-5.0-flash"],
        ...["seedream-5.0-lite", "seedream-4.5", "seedream-4.0"],
      ],
    ],
    ["eu", ["seedream-5.0-pro", "seedream-5.0-flash", "seedream-4.5"]],
  ])("%s offers %s", (cloud, ids) => {
    expect(offeredModels(cloud)).toEqual(ids);
  });

  it.each<[string, string | null, string | null, string | null]>([
    ["seedream-5.5", "doubao-seedream-5-5-261028", "dola-seedream-5-5-261028", null],
    [
      "seedream-5.0-pro",
      "doubao-seedream-5-0-pro-260628",
      "dola-seedream-5-0-pro-260628",
      "dola-seedream-5-0-pro-260628",
    ],
    [
      "seedream-5.0-flash",
      "doubao-seedream-5-0-flash-260915",
      "dola-seedream-5-0-flash-260915",
      "dola-seedream-5-0-flash-260915",
    ],
    ["seedream-5.0-lite", null, "seedream-5-0-260128", null],
    ["seedream-4.5", null, "seedream-4-5-251128", "seedream-4-5-251128"],
    ["seedream-4.0", null, "seedream-4-0-250828", null],
  ])("%s is sent by the id of the key's cloud", (model, cn, ap, eu) => {
    expect([idOf(model, "cn"), idOf(model, "ap"), idOf(model, "eu")]).toEqual([cn, ap, eu]);
  });

  it("every name belongs to one model", () => {
    const names = arkModels.flatMap((model) => [model.id, ...aliasesOf(model)]);
    expect(names).toEqual([...new Set(names)]);
    expect(names).toEqual(names.map((name) => name.toLowerCase()));
  });

  it.each(arkModels)("every name of $id means it on every cloud that offers it", (model) => {
    for (const cloud of arkClouds.filter((one) => offeredModels(one).includes(model.id))) {
      const ids = [model.id, ...aliasesOf(model)].map((name) => idOf(name.toUpperCase(), cloud));
      expect(new Set(ids)).toEqual(new Set([model.clouds[cloud]?.id]));
    }
  });

  it.each([
    ["seedream-5-0-pro", "seedream-5.0-pro"],
    ["doubao-seedream-5.0-lite", "seedream-5.0-lite"],
    ["seedream-5-0-lite-260128", "seedream-5.0-lite"],
    ["doubao-seedream-4-5", "seedream-4.5"],
    ["seedream-5-5-261028", "seedream-5.5"],
    ["dola-seedream-4.0", "seedream-4.0"],
  ])("%s is another name of %s", (alias, id) => {
    expect(offerOf(alias, "ap").model).toBe(id);
  });
});

describe("an id of another cloud", () => {
  it("an id of another cloud is never sent: the key's cloud has its own, or none", () => {
    for (const model of arkModels) {
      for (const cloud of arkClouds) {
        const own = model.clouds[cloud];
        const foreign = arkClouds
          .flatMap((other) => model.clouds[other] ?? [])
          .flatMap(({ id, also }) => [id, ...also])
          .filter((id) => id !== own?.id && !own?.also.includes(id));
        for (const id of foreign) expect(idOf(id, cloud)).toBe(own?.withdrawn === null ? own.id : null);
      }
    }
  });

  it.each<[ArkCloud, string, string]>([
    ["cn", "doubao-seedream-5-0-260128", "group"],
    ["cn", "doubao-seedream-5-0-lite-260128", "group"],
    ["cn", "doubao-seedream-4-5-251128", "group"],
    ["cn", "doubao-seedream-4-0-250828", "group"],
    ["eu", "seedream-5-0-260128", "group"],
    ["eu", "seedream-4-0-250828", "group"],
  ])("a withdrawn model is sent to %s by its exact id: %s", (cloud, id, kind) => {
    expect(findOnCloud(id, cloud)).toMatchObject({ model: id, cloudId: id, traits: { kind } });
    expect(offerOf(id, cloud).model).toBe(id);
  });
});

describe("a name without a row", () => {
  it.each([
    "seedream-6-0-270101",
    "dola-seedream-7.0-pro-270303",
    "seededit-3-0-i2i-250628",
    "ep-20261128120000-ab1cd",
  ])("%s is sent as it is, with what every model takes", (id) => {
    const offer = offerOf(id, "ap");
    expect(idOf(id, "ap")).toBe(id);
    expect(offer).toMatchObject({ model: id, resolutions: ["2k"], runs: "call-each", formats: ["jpeg"] });
    expect(offer.pixels).toEqual({ min: 921_600, max: 4_624_220, maxQuotient: 16 });
    expect(offer.withoutPlaceFor).toContain("seed");
  });

  it("an id that only another cloud can have is never sent", () => {
    expect(["ap", "eu"].map((cloud) => findOnCloud("doubao-seedream-6-0-270101", cloud as "ap"))).toEqual([null, null]);
    expect(findOnCloud("dola-seedream-6-0-270101", "cn")).toBeNull();
    expect(findOnCloud("doubao-seedream-6-0-270101", "cn")).toMatchObject({ cloudId: "doubao-seedream-6-0-270101" });
  });

  it.each([
    "seedream-6-0",
    "seedance-1-0-250428",
    "ep-2026-abcde",
    "ep-20261128120000-abcdef",
    "x-seedream-6-0-270101",
    "gpt-4",
    "",
  ])("no cloud has %s", (name) => {
    for (const cloud of arkClouds) expect(offerFor(name, cloud)).toBeNull();
  });
});

describe("a name of another service", () => {
  it.each<[string, string]>([
    ["5.0-pro", "seedream-5.0-pro"],
    ["5.0-flash", "seedream-5.0-flash"],
    ["5.0", "seedream-5.0-lite"],
    ["5.0-lite", "seedream-5.0-lite"],
    ["4.7", "seedream-4.5"],
    ["4.6", "seedream-4.5"],
    ["4.5", "seedream-4.5"],
    ["4.1", "seedream-4.0"],
    ["4.0", "seedream-4.0"],
  ])("the sites' %s means %s where the cloud offers it", (version, id) => {
    for (const cloud of arkClouds) {
      const expected = offeredModels(cloud).includes(id) ? id : undefined;
      for (const prefix of ["dreamina", "jimeng", "Dreamina"]) {
        expect(offerFor(`${prefix}-${version}`, cloud)?.offer.model).toBe(expected);
      }
    }
  });

  it.each(["dreamina-3.0", "jimeng-2.1", "nanobanana", "dreamina-gpt-image-2"])(
    "no cloud has the sites' %s",
    (name) => {
      for (const cloud of arkClouds) expect(offerFor(name, cloud)).toBeNull();
    },
  );

  it.each([null, "gpt-image-1.5", "gpt-image-1", "gpt-image-1-mini", "chatgpt-image-latest", "dall-e-3", "dall-e-2"])(
    "the name %s means the cloud's default model",
    (name) => {
      expect(arkClouds.map((cloud) => offerOf(name, cloud).model)).toEqual([
        "seedream-5.0-flash",
        "seedream-4.5",
        "seedream-4.5",
      ]);
    },
  );
});

describe("a name with an ending", () => {
  it.each([
    ["seedream-4.5-16x9-4k", "seedream-4.5", "16:9", "4k"],
    ["seedream-4.5-4K-16X9", "seedream-4.5", "16:9", "4k"],
    ["dreamina-5.0-3k", "seedream-5.0-lite", null, "3k"],
    ["seedream-5.0-pro-9x16", "seedream-5.0-pro", "9:16", null],
    ["gpt-image-1-1x1", "seedream-4.5", "1:1", null],
    ["ep-20261128120000-ab1cd-2k", "ep-20261128120000-ab1cd", null, "2k"],
  ])("%s names model, ratio and resolution", (name, model, ratio, resolution) => {
    expect(offerFor(name, "ap")).toMatchObject({ offer: { model }, ratio, resolution });
  });

  it.each(["seedream-4.5-4k-2k", "seedream-4.5-5x4", "4k", "-4k"])("%s names no model", (name) => {
    expect(readModelName(name, "ap")).toBeNull();
  });
});

describe("an offer", () => {
  const expected: Record<
    string,
    [tiers: string[], min: number, max: number, inputs: number, runs: string, formats: string[]]
  > = {
    "seedream-5.5": [["1k", "1.5k", "2k"], 921_600, 4_624_220, 10, "call-each", ["png", "jpeg"]],
    "seedream-5.0-pro": [["1k", "1.5k", "2k"], 921_600, 4_624_220, 10, "call-each", ["jpeg", "png"]],
    "seedream-5.0-flash": [["1k", "1.5k", "2k"], 921_600, 4_624_220, 10, "call-each", ["jpeg", "png"]],
    "seedream-5.0-lite": [["2k", "3k", "4k"], 3_686_400, 16_777_216, 14, "call-all", ["jpeg", "png"]],
    "seedream-4.5": [["2k", "4k"], 3_686_400, 16_777_216, 14, "call-all", ["jpeg"]],
    "seedream-4.0": [["1k", "2k", "4k"], 921_600, 16_777_216, 14, "call-all", ["jpeg"]],
  };

  it.each(Object.entries(expected))(
    "the offer of %s has its documented limits",
    (id, [tiers, min, max, inputs, runs, formats]) => {
      expect(offerOf(id, "ap")).toMatchObject({
        model: id,
        resolutions: tiers,
        ratios,
        pixels: { min, max, maxQuotient: 16 },
        counts: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
        sendsCount: true,
        defaultCount: 1,
        maxInputs: inputs,
        intelligentRatio: true,
        formats,
        runs,
      });
      expect(offerOf(id, "ap").creditsPerImage("2k")).toBeNull();
    },
  );

  it("only flash has a place for a seed", () => {
    const withSeed = offeredModels("ap").filter((id) => !offerOf(id, "ap").withoutPlaceFor.includes("seed"));
    expect(withSeed).toEqual(["seedream-5.0-flash"]);
    expect(offerOf("seedream-5.0-flash", "ap").withoutPlaceFor).toEqual(["negative_prompt", "sample_strength"]);
  });

  it.each(arkModels)("every size of $id lies in its range of pixels and has nearly its ratio", (model) => {
    const offer = offerOf(model.id, "ap");
    for (const resolution of offer.resolutions) {
      for (const ratio of offer.ratios) {
        const { width, height } = offer.sizeOf(resolution, ratio);
        const [across = 0, down = 1] = ratio.split(":").map(Number);
        expect(width * height).toBeGreaterThanOrEqual(model.pixels.min);
        expect(width * height).toBeLessThanOrEqual(model.pixels.max);
        expect(Math.abs(width / height / (across / down) - 1)).toBeLessThan(0.03);
      }
    }
  });

  it("the sizes are those of the documents", () => {
    const landscape = ["1:1", "4:3", "16:9", "3:2", "21:9"] as const;
    const row = (table: "single" | "group", resolution: "1k" | "1.5k" | "2k" | "3k" | "4k") =>
      landscape.map((ratio) => Object.values(sizeIn(table, resolution, ratio)).join("x")).join(" ");
    expect(row("single", "1k")).toBe("1024x1024 1152x864 1424x800 1248x832 1568x672");
    expect(row("single", "1.5k")).toBe("1536x1536 1792x1344 2048x1152 1872x1248 2352x1008");
    expect(row("single", "2k")).toBe("2048x2048 2368x1776 2816x1584 2496x1664 3136x1344");
    expect(row("group", "1k")).toBe(row("single", "1k"));
    expect(row("group", "2k")).toBe("2048x2048 2304x1728 2848x1600 2496x1664 3136x1344");
    expect(row("group", "3k")).toBe("3072x3072 3456x2592 4096x2304 3744x2496 4704x2016");
    expect(row("group", "4k")).toBe("4096x4096 4704x3520 5504x3040 4992x3328 6240x2656");
  });

  it("a portrait has the size of its landscape, turned", () => {
    for (const table of ["single", "group"] as const) {
      for (const sizes of Object.values(sizeTables[table])) {
        for (const [portrait, landscape] of [
          ["3:4", "4:3"],
          ["9:16", "16:9"],
          ["2:3", "3:2"],
        ] as const) {
          expect(sizes[portrait]).toEqual({ width: sizes[landscape].height, height: sizes[landscape].width });
        }
      }
    }
  });

  it("a resolution that a table lacks is a bug", () => {
    expect(() => sizeIn("single", "4k", "1:1")).toThrow("no 4k");
  });

  it("a tier is spelled in capitals", () => {
    expect(["1k", "1.5k", "4k"].map((tier) => tierOf(tier as "1k"))).toEqual(["1K", "1.5K", "4K"]);
  });
});

describe("the described models", () => {
  it("the described models are all models, with an offer for each cloud that has them", () => {
    const described = describedModels();
    expect(described.map(({ id }) => id)).toEqual(arkModels.map(({ id }) => id));
    for (const { id, clouds } of described) {
      expect(Object.keys(clouds)).toEqual(arkClouds.filter((cloud) => offeredModels(cloud).includes(id)));
    }
  });

  it("prices have the currency of their cloud and a source; none is invented", () => {
    for (const { id, prices } of arkModels) {
      expect(prices.cn?.currency ?? "CNY").toBe("CNY");
      expect([prices.ap?.currency, prices.eu?.currency]).toEqual(["USD", "USD"]);
      for (const price of Object.values(prices)) expect(price.seen).toMatch(/, 20\d\d-\d\d/);
      expect(prices.cn === undefined).toBe(["seedream-5.5", "seedream-5.0-flash"].includes(id));
    }
  });
});
