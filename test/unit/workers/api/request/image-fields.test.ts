import { describe, expect, it } from "vitest";
import { imageField, refuseImages, refuseOtherImages, takeImages } from "#api/request/image-fields.ts";
import { AppError } from "#shared/errors.ts";

const url = "https://pics.example/cat.png";
const other = "https://pics.example/moon.png";
const base64 = "iVBORw0KGgo".repeat(10);

function refusedBy(refuse: (body: Record<string, unknown>) => void, body: Record<string, unknown>): string | null {
  try {
    refuse(body);
    return null;
  } catch (error) {
    if (error instanceof AppError && error.code === "invalid_value" && error.message.startsWith(`${error.param} `)) {
      return error.param;
    }
    throw error;
  }
}

/** Names of real servers; the table in the source says whose. */
const names = [
  ...["image", "images", "image_url", "image_urls", "imageUrl", "imageUrls", "image-url", "img_url", "imgUrls"],
  ...["image2", "image_3", "input_image", "input_image_2", "inputImage8", "input_images", "image_input", "image_list"],
  ...["reference_image", "reference_images", "referenceImages", "ref_images", "ref_img", "imageRef_1", "image_ref"],
  ...["init_image", "init_images", "image_prompt", "source_image", "base_image_url", "seedImage", "subject_reference"],
  ...["filePath", "file_path", "filePaths", "file_paths", "filesUrl", "urls", "base64Array", "binary_data_base64"],
];

describe("text to image", () => {
  it.each(names)("the field %s is refused with its name", (name) => {
    for (const value of [url, [url], { url }, [{ url }], base64, "cat.png", 7]) {
      expect(refusedBy(refuseImages, { prompt: "x", [name]: value })).toBe(name);
    }
  });

  it.each<[string, unknown]>([
    ["photo", url],
    ["my_picture", [{ url }]],
    ["faceImage", base64],
    ["control_image", `data:image/png;base64,${base64}`],
    ["style_reference", { images: [url] }],
    ["image_assets", { first: { href: url } }],
    ["file", url],
    ["face", base64],
    ["参考图", url],
    ["whatever", `data:image/png;base64,${base64}`],
  ])("an unknown field that looks like an image is refused with its name: %s", (name, value) => {
    expect(refusedBy(refuseImages, { prompt: "x", [name]: value })).toBe(name);
  });

  it.each<[string, object]>([
    ["extra_body.image_urls", { extra_body: { image_urls: [url] } }],
    ["parameters.photo", { parameters: { photo: url } }],
    ["image_config.image", { image_config: { image: url, aspect_ratio: "1:1" } }],
  ])("an image inside of another server's wrapper is refused as %s", (name, body) => {
    expect(refusedBy(refuseImages, body as Record<string, unknown>)).toBe(name);
  });

  it.each<[string, unknown]>([
    ["images", []],
    ["images", [null, ""]],
    ["image", null],
    ["image", ""],
    ["image", {}],
    ["image_urls", []],
    ["image_url", false],
    ["image_format", "png"],
    ["image_type", "photo"],
    ["image_size", "landscape_4_3"],
    ["num_images", 2],
    ["images_per_prompt", 1],
    ["partial_images", 2],
    ["response_format", "b64_json"],
    ["image_strength", 0.4],
    ["reference_strength", 1],
    ["image_style", "oil on canvas, in the manner of the old masters, with a heavy impasto and a warm light"],
    ["image_callback_url", "https://hooks.example/done"],
    ["webhook_url", "https://hooks.example/done"],
    ["profile", "https://example.com/me"],
    ["topic", "https://example.com/cats"],
    ["user", "anna"],
    ["prompt", `data:image/png;base64,${base64}`],
    ["image_config", { aspect_ratio: "16:9", image_size: "2K" }],
  ])("a harmless field is let through: %s with %j", (name, value) => {
    expect(refusedBy(refuseImages, { prompt: "x", [name]: value })).toBeNull();
  });
});

describe("images to image", () => {
  it.each(names)("the field %s is taken, under the caller's own name", (name) => {
    const { images, fields } = takeImages({ prompt: "x", n: 2, [name]: [url] });
    expect(Object.entries(images).filter(([, value]) => value !== undefined)).toEqual([[name, [url]]]);
    expect(fields).toEqual({ prompt: "x", n: 2 });
  });

  it("images of several names are taken in order, those of `image` and `images` first", () => {
    const { images } = takeImages({ input_image: url, input_image_2: other, images: ["c"], image: "d" });
    expect(Object.entries(images)).toEqual([
      ["image", "d"],
      ["images", ["c"]],
      ["input_image", url],
      ["input_image_2", other],
    ]);
  });

  it.each<[string, object]>([
    ["the same list", { image_urls: [url, other], images: [url, other] }],
    ["one and a list of one", { image: url, image_urls: [url] }],
    ["the same objects", { images: [{ url }], reference_images: [{ url }] }],
  ])("what a second name says again counts once: %s", (_case, body) => {
    const { images } = takeImages(body as Record<string, unknown>);
    expect(Object.values(images).filter((value) => value !== undefined)).toHaveLength(1);
  });

  it("images inside of another server's wrapper are taken", () => {
    expect(takeImages({ extra_body: { image_urls: [url] } }).images).toMatchObject({
      "extra_body.image_urls": [url],
    });
  });

  it("fields that say nothing are no images", () => {
    const { images, fields } = takeImages({ prompt: "x", image_urls: [], init_image: "", image: null });
    expect({ images, fields }).toEqual({ images: { image: null, images: undefined }, fields: { prompt: "x" } });
  });

  it("a field that looks like one more image is refused, a known one that was taken is not", () => {
    expect(refusedBy(refuseOtherImages, { prompt: "x", photo: url })).toBe("photo");
    expect(refusedBy(refuseOtherImages, { prompt: "x", extra_body: { image_urls: [url] } })).toBeNull();
    expect(refusedBy(refuseOtherImages, { prompt: "x", image_format: "png" })).toBeNull();
  });
});

describe("a deeply nested value", () => {
  const nested = JSON.parse(`${"[".repeat(20_000)}${"]".repeat(20_000)}`);

  it.each(["image_urls", "photo", "whatever"])("a deeply nested value under %s does no harm", (name) => {
    expect(refusedBy(refuseImages, { prompt: "x", [name]: nested })).toBe(name === "image_urls" ? name : null);
    expect(takeImages({ images: nested, [name]: nested }).images.images).toBe(nested);
  });
});

describe("a field of a form", () => {
  it.each([
    ["image", "image"],
    ["image[]", "image"],
    ["images[3]", "images"],
    ["image_urls[]", "image_urls"],
    ["input_image_2", "input_image_2"],
    ["referenceImages", "referenceImages"],
    ["prompt", null],
    ["image_size", null],
    ["mask", null],
    ["num_images", null],
  ])("the field %s names the image field %s", (name, field) => {
    expect(imageField(name)).toBe(field);
  });
});

it.each([
  { prompt: "make it night", input: "https://pics.example/cat.png" },
  { prompt: "make it night", input: [{ type: "input_image", image_url: "https://pics.example/cat.png" }] },
])("an image in the place of a wrapper's object is refused, not ignored: %j", (body) => {
  for (const refuse of [refuseImages, refuseOtherImages]) {
    expect(() => refuse(body)).toThrow(expect.objectContaining({ param: "input" }));
  }
});

const dataUrl = "data:image/png;base64,iVBORw0KGgo=";

it.each<[string, object]>([
  ["sref", { sref: "https://pics.example/cat.png" }],
  ["controlnet_units", { controlnet_units: [{ input: dataUrl }] }],
  ["alwayson_scripts", { alwayson_scripts: { controlnet: { args: [{ image: dataUrl }] } } }],
  ["messages", { messages: [{ role: "user", content: [{ type: "image_url", image_url: { url: "https://x.y/a" } }] }] }],
])("an image anywhere inside of a field that is not read is refused: %s", (param, fields) => {
  for (const refuse of [refuseImages, refuseOtherImages]) {
    expect(() => refuse({ prompt: "a cat", ...fields })).toThrow(expect.objectContaining({ param }));
  }
});

it("the same image under image and images is one", () => {
  const { images } = takeImages({ image: dataUrl, images: [dataUrl] });
  expect(images).toEqual({ image: undefined, images: [dataUrl] });
});
