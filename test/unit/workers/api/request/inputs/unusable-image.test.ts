import { expect, it } from "vitest";
import { cutOff, empty, otherType, tooLarge } from "#api/request/inputs/unusable-image.ts";
import { imageType } from "#shared/images/image-type.ts";
import type { FileKind } from "#shared/images/other-file.ts";

const location = { name: "images[2]", param: "images" };
const named = (latin: string) =>
  otherType(location, imageType(Uint8Array.from(latin, (letter) => letter.charCodeAt(0)))).message;

it.each<[string, string, string]>([
  ["an AVIF image", "\0\0\0\x20ftypavif\0\0\0\0avifmif1", "magick file.avif file.png"],
  ["a HEIC image", "\0\0\0\x18ftypheic\0\0\0\0mif1heic", "magick file.heic file.png"],
  ["a JPEG XL image", "\xff\x0a\xfa\x1f", "magick file.jxl file.png"],
  ["an SVG drawing", "<svg>", "magick file.svg file.png"],
  ["a video", "\0\0\0\x20ftypisom", "ffmpeg -i file.mp4 -frames:v 1 frame.png"],
  ["a PDF document", "%PDF-1.7", "pdftoppm -png -r 150 -singlefile file.pdf page"],
  ["a zip archive", "PK\x03\x04", "Unpack it"],
  ["an HTML page", "<!doctype html>", "address of the image itself"],
])("a refusal of %s names it, the types that are taken, and a way to one of them", (what, head, advice) => {
  const message = named(head);
  expect(message).toMatch(/^images\[2\] is (an?|of) .*; send a JPEG, PNG, WebP, GIF or BMP image\. .*[^.]\.$/);
  expect(message).toContain(`images[2] is ${what};`);
  expect(message).toContain(advice);
});

it("a refusal of data of which no image can be made gives no way to convert it", () => {
  expect(named("{}")).toBe("images[2] is JSON; send a JPEG, PNG, WebP, GIF or BMP image.");
});

it("every refusal of an image has the code and the field at fault", () => {
  const svg = { what: "an SVG drawing", kind: "drawing" as FileKind, ending: "svg" };
  for (const error of [
    empty(location),
    cutOff(location, "a PNG image", 1_234),
    otherType(location, svg),
    tooLarge(location, null),
    tooLarge(location, 31_457_281),
  ]) {
    expect(error).toMatchObject({ code: "input_image_invalid", param: "images" });
  }
});

it("a refusal of an image that is cut off tells its type, how much came, and what to send", () => {
  expect(cutOff(location, "a PNG image", 1_234).message).toBe(
    "images[2] is a PNG image that is cut off after 1,234 bytes; send the whole file, or open it and save it again as PNG or JPEG.",
  );
});
