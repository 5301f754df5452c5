import { describe, expect, it } from "vitest";
import { readShape } from "#api/request/shape-words.ts";
import { ratios } from "#shared/image-shape.ts";

describe("a ratio", () => {
  it.each([
    ...[":", "/", "x", "X", "×", "*", "：", "／", "∶", " : ", "： "].map((sign) => [`16${sign}9`, "16:9"]),
    ["１６：９", "16:9"],
    [" 9:16\n", "9:16"],
    ["1x1", "1:1"],
    // The same shape in other numbers.
    ["32:18", "16:9"],
    ["2:2", "1:1"],
    ["7:3", "21:9"],
    // Ideogram, Freepik, fal.
    ["ASPECT_16_9", "16:9"],
    ["widescreen_16_9", "16:9"],
    ["social_story_9_16", "9:16"],
    ["square_1_1", "1:1"],
    ["portrait_16_9", "9:16"],
    ["landscape_16_9", "16:9"],
    ["portrait_2_3", "2:3"],
    ["square", "1:1"],
  ])("a ratio may be spelt %j", (text, ratio) => {
    expect(readShape(text, "ratio")).toEqual({ ratio });
  });

  it.each(ratios.flatMap((ratio) => [ratio, ratio.replace(":", "x")].map((text) => ({ ratio, text }))))(
    "the text $text is the ratio $ratio in a field for sizes, too",
    ({ text, ratio }) => {
      expect(readShape(text, "size")).toEqual({ ratio });
    },
  );

  it.each(["5:4", "16:10", "0:0", "1:0", "16:9:1", "16:", "1.78", "19.5:9", "5x4", "landscape", "portrait_4_5"])(
    "a text that is none of the ratios is not understood: %j",
    (text) => {
      expect(readShape(text, "ratio")).toBeNull();
    },
  );

  it("a ratio in pixels is a size", () => {
    expect(readShape("1920:1080", "ratio")).toEqual({ size: "1920x1080" });
    expect(readShape("99:1", "ratio")).toBeNull();
  });
});

describe("a resolution", () => {
  it.each([
    ["1k", "1k"],
    ["2K", "2k"],
    [" 4K ", "4k"],
    ["2 K", "2k"],
    ["1.5K", "1.5k"],
    ["２Ｋ", "2k"],
    ["auto_2K", "2k"],
  ])("a resolution may be spelt %j", (text, resolution) => {
    expect(readShape(text, "size")).toEqual({ resolution });
  });

  it.each(["6K", "8k", "0.5K", "2", "2kk", "1080p", "1 MP", "hd", ""])(
    "a text that is none of the resolutions is not understood: %j",
    (text) => {
      expect(readShape(text, "size")).toBeNull();
    },
  );
});

describe("a size", () => {
  it.each([
    ...["1024x1024", "1024X1024", "1024*1024", "1024×1024", " 1024 x 1024 ", "1024x1024px", "１０２４ｘ１０２４"].map(
      (text) => [text, "1024x1024"],
    ),
    ["1024:768", "1024x768"],
    ["5x4", "5x4"],
    ["1x99999", "1x99999"],
    ["0x0", "0x0"],
    // fal's words, in the pixels of its schema.
    ["square_hd", "1024x1024"],
    ["square", "512x512"],
    ["portrait_4_3", "768x1024"],
    ["portrait_16_9", "576x1024"],
    ["landscape_4_3", "1024x768"],
    ["landscape_16_9", "1024x576"],
    ["RESOLUTION_1024_576", "1024x576"],
  ])("a size may be spelt %j", (text, size) => {
    expect(readShape(text, "size")).toEqual({ size });
  });

  it.each(["large", "1024", "1024x", "-1x1", "0x0x0", "constructor", "1e3x1e3"])(
    "a text that is no size is not understood: %j",
    (text) => {
      expect(readShape(text, "size")).toBeNull();
    },
  );

  it.each(["auto", "AUTO", " auto ", "custom"])("the text %j leaves the shape open", (text) => {
    expect([readShape(text, "ratio"), readShape(text, "size")]).toEqual([{}, {}]);
  });
});
