import { expect, it } from "vitest";
import { imageType, typeHeadBytes } from "#shared/images/image-type.ts";

const bytesOf = (latin: string) => Uint8Array.from(latin, (letter) => letter.charCodeAt(0));

it.each([
  ["image/jpeg", "\xff\xd8\xff\xe0\x00\x10JFIF"],
  ["image/png", "\x89PNG\r\n\x1a\n\0\0\0\rIHDR"],
  ["image/webp", "RIFF\x1a\x00\x00\x00WEBPVP8L"],
  ["image/gif", "GIF87a\x01\x00"],
  ["image/gif", "GIF89a\x01\x00"],
  ["image/bmp", `BM\x46\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0\x02\0\0\0`],
  ["image/bmp", `BM\x46\0\0\0\0\0\0\0\x8a\0\0\0\x7c\0\0\0\x02\0\0\0`],
  ["image/avif", "\0\0\0\x20ftypavif\0\0\0\0avifmif1miafMA1B"],
  ["image/avif", "\0\0\0\x20ftypavis\0\0\0\0avifmsf1miafMA1B"],
  ["image/avif", "\0\0\0\x1cftypmif1\0\0\0\0mif1avifmiaf\0\0\0\x08meta"],
])("an image is %s by the bytes %j", (contentType, head) => {
  expect(imageType(bytesOf(head))).toMatchObject({ contentType });
});

it("an image is recognised by its first bytes alone, whatever follows them", () => {
  const head = bytesOf("\x89PNG\r\n\x1a\n\0\0\0\rIHDR");
  expect(imageType(Uint8Array.from([...head, ...Array(typeHeadBytes * 4).fill(0x3c)]))).toEqual({
    contentType: "image/png",
    what: "a PNG image",
  });
});

it.each([
  ["an HTML page", "<!DOCTYPE html><html>"],
  ["an HTML page", "\n  <html lang=en>"],
  ["an SVG drawing", '<svg xmlns="http://www.w3.org/2000/svg">'],
  ["XML, perhaps an SVG drawing", '\xef\xbb\xbf<?xml version="1.0"?><svg>'],
  ["JSON", '{"error":"not found"}'],
  ["a HEIC image", "\0\0\0\x1cftypmif1\0\0\0\0mif1heicmiaf\0\0\0\x08avif"],
  ["a HEIC image", "\0\0\0\x20ftypheic\0\0\0\0"],
  ["a video", "\0\0\0\x20ftypisom\0\0\0\0"],
  ["a TIFF image", "II*\0\x08\0\0\0"],
  ["a PDF document", "%PDF-1.7\n"],
  ["a zip archive", "PK\x03\x04\x14\0"],
  ["plain text", "BMW is a maker of cars, not of bitmaps"],
  ["plain text", "RIFF, said he, WEBP"],
  ["of a type that is not known here", "\0\0\0\0\0\0\0\0"],
  ["of a type that is not known here", "RIFF\x1a\0\0\0WAVEfmt "],
  ["of a type that is not known here", "\x89PNG\n\x1a\n"],
])("a file is no image but %s by the bytes %j", (what, head) => {
  expect(imageType(bytesOf(head))).toEqual({ contentType: null, what });
});
