import { describe, expect, test } from "vitest";
import {
  type ArkErrorBody,
  answerOf,
  arkHosts,
  callArk,
  type Fields,
  ledgerOf,
  models,
  refusalOf,
  sampleBytes,
  sampleUrl,
} from "./ark-support.ts";
import { frozen } from "./support.ts";

const atOnce = () => frozen({ arkSeconds: 0, pictureDots: 16 });
const group = { sequential_image_generation: "auto" };
const asMany = (max_images: unknown) => ({ ...group, sequential_image_generation_options: { max_images } });

type Family = keyof typeof models;

async function problemOf(fields: Fields): Promise<string> {
  const simulator = atOnce();
  const response = await callArk(simulator, fields);
  if (response.status === 200) return "";
  expect(response.status).toBe(400);
  expect(ledgerOf(simulator)).toEqual([]);
  const { error } = (await response.json()) as ArkErrorBody;
  return `${error.code} ${error.param}`;
}

describe("a field that is refused", () => {
  const unsupported = (name: string) => `InvalidParameter.UnsupportedParameter ${name}`;
  const invalid = (name: string) => `InvalidParameter ${name}`;
  const cases: [what: string, family: Family, fields: Fields, problem: string][] = [
    ["no model", "flash", { model: undefined }, "MissingParameter model"],
    ["a model that is no text", "flash", { model: 5 }, invalid("model")],
    ["no prompt", "flash", { prompt: undefined }, "MissingParameter prompt"],
    ["an empty prompt", "flash", { prompt: "" }, "MissingParameter prompt"],
    ["a prompt of 400,001 characters", "flash", { prompt: "a".repeat(400_001) }, invalid("prompt")],
    ["n", "flash", { n: 2 }, unsupported("n")],
    ["an unknown field", "flash", { guidance_scale: 3 }, unsupported("guidance_scale")],
    ["layer_decomposition", "pro", { layer_decomposition: true }, unsupported("layer_decomposition")],
    ["an unknown size word", "flash", { size: "adaptive" }, invalid("size")],
    ["a size that is no text", "flash", { size: 2048 }, invalid("size")],
    ["3K on a single model", "5.5", { size: "3K" }, invalid("size")],
    ["1K on lite", "lite", { size: "1K" }, invalid("size")],
    ["3K on 4.5", "4.5", { size: "3K" }, invalid("size")],
    ["1K on 4.5", "4.5", { size: "1K" }, invalid("size")],
    ["too few pixels on flash", "flash", { size: "960x959" }, invalid("size")],
    ["too many pixels on flash", "flash", { size: "2160x2141" }, invalid("size")],
    ["too few pixels on lite", "lite", { size: "1919x1920" }, invalid("size")],
    ["too many pixels on 4.0", "4.0", { size: "4097x4096" }, invalid("size")],
    ["a ratio above 16", "4.0", { size: "8000x400" }, invalid("size")],
    ["an output_format on 4.5", "4.5", { output_format: "png" }, unsupported("output_format")],
    ["an output_format on 4.0", "4.0", { output_format: "jpeg" }, unsupported("output_format")],
    ["an unknown output_format", "flash", { output_format: "webp" }, invalid("output_format")],
    ["an unknown response_format", "flash", { response_format: "png" }, invalid("response_format")],
    ["a watermark that is no boolean", "flash", { watermark: "false" }, invalid("watermark")],
    ["a stream that is no boolean", "lite", { stream: 1 }, invalid("stream")],
    ["a group on a single model", "flash", group, unsupported("sequential_image_generation")],
    [
      "even no group on a single model",
      "pro",
      { sequential_image_generation: "disabled" },
      unsupported("sequential_image_generation"),
    ],
    ["a stream of a single model", "5.5", { stream: false }, unsupported("stream")],
    ["an unknown group mode", "lite", { sequential_image_generation: "yes" }, invalid("sequential_image_generation")],
    ["no images", "lite", asMany(0), invalid("sequential_image_generation_options.max_images")],
    ["16 images", "lite", asMany(16), invalid("sequential_image_generation_options.max_images")],
    [
      "group options without a group",
      "lite",
      { sequential_image_generation_options: { max_images: 2 } },
      invalid("sequential_image_generation_options"),
    ],
    [
      "an unknown group option",
      "lite",
      { ...group, sequential_image_generation_options: { min: 1 } },
      unsupported("sequential_image_generation_options.min"),
    ],
    [
      "the fast mode on flash",
      "flash",
      { optimize_prompt_options: { mode: "fast" } },
      invalid("optimize_prompt_options.mode"),
    ],
    [
      "an unknown prompt option",
      "pro",
      { optimize_prompt_options: { thinking: "on" } },
      unsupported("optimize_prompt_options.thinking"),
    ],
    ["tools on 4.5", "4.5", { tools: [{ type: "web_search" }] }, unsupported("tools")],
    ["an unknown tool", "lite", { tools: [{ type: "code" }] }, invalid("tools")],
    ["a seed below -1", "flash", { seed: -2 }, invalid("seed")],
    ["a seed above 2147483647", "flash", { seed: 2_147_483_648 }, invalid("seed")],
    ["a broken seed", "flash", { seed: 1.5 }, invalid("seed")],
    ["a background on a group model", "lite", { background: "opaque" }, unsupported("background")],
    ["the background auto on flash", "flash", { background: "auto" }, invalid("background")],
    ["a transparent JPEG", "5.5", { background: "transparent", output_format: "jpeg" }, invalid("background")],
    [
      "transparent on flash without an image",
      "flash",
      { background: "transparent", output_format: "png" },
      invalid("background"),
    ],
    ["an unknown marker", "flash", { prompt: "ark:nonsense" }, invalid("prompt")],
    ["a group marker for one image", "flash", { prompt: "ark:partial-group" }, invalid("prompt")],
    ["a stream marker without a stream", "lite", { prompt: "ark:stream-error" }, invalid("prompt")],
  ];
  test.each(cases)("%s is refused on %s", async (_what, family, fields, problem) => {
    expect(await problemOf({ model: models[family], ...fields })).toBe(problem);
  });

  test("a body that is not a JSON object is 400, and one of another type too", async () => {
    const send = (body: string, type: string) =>
      atOnce().fetch(`https://${arkHosts.ap}/api/v3/images/generations`, {
        method: "POST",
        headers: { authorization: "Bearer demo-key-ap-simulator", "content-type": type },
        body,
      });
    expect(await refusalOf(send("[]", "application/json"))).toBe("400 InvalidParameter");
    expect(await refusalOf(send("{", "application/json"))).toBe("400 InvalidParameter");
    expect(await refusalOf(send("{}", "text/plain"))).toBe("400 InvalidParameter");
  });

  test("a body above 64 MiB is 413", async () => {
    const response = await callArk(atOnce(), { prompt: "a".repeat(64 * 1024 * 1024) });
    expect(response.status).toBe(413);
  });
});

describe("a field that is accepted", () => {
  const cases: [what: string, family: Family, fields: Fields][] = [
    ["a tier in lower case", "flash", { size: "1.5k" }],
    ["the fewest pixels", "pro", { size: "960x960" }],
    ["pixels that are no multiple of 16", "flash", { size: "1500x1000" }],
    ["the most pixels", "lite", { size: "4096x4096" }],
    ["an output_format on lite", "lite", { output_format: "png" }],
    ["no group on 4.5", "4.5", { sequential_image_generation: "disabled", stream: false }],
    ["the fast mode on pro", "pro", { optimize_prompt_options: { mode: "fast" } }],
    ["the fast mode on 4.0", "4.0", { optimize_prompt_options: { mode: "fast" } }],
    ["the seed -1", "flash", { seed: -1 }],
    ["the background auto on 5.5", "5.5", { background: "auto" }],
    ["transparent on 5.5", "5.5", { background: "transparent" }],
  ];
  test.each(cases)("%s is accepted on %s", async (_what, family, fields) => {
    expect(await problemOf({ model: models[family], ...fields })).toBe("");
  });

  test("an explicit size is the size of the image", async () => {
    const { data } = await answerOf(callArk(atOnce(), { size: "1500x1000" }));
    expect(data[0]?.size).toBe("1500x1000");
  });

  test("with a tier the prompt decides the ratio, and the answer names the size", async () => {
    const simulator = atOnce();
    const prompts = Array.from({ length: 24 }, (_, index) => `prompt ${index}`);
    const answers = await Promise.all(prompts.map((prompt) => answerOf(callArk(simulator, { prompt, size: "1K" }))));
    const sizes = new Set(answers.map(({ data }) => data[0]?.size));
    expect(sizes.size).toBeGreaterThan(3);
    for (const size of sizes)
      expect(size).toMatch(/^(1024x1024|1152x864|864x1152|1424x800|800x1424|1248x832|832x1248|1568x672|672x1568)$/);
  });

  test("a group model makes 2048x2048 by default", async () => {
    const { data } = await answerOf(callArk(atOnce(), { model: models.lite }));
    expect(data[0]?.size).toBe("2048x2048");
  });
});

describe("a reference image", () => {
  const badUrl = "InvalidImageURL.InvalidFormat image";
  const square = "64x64.png";

  test.each([
    ["png", "image/png"],
    ["jpg", "image/jpeg"],
    ["webp", "image/webp"],
    ["gif", "image/gif"],
    ["bmp", "image/bmp"],
  ])("a %s image is accepted", async (ending, type) => {
    expect(await problemOf({ image: await sampleUrl(atOnce(), `64x64.${ending}`, type) })).toBe("");
  });

  test("a media type in upper case is refused", async () => {
    expect(await problemOf({ image: await sampleUrl(atOnce(), square, "image/PNG") })).toBe(badUrl);
  });

  test.each([
    ["an https URL", "https://example.com/a.png", badUrl],
    ["an empty URL", "", "InvalidImageURL.EmptyURL image"],
    ["bad base64", "data:image/png;base64,a*==", badUrl],
    ["base64 of a wrong length", "data:image/png;base64,abcde", badUrl],
    ["a data URL without base64", "data:image/png,abcd", badUrl],
    ["bytes that are no image", "data:image/png;base64,abcd", "InvalidParameter image"],
    ["a number", 5, "InvalidParameter image"],
    ["an empty list", [], "InvalidParameter image"],
  ])("%s is refused", async (_what, image, problem) => {
    expect(await problemOf({ image })).toBe(problem);
  });

  test.each([
    ["with a side of 14 pixels", "14x100.png"],
    ["of more than 36,000,000 pixels", "6001x6000.gif"],
    ["of a ratio above 16", "15x300.gif"],
    ["above 30 MiB", "64x64.jpg?bytes=31457281"],
  ])("an image %s is refused", async (_what, name) => {
    expect(await problemOf({ image: await sampleUrl(atOnce(), name) })).toBe("InvalidParameter image");
  });

  test("a single model takes 10 images, a group model 14", async () => {
    const image = await sampleUrl(atOnce(), square);
    const many = (count: number) => Array(count).fill(image);
    expect(await problemOf({ image: many(10) })).toBe("");
    expect(await problemOf({ image: many(11) })).toBe("InvalidParameter image");
    expect(await problemOf({ model: models["4.5"], image: many(14) })).toBe("");
    expect(await problemOf({ model: models["4.5"], image: many(15) })).toBe("InvalidParameter image");
  });

  test("reference images and images of a group are at most 15 together", async () => {
    const image = Array(10).fill(await sampleUrl(atOnce(), square));
    expect(await problemOf({ model: models.lite, image, ...asMany(5) })).toBe("");
    expect(await problemOf({ model: models.lite, image, ...asMany(6) })).toBe(
      "InvalidParameter sequential_image_generation_options.max_images",
    );
  });

  test("flash makes a transparent image only from exactly one PNG with an alpha channel", async () => {
    const simulator = atOnce();
    const bytes = await sampleBytes(simulator, square);
    const opaque = `data:image/png;base64,${bytes.toString("base64")}`;
    // The header is not checked against the pixels: colour type 6 has an alpha channel.
    bytes[25] = 6;
    const clear = `data:image/png;base64,${bytes.toString("base64")}`;
    const fields = { background: "transparent", output_format: "png" };
    expect(await problemOf({ ...fields, image: clear })).toBe("");
    expect(await problemOf({ ...fields, image: [clear, clear] })).toBe("InvalidParameter background");
    expect(await problemOf({ ...fields, image: opaque })).toBe("InvalidParameter background");
    expect(await problemOf({ background: "transparent", image: clear })).toBe("InvalidParameter background");
  });
});
