import { describe, expect, it } from "vitest";
import { checkRequest } from "#api/request/check-request.ts";
import { canonicalFields } from "#api/request/field-names.ts";
import { AppError } from "#shared/errors.ts";

const prompt = "a red fox";
const read = (body: Record<string, unknown>) => canonicalFields(body).fields;

function refusalOf(body: Record<string, unknown>): { code: string; param: string | null; message: string } {
  try {
    checkRequest({ prompt, ...body });
  } catch (error) {
    if (error instanceof AppError) return { code: error.code, param: error.param, message: error.message };
    throw error;
  }
  throw new Error("it was not refused");
}

describe("a field under another server's name", () => {
  it.each<[string, unknown, object]>([
    ["aspect_ratio", "16:9", { ratio: "16:9" }],
    ["aspectRatio", "16:9", { ratio: "16:9" }],
    ["Aspect-Ratio", "16:9", { ratio: "16:9" }],
    ["aspect", "16x9", { ratio: "16:9" }],
    ["ar", "16：9", { ratio: "16:9" }],
    ["image_aspect_ratio", "16/9", { ratio: "16:9" }],
    ["aspect_ratio", "ASPECT_9_16", { ratio: "9:16" }],
    ["aspect_ratio", "1920:1080", { size: "1920x1080" }],
    ["ratio", "16：9", { ratio: "16:9" }],
    ["ratio", "16x9", { ratio: "16:9" }],
    ["resolution", "2K", { resolution: "2k" }],
    ["resolution", "1024x1024", { size: "1024x1024" }],
    ["resolution", "16:9", { ratio: "16:9" }],
    ["image_resolution", "4K", { resolution: "4k" }],
    ["size", "2K", { resolution: "2k" }],
    ["size", "16:9", { ratio: "16:9" }],
    ["size", "1024*768", { size: "1024x768" }],
    ["quality", "2K", { resolution: "2k" }],
    ["quality", "high", { quality: "high" }],
    ["image_size", "1024x768", { size: "1024x768" }],
    ["image_size", "landscape_4_3", { size: "1024x768" }],
    ["image_size", { width: 1024, height: 768 }, { size: "1024x768" }],
    ["image_size", { width: "1024", height: "768" }, { size: "1024x768" }],
    ["image_size", "9:16", { ratio: "9:16" }],
    ["imageSize", "2K", { resolution: "2k" }],
    ["num_images", 2, { n: 2 }],
    ["numImages", "2", { n: 2 }],
    ["number_of_images", 2, { n: 2 }],
    ["numberOfImages", 2, { n: 2 }],
    ["sampleCount", 2, { n: 2 }],
    ["num_outputs", 2, { n: 2 }],
    ["batch_size", 1, { n: 1 }],
    ["n_iter", 3, { n: 3 }],
    ["max_images", 3, { n: 3 }],
    ["nVariants", 2, { n: 2 }],
    ["numberResults", 2, { n: 2 }],
    ["num_images_per_prompt", 2, { n: 2 }],
    ["images_per_prompt", 2, { n: 2 }],
    ["samples", 2, { n: 2 }],
    ["count", 2, { n: 2 }],
    ["quantity", 2, { n: 2 }],
    ["negativePrompt", "fog", { negative_prompt: "fog" }],
    ["negative", "fog", { negative_prompt: "fog" }],
    ["responseFormat", "b64_json", { response_format: "b64_json" }],
    ["intelligentRatio", "true", { intelligent_ratio: true }],
    ["sampleStrength", 0.3, { sample_strength: 0.3 }],
    ["mask_image", "https://pics.example/m.png", { mask: "https://pics.example/m.png" }],
    ["force_single", true, { force_single: true, n: 1 }],
    ["sequential_image_generation", "disabled", { sequential_image_generation: "disabled", n: 1 }],
  ])("%s with the value %j is read", (name, value, expected) => {
    expect(read({ [name]: value })).toEqual(expected);
  });

  it.each<[string, object, object]>([
    ["width and height are a size", { width: 1024, height: 768 }, { size: "1024x768" }],
    ["width and height may be texts", { width: "1024", height: "768" }, { size: "1024x768" }],
    [
      "a size may name the tier, and width and height the shape",
      { size: "2K", width: 1920, height: 1080 },
      { resolution: "2k", size: "1920x1080" },
    ],
    ["batches multiply", { batch_size: 2, n_iter: 3 }, { n: 6 }],
    [
      "a limit on groups of images is no number of images without groups",
      { sequential_image_generation: "disabled", max_images: 4 },
      { n: 1 },
    ],
    [
      "fields inside other servers' wrappers count",
      { parameters: { sampleCount: 2, aspectRatio: "16:9" } },
      { n: 2, ratio: "16:9" },
    ],
    [
      "wrappers may stand in wrappers",
      { extra_body: { generationConfig: { imageConfig: { imageSize: "4K" } } } },
      { resolution: "4k" },
    ],
    ["Ark's options of a group", { sequential_image_generation_options: { max_images: 3 } }, { n: 3 }],
  ])("%s", (_rule, body, expected) => {
    expect(read(body as Record<string, unknown>)).toMatchObject(expected);
  });

  it.each([null, undefined, "", "  "])("a name with nothing said (%j) is as if it were absent", (value) => {
    expect(read({ aspect_ratio: value, num_images: value, image_size: value, negativePrompt: value })).toEqual({});
  });

  it("a null under this API's own name leaves the word to another name", () => {
    expect(read({ n: null, num_images: 2 })).toEqual({ n: 2 });
  });

  it("fields that are none of these stay as they are", () => {
    const body = { prompt, model: "4.5", user: "7", style: "vivid", quality: "hd", whatever: { n: 3 }, steps: "20" };
    expect(canonicalFields(body)).toEqual({ fields: body, callerNames: new Map() });
  });
});

describe("numbers and booleans as text", () => {
  it("numbers and booleans are read out of their texts", () => {
    const body = {
      n: "2",
      seed: "42",
      sample_strength: " .5 ",
      partial_images: "1",
      stream: "TRUE",
      intelligent_ratio: "false",
    };
    const expected = {
      n: 2,
      seed: 42,
      sample_strength: 0.5,
      partial_images: 1,
      stream: true,
      intelligent_ratio: false,
    };
    expect(read(body)).toEqual(expected);
  });

  it.each<[string, unknown]>([
    ["n", "two"],
    ["n", ""],
    ["n", "1.5"],
    ["n", "0x2"],
    ["n", ["2"]],
    ["seed", "many"],
    ["stream", "yes"],
    ["intelligent_ratio", 1],
    ["sample_strength", "2"],
  ])("%s with the value %j is refused", (name, value) => {
    expect(refusalOf({ [name]: value })).toMatchObject({ code: "invalid_value", param: name });
  });
});

describe("two names for one thing", () => {
  it.each<[object, object]>([
    [{ n: 2, num_images: 2 }, { n: 2 }],
    [{ n: "2", batch_size: 2 }, { n: 2 }],
    [{ ratio: "16:9", aspect_ratio: "16x9" }, { ratio: "16:9" }],
    [{ size: "16:9", aspectRatio: "16:9" }, { ratio: "16:9" }],
    [{ size: "1024x768", width: 1024, height: 768 }, { size: "1024x768" }],
    [{ resolution: "2k", imageSize: "2K" }, { resolution: "2k" }],
    [{ negative_prompt: "fog", negativePrompt: " fog " }, {}],
    [{ n: 2, extra_body: { n: 2 } }, { n: 2 }],
  ])("two names that agree are taken: %j", (body, expected) => {
    expect(read(body as Record<string, unknown>)).toMatchObject(expected);
  });

  it.each<[object, string, string]>([
    [{ n: 4, num_images: 2 }, "n and num_images", "num_images"],
    [{ num_images: 2, n: 4 }, "num_images and n", "num_images"],
    [{ num_outputs: 2, batch_size: 1 }, "num_outputs and batch_size", "batch_size"],
    [{ ratio: "1:1", aspectRatio: "16:9" }, "ratio and aspectRatio", "aspectRatio"],
    [{ size: "16:9", aspect_ratio: "9:16" }, "size and aspect_ratio", "aspect_ratio"],
    [{ resolution: "1k", image_size: "2K" }, "resolution and image_size", "image_size"],
    [{ size: "1024x1024", width: 1024, height: 768 }, "size and width", "width"],
    [{ width: 512, image_width: 1024, height: 512 }, "width and image_width", "image_width"],
    [{ negative_prompt: "fog", negative: "rain" }, "negative_prompt and negative", "negative"],
    [{ n: 1, parameters: { sampleCount: 2 } }, "n and parameters.sampleCount", "parameters.sampleCount"],
  ])("two names that disagree are refused, and both are named: %j", (body, names, param) => {
    const message = `${names} mean the same and disagree; send one of them.`;
    expect(refusalOf(body as Record<string, unknown>)).toEqual({ code: "invalid_value", param, message });
  });
});

describe("a value that is not understood", () => {
  it.each<[object, string, string]>([
    [{ aspect_ratio: "5:4" }, "aspect_ratio", 'aspect_ratio is "5:4"; it must be one of 1:1, 4:3'],
    [{ aspectRatio: "2K" }, "aspectRatio", "must be one of 1:1"],
    [{ aspect_ratio: 1.78 }, "aspect_ratio", "aspect_ratio is 1.78"],
    [{ image_size: "huge" }, "image_size", "image_size must be WIDTHxHEIGHT"],
    [{ image_size: 1024 }, "image_size", "image_size is 1024"],
    [{ image_size: { width: 1024 } }, "image_size", "image_size"],
    [{ size: "5:4" }, "size", "size must be WIDTHxHEIGHT"],
    [{ image_resolution: "8K" }, "image_resolution", "must be one of 1k"],
    [{ num_images: 0 }, "num_images", "num_images is 0; the least is 1"],
    [{ numberOfImages: "many" }, "numberOfImages", 'numberOfImages is "many"'],
    [{ batch_size: 3, n_iter: 100 }, "batch_size", "batch_size is 300"],
    [{ batch_size: 1, n_iter: "x" }, "n_iter", "n_iter"],
    [{ negativePrompt: 7 }, "negativePrompt", "negativePrompt is 7; it must be a string"],
    [{ width: 1024 }, "height", "width is given without height"],
    [{ height: 1024 }, "width", "height is given without width"],
    [{ width: 1024, height: null }, "height", "width is given without height"],
    [{ width: 0, height: 512 }, "width", "width must be a whole number of pixels"],
    [{ width: 512, height: "tall" }, "height", "height must be a whole number of pixels"],
    [{ parameters: { sampleCount: 0 } }, "parameters.sampleCount", "parameters.sampleCount is 0"],
  ])("a value that is not understood is refused by the caller's own name: %j", (body, param, words) => {
    const refusal = refusalOf(body as Record<string, unknown>);
    expect(refusal).toMatchObject({ code: "invalid_value", param });
    expect(refusal.message).toContain(words);
  });

  it("a missing prompt is refused as ever", () => {
    expect(() => checkRequest({ num_images: 1 })).toThrow("prompt is required.");
  });

  it("a later refusal of a value names the field as the caller wrote it", () => {
    const later = new AppError("invalid_value", "n is 5; a model makes 1, 2 images at once.", "n");
    const { rethrowWithCallerNames: inCallersWords } = checkRequest({ prompt, num_images: 5 });
    expect(() => inCallersWords(later)).toThrow(
      expect.objectContaining({ param: "num_images", message: `num_images: ${later.message}` }),
    );
    expect(() => checkRequest({ prompt, n: 5 }).rethrowWithCallerNames(later)).toThrow(later);
  });
});
