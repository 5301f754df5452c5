import { describe, expect, it } from "vitest";
import { type Draft, plainDraft } from "#web/state/draft.ts";
import { fromHash, nameIn, toHash } from "#web/state/link.ts";

const full: Draft = {
  mode: "text",
  prompt: "a lighthouse & a #1 gull, 灯塔 = 100% +1",
  negativePrompt: "text; people",
  model: "dreamina-5.0",
  ratio: "21:9",
  resolution: "4k",
  strength: 0.35,
  count: 2,
  seed: 4_294_967_295,
  images: [],
};

describe("a link", () => {
  it("a link carries every setting there and back", () => {
    expect(fromHash(`#${toHash(full)}`)).toEqual(full);
  });

  it("a link carries linked images, not files", () => {
    const url = "https://example.com/a%20cat.png?x=1&y=2#top";
    const given: Draft = {
      ...full,
      mode: "image",
      images: [
        { id: "a", name: "cat.png", kind: "file", blob: new Blob(["x"]) },
        { id: "b", name: "a cat", kind: "link", url },
      ],
    };
    const read = fromHash(toHash(given));
    expect(read?.mode).toBe("image");
    expect(read?.images).toEqual([{ id: "link-0", name: "a%20cat.png", kind: "link", url }]);
  });

  it("a link of text mode leaves out the images left over from image mode", () => {
    const images: Draft["images"] = [{ id: "a", name: "cat.png", kind: "link", url: "https://example.com/cat.png" }];
    const read = fromHash(toHash({ ...full, images }));
    expect(read?.mode).toBe("text");
    expect(read?.images).toEqual([]);
  });

  it("a link has only the values that differ from the defaults", () => {
    expect(toHash({ ...plainDraft, prompt: "a cat" })).toBe("prompt=a+cat");
    expect(toHash(plainDraft)).toBe("");
  });

  it("a setting that a link lacks gets its default", () => {
    expect(fromHash("#prompt=a+cat")).toEqual({ ...plainDraft, prompt: "a cat" });
  });
});

describe("a hash", () => {
  it.each(["", "#", "#tasks", "#utm_source=x"])("a hash without settings fills nothing: %j", (hash) => {
    expect(fromHash(hash)).toBeNull();
  });

  it.each([
    ["n=0", "count", null],
    ["n=11", "count", null],
    ["n=2.5", "count", null],
    ["n=two", "count", null],
    ["seed=-1", "seed", null],
    ["seed=4294967296", "seed", null],
    ["strength=1.1", "strength", 0.5],
    ["strength=", "strength", 0.5],
    ["mode=video", "mode", "text"],
    ["image=javascript:alert(1)", "images", []],
    ["image=/images/x", "images", []],
    ["image=https://", "images", []],
  ] as const)("an invalid value in a hash becomes the default: %s", (hash, field, expected) => {
    expect(fromHash(hash)?.[field]).toEqual(expected);
  });

  it("a hash cannot exceed the limits of the form", () => {
    const read = fromHash(`prompt=${"a".repeat(9_000)}${"&image=https://example.com/x".repeat(12)}`);
    expect(read?.prompt).toHaveLength(8_000);
    expect(read?.images).toHaveLength(10);
  });
});

describe("a URL", () => {
  it("a URL is named by its last part, or by its host", () => {
    expect(nameIn("https://example.com/images/cat.png")).toBe("cat.png");
    expect(nameIn("https://example.com/")).toBe("example.com");
  });
});
