import { describe, expect, it } from "vitest";
import { defaultModelId, findModel, modelAliases, models } from "../../../../shared/upstream/models.ts";

const find = (name: string) => findModel(models, name);

describe("a model", () => {
  it("answers to its id, the jimeng spelling and the upstream's keys, in any case", () => {
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
    // The real one, where a site has it.
    ["gpt-image-2", "dreamina-gpt-image-2"],
  ])("%s is %s", (name, id) => {
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
    // A wrong guess for 4.5 found in the wild.
    "high_aes_general_v45",
    "dreamina-dreamina-4.5",
  ])("%j is none", (name) => {
    expect(find(name)).toBeNull();
  });

  it("shares no name with another", () => {
    const names = models.flatMap((model) => [model.id, ...modelAliases(model)]);
    expect(new Set(names).size).toBe(names.length);
  });

  it("does not list its own id among its other names", () => {
    for (const model of models) expect(modelAliases(model)).not.toContain(model.id);
  });

  it("is somewhere, makes something, and makes its own number of pictures when asked for it", () => {
    for (const { keys, resolutions, counts, defaultCount } of models) {
      expect(Object.keys(keys)).not.toEqual([]);
      expect(resolutions).not.toEqual([]);
      expect(counts ?? [defaultCount]).toContain(defaultCount);
    }
  });

  it("costs something only in resolutions it makes", () => {
    for (const { creditsPerImage = {}, resolutions } of models) {
      expect(resolutions).toEqual(expect.arrayContaining(Object.keys(creditsPerImage)));
    }
  });

  it("without a name in the request is one of them", () => {
    expect(find(defaultModelId)?.id).toBe(defaultModelId);
  });
});

describe("raw:", () => {
  it.each(["new_model_v6", "a:b/c.d-e_F", "x", "x".repeat(200)])("%s is given through as it is", (key) => {
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

  it("keeps the key's letters, whatever the case of the word before it", () => {
    expect(find(" RAW:Some_Key ")?.keys.us).toBe("Some_Key");
  });

  it("leaves a known key's own limits aside", () => {
    expect(find("raw:jm_image_model_yc_mj82")).toMatchObject({ keys: { us: "jm_image_model_yc_mj82" } });
  });

  it.each(["raw:", "raw: x", "raw:a b", 'raw:a"b', "raw:ä", `raw:${"x".repeat(201)}`, "raw:a\nb"])(
    "%j is none",
    (name) => {
      expect(find(name)).toBeNull();
    },
  );

  it("has no other names but the key", () => {
    const model = find("raw:new_model");
    expect(model && modelAliases(model)).toEqual(["new_model"]);
  });
});
