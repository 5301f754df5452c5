import { describe, expect, it } from "vitest";
import { defaultModelId } from "#shared/default-model.ts";
import { findModel, modelAliases, models } from "#shared/upstreams/dreamina/models.ts";

const find = (name: string) => findModel(models, name);

describe("a model", () => {
  it("a model is found by its id, its jimeng alias and the upstream's keys, in any case", () => {
    for (const model of models) {
      for (const name of [model.id, ...modelAliases(model), ...Object.values(model.keys)]) {
        expect(find(name)?.id).toBe(model.id);
        expect(find(` ${name.toUpperCase()} `)?.id).toBe(model.id);
      }
    }
  });

  it.each([
    ["jimeng-4.5", "dreamina-4.5"],
    ["jimeng-5.0", "dreamina-5.0"],
    ["dreamina-5.0-lite", "dreamina-5.0"],
    ["jimeng-5.0-lite", "dreamina-5.0"],
    ["jimeng-5.0-pro", "dreamina-5.0-pro"],
    ["dreamina-nanobanana", "nanobanana"],
    ["jimeng-nanobananapro", "nanobananapro"],
    ["high_aes_general_v30l_art:general_v3.0_18b", "dreamina-3.1"],
    ["high_aes_general_v30l_art_fangzhou:general_v3.0_18b", "dreamina-3.1"],
    ["HIGH_AES_GENERAL_V21_l:general_v2.1_l", "dreamina-2.1"],
    // Built into clients made for OpenAI.
    ["gpt-image-1", "dreamina-4.5"],
    ["gpt-image-1-mini", "dreamina-4.5"],
    ["DALL-E-3", "dreamina-4.5"],
    // The real model, on sites that have it.
    ["gpt-image-2", "dreamina-gpt-image-2"],
  ])("the name %s means the model %s", (name, id) => {
    expect(find(name)?.id).toBe(id);
  });

  it.each([
    "",
    "4.5",
    "dreamina",
    "dreamina-4",
    "dreamina-4.55",
    "dall-e-4",
    "constructor",
    // A wrong key for 4.5 in public code.
    "high_aes_general_v45",
    "dreamina-dreamina-4.5",
  ])("the name %j means no model", (name) => {
    expect(find(name)).toBeNull();
  });

  it("no two models share a name", () => {
    const names = models.flatMap((model) => [model.id, ...modelAliases(model)]);
    expect(new Set(names).size).toBe(names.length);
  });

  it("a model does not list its own id among its other names", () => {
    for (const model of models) expect(modelAliases(model)).not.toContain(model.id);
  });

  it("every model has a cluster, a resolution, and its default count among its counts", () => {
    for (const { keys, resolutions, counts, defaultCount } of models) {
      expect(Object.keys(keys)).not.toEqual([]);
      expect(resolutions).not.toEqual([]);
      expect(counts ?? [defaultCount]).toContain(defaultCount);
    }
  });

  it("a model has prices only for resolutions it makes", () => {
    for (const { creditsPerImage = {}, resolutions } of models) {
      expect(resolutions).toEqual(expect.arrayContaining(Object.keys(creditsPerImage)));
    }
  });

  it("the default model is one of the models", () => {
    expect(find(defaultModelId)?.id).toBe(defaultModelId);
  });
});

describe("raw:", () => {
  it.each(["new_model_v6", "a:b/c.d-e_F", "x", "x".repeat(200)])("the raw key %s is passed on as it is", (key) => {
    const model = find(`raw:${key}`);
    expect(model).toMatchObject({
      id: `raw:${key}`,
      keys: { cn: key, us: key, sg: key },
      resolutions: ["1k", "1.5k", "2k", "4k"],
      counts: [1, 2, 3, 4, 5, 6, 7, 8],
      maxInputs: 10,
    });
    expect(find(model?.id ?? "")).toEqual(model);
  });

  it("a raw key keeps its letter case, whatever the case of the prefix", () => {
    expect(find(" RAW:Some_Key ")?.keys.us).toBe("Some_Key");
  });

  it("a raw key of a known model is not limited to that model's clusters", () => {
    expect(find("raw:jm_image_model_yc_mj82")).toMatchObject({ keys: { us: "jm_image_model_yc_mj82" } });
  });

  it.each(["raw:", "raw: x", "raw:a b", 'raw:a"b', "raw:ä", `raw:${"x".repeat(201)}`, "raw:a\nb"])(
    "%j is not a raw key",
    (name) => {
      expect(find(name)).toBeNull();
    },
  );

  it("a raw model has no other name but its key", () => {
    const model = find("raw:new_model");
    expect(model && modelAliases(model)).toEqual(["new_model"]);
  });
});
