import { describe, expect, it } from "vitest";
import { type Draft, plainDraft, requestOf } from "#web/state/draft.ts";

const wished: Draft = { ...plainDraft, prompt: "  a cat ", negativePrompt: " dogs ", count: 2, seed: 0, strength: 0 };

describe("a draft in text mode", () => {
  it("a draft in text mode is sent as JSON, trimmed, with every chosen setting", () => {
    const { path, body, headers, json } = requestOf(wished);
    expect(path).toBe("/v1/images/generations");
    expect(headers).toMatchObject({ "Content-Type": "application/json", Prefer: "respond-async" });
    expect(JSON.parse(String(body))).toEqual(json);
    expect(json).toEqual({
      prompt: "a cat",
      model: "dreamina-4.5",
      ratio: "1:1",
      resolution: "2k",
      sample_strength: 0,
      negative_prompt: "dogs",
      n: 2,
      seed: 0,
    });
  });

  it("a draft in text mode omits unset settings and the images of the other mode", () => {
    const images: Draft["images"] = [{ id: "a", name: "a", kind: "link", url: "https://example.com/a.png" }];
    expect(Object.keys(requestOf({ ...plainDraft, prompt: "a cat", images }).json)).toEqual([
      "prompt",
      "model",
      "ratio",
      "resolution",
      "sample_strength",
    ]);
  });
});

describe("a draft in image mode", () => {
  const images: Draft["images"] = [
    { id: "a", name: "cat.png", kind: "file", blob: new Blob(["x"], { type: "image/png" }) },
    { id: "b", name: "moon.jpg", kind: "link", url: "https://example.com/moon.jpg" },
  ];

  it("a draft in image mode is sent as a form, its images in their order", () => {
    const { path, body, headers } = requestOf({ ...wished, mode: "image", images });
    expect(path).toBe("/v1/images/compositions");
    // The browser sets the boundary of the form.
    expect(headers).not.toHaveProperty("Content-Type");
    const form = body as FormData;
    expect(form.get("n")).toBe("2");
    const [file, link] = form.getAll("images");
    expect(file).toBeInstanceOf(File);
    expect((file as File).name).toBe("cat.png");
    expect(link).toBe("https://example.com/moon.jpg");
  });

  it.each(["猫.png", 'a"b\\.png', "two\nlines.png", ""])(
    "a draft in image mode is sent with every file, whatever its name: %j",
    (name) => {
      const files: Draft["images"] = ["1", "2"].map((id) => ({ id, name, kind: "file", blob: new Blob([id]) }));
      const form = requestOf({ ...wished, mode: "image", images: files }).body as FormData;
      expect(form.getAll("images")).toEqual([expect.any(File), expect.any(File)]);
    },
  );

  it("a draft in image mode omits the negative prompt and the seed", () => {
    const form = requestOf({ ...wished, mode: "image", images }).body as FormData;
    expect(form.has("negative_prompt")).toBe(false);
    expect(form.has("seed")).toBe(false);
  });

  it("the JSON of a draft in image mode has the names of files instead of their bytes", () => {
    expect(requestOf({ ...wished, mode: "image", images }).json.images).toEqual([
      "cat.png",
      "https://example.com/moon.jpg",
    ]);
  });
});
