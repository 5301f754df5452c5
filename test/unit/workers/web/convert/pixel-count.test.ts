import { expect, it } from "vitest";
import { pixelCountOf } from "#web/convert/pixel-count.ts";

const hex = (text: string) => Buffer.from(text.replaceAll(" ", ""), "hex");

it.each([
  ["a PNG", "image/png", "89504e470d0a1a0a 0000000d 49484452 0000ffff 00010000", 65_535 * 65_536],
  ["a GIF", "image/gif", "474946383961 4001 f000", 320 * 240],
  ["a BMP", "image/bmp", "424d 00000000 00000000 36000000 28000000 40010000 f0000000", 320 * 240],
  ["a BMP from the top down", "image/bmp", "424d 00000000 00000000 36000000 28000000 40010000 10ffffff", 320 * 240],
  ["a BMP with the oldest header", "image/bmp", "424d 00000000 00000000 1a000000 0c000000 4001 f000", 320 * 240],
  ["a JPEG", "image/jpeg", "ffd8 ffe0 0004 0000 ffc4 0003 00 ff ffc2 000b 08 00f0 0140", 320 * 240],
  ["a lossy WebP", "image/webp", "52494646 00000000 57454250 56503820 00000000 000000 9d012a 4001 f000", 320 * 240],
  ["a lossless WebP", "image/webp", "52494646 00000000 57454250 5650384c 00000000 2f 3fc13b00", 320 * 240],
  ["an extended WebP", "image/webp", "52494646 00000000 57454250 56503858 0a000000 00000000 3f0100 ef0000", 320 * 240],
  [
    "a HEIC of tiles: the largest size",
    null,
    "00000018 66747970 68656963 00000000 00000014 69737065 00000000 00000200 00000200 00000014 69737065 00000000 00000fc0 00000bd0",
    4_032 * 3_024,
  ],
] as const)("the declared number of pixels is read: %s", (_what, type, head, pixels) => {
  expect(pixelCountOf(hex(head), type)).toBe(pixels);
});

it.each([
  ["a PNG that ends in its header", "image/png", "89504e470d0a1a0a 0000000d 49484452"],
  ["a JPEG without a frame", "image/jpeg", "ffd8 ffe0 0004 0000 0000"],
  ["a type without a header that is read here", null, "ff0a 0000 0000 0000 0000"],
] as const)("nothing is declared: %s", (_what, type, head) => {
  expect(pixelCountOf(hex(head), type)).toBeNull();
});
