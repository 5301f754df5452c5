import { describe, expect, it } from "vitest";
import { watchEnd } from "#shared/images/image-end.ts";
import type { ImageType } from "#shared/images/image-type.ts";

/** Whether these bytes are a whole image, when they come in pieces of this size. */
function isWhole(type: ImageType, bytes: Uint8Array, pieceBytes = bytes.length): boolean {
  const watch = watchEnd(type);
  for (let start = 0; start < bytes.length; start += pieceBytes) watch.pass(bytes.subarray(start, start + pieceBytes));
  return watch.isWhole();
}

type Part = string | number[] | Uint8Array;
/** Texts are Latin-1. */
const joined = (...parts: Part[]): Uint8Array =>
  Buffer.concat(parts.map((part) => (typeof part === "string" ? Buffer.from(part, "latin1") : Buffer.from(part))));

const uint32 = (value: number): number[] => [value >>> 24, (value >> 16) & 255, (value >> 8) & 255, value & 255];
const little32 = (value: number): number[] => uint32(value).reverse();
const little16 = (value: number): number[] => [value & 255, value >> 8];

const chunk = (name: string, data: Part = ""): Uint8Array =>
  joined(uint32(joined(data).length), name, data, "\xae\x42\x60\x82");
const png = (...chunks: Uint8Array[]) => joined("\x89PNG\r\n\x1a\n", ...chunks);
const segment = (marker: number, data: Part): Uint8Array => {
  const { length } = joined(data);
  return joined([0xff, marker, (length + 2) >> 8, (length + 2) & 255], data);
};
const scan = joined(segment(0xda, [1, 1, 0, 0, 63, 0]), [1, 0xff, 0, 2, 0xff, 0xd0, 3]);
const jpeg = (...parts: Part[]) => joined("\xff\xd8", ...parts, "\xff\xd9");
const subBlocks = (...blocks: string[]) => joined(...blocks.flatMap((block) => [[block.length], block]), [0]);
const frame = joined(",", [0, 0, 0, 0, 2, 0, 2, 0, 0x80], "abcdef", [2], subBlocks("a\0;b", "\x2c;\x21"));
const gif = (...blocks: Part[]) => joined("GIF89a", [2, 0, 2, 0, 0x91, 0, 0], "colours: ;,!", ...blocks, ";");
const webp = (body: string) => joined("RIFF", little32(4 + body.length), "WEBP", body);

type Bitmap = { declared?: number; width?: number; height?: number; bits?: number; compression?: number };
/** A header of 40 bytes without colours, and as many pixels as are given. */
const bmp = (pixels: number, { declared = 0, width = 3, height = 2, bits = 24, compression = 0 }: Bitmap = {}) =>
  joined(
    ...["BM", little32(declared), little32(0), little32(54), little32(40), little32(width), little32(height)],
    ...[little16(1), little16(bits), little32(compression), new Uint8Array(20), new Uint8Array(pixels)],
  );

const oldBmp = (pixels: number) =>
  joined(
    ...["BM", little32(0), little32(0), little32(26), little32(12), little16(3), little16(2)],
    ...[little16(1), little16(24), new Uint8Array(pixels)],
  );

const real = (base64: string): Uint8Array => Buffer.from(base64, "base64");

/** `padding`: bytes after the last pixel that may be missing. */
const images: [what: string, type: ImageType, image: Uint8Array, padding?: number][] = [
  ["a PNG", "image/png", png(chunk("IHDR", "thirteen byte"), chunk("IDAT", "pixels"), chunk("IEND"))],
  ["a PNG whose data has the name of the end", "image/png", png(chunk("IDAT", chunk("IEND")), chunk("IEND"))],
  ["an animated PNG", "image/png", png(chunk("acTL", "12345678"), chunk("fdAT", "pixels"), chunk("IEND"))],
  ["a JPEG", "image/jpeg", jpeg(segment(0xe0, "JFIF\0"), scan)],
  ["a JPEG with a preview in it", "image/jpeg", jpeg(segment(0xe1, jpeg(scan)), scan)],
  ["a JPEG in several scans", "image/jpeg", jpeg(scan, segment(0xc4, "codes"), scan)],
  ["a JPEG with FF before its markers", "image/jpeg", jpeg(segment(0xe0, "JFIF\0"), "\xff\xff", scan, "\xff")],
  ["a GIF", "image/gif", gif(frame)],
  ["an animated GIF", "image/gif", gif("!\xf9", subBlocks(";;;;"), frame, "!\xfe", subBlocks("made; by"), frame)],
  ["a GIF with zeros between its blocks", "image/gif", gif("\0", frame, "\0\0")],
  ["a WebP", "image/webp", webp("VP8L pixels")],
  ["a BMP", "image/bmp", bmp(24, { declared: 78 }), 3],
  ["a BMP that declares no length", "image/bmp", bmp(24), 3],
  ["a BMP that declares a wrong length", "image/bmp", bmp(24, { declared: 1_000_000 }), 3],
  ["a BMP from top to bottom", "image/bmp", bmp(24, { height: -2 }), 3],
  ["a BMP with masks", "image/bmp", bmp(12, { bits: 16, compression: 3, height: 1, width: 6 })],
  ["a BMP with the oldest header that declares no length", "image/bmp", oldBmp(24), 3],
  ["a compressed BMP", "image/bmp", bmp(9, { declared: 63, bits: 8, compression: 1 })],
  [
    "a JPEG of ffmpeg",
    "image/jpeg",
    real(
      "/9j//gAQTGF2YzU5LjM3LjEwMAD/2wBDAAgEBAQEBAUFBQUFBQYGBgYGBgYGBgYGBgYHBwcICAgHBwcGBgcHCAgICAkJCQgICAgJCQoKCgwMCwsODg4RERT/xABfAAEBAAAAAAAAAAAAAAAAAAAEBwEAAwEAAAAAAAAAAAAAAAAAAwYFBxAAAQUBAQAAAAAAAAAAAAAAABUDBQHRkVQRAAEEAgMBAAAAAAAAAAAAAAAXktICBQQGVgdV/8AAEQgAAwAFAwESAAISAAMSAP/aAAwDAQACEQMRAD8AkqvJ+p3tYGNfSvzzrmOZeYwB1J519/fdSBDP/9k=",
    ),
  ],
  [
    "a JPEG of ImageMagick",
    "image/jpeg",
    real(
      "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDABsSFBcUERsXFhceHBsgKEIrKCUlKFE6PTBCYFVlZF9VXVtqeJmBanGQc1tdhbWGkJ6jq62rZ4C8ybqmx5moq6T/wAALCAADAAUBASIA/8QAFAABAAAAAAAAAAAAAAAAAAAABf/EABgQAAIDAAAAAAAAAAAAAAAAAAABAhNS/9oACAEBAAA/AALJaZ//2Q==",
    ),
  ],
  [
    "an animated PNG of ffmpeg",
    "image/png",
    real(
      "iVBORw0KGgoAAAANSUhEUgAAAAgAAAAICAIAAABLbSncAAAACXBIWXMAAAABAAAAAQBPJcTWAAAACGFjVEwAAAACAAAAAPONk3AAAAAaZmNUTAAAAAAAAAAIAAAACAAAAAAAAAAAAAEAAgAA/F3r2gAAABJJREFUeJxj+MvAgBVhFx20EgD2cD9BthpBTQAAABpmY1RMAAAAAQAAAAEAAAABAAAAAAAAAAAAAQACAADPH4u8AAAAEGZkQVQAAAACeJxj+MvAAAAC+wD+bnPMNAAAAABJRU5ErkJggg==",
    ),
  ],
  [
    "a WebP of cwebp",
    "image/webp",
    real(
      "UklGRlYAAABXRUJQVlA4IEoAAABwAwCdASoFAAMAAgA0JagCdGuA/gGEAfwD2/7sA/QAGBrNsAAA/vsA2dMn/3OscC0P//c6xwLQ//+QH/8gNHHXNGNqMnfyeJAAAA==",
    ),
  ],
  [
    "a lossless WebP of cwebp",
    "image/webp",
    real("UklGRjAAAABXRUJQVlA4TCMAAAAvBIAAABcQAoKi65YTkCT4vOfNf/gUEGTbbHO85Ikj+h/zAQA="),
  ],
  [
    "an animated WebP of gif2webp",
    "image/webp",
    real(
      "UklGRqgAAABXRUJQVlA4WAoAAAASAAAABAAAAgAAQU5JTQYAAAAAAP//AABBTk1GPAAAAAAAAAAAAAQAAAIAAGQAAAJWUDhMIwAAAC8EgAAAFxACgqLrlhOQJPi8581/+BQQZNtsc7zkiSP6H/MBAEFOTUY4AAAAAAAAAAAABAAAAgAAZAAAAFZQOEwfAAAALwSAABAXEPMvICjyf7T5D/iAINtmm+MlTxzR/5jwAAA=",
    ),
  ],
  [
    "an animated GIF of gifsicle",
    "image/gif",
    real(
      "R0lGODlhBQADAPEAAP8AAAAA/4AAgAAAACH/C05FVFNDQVBFMi4wAwEAAAAsAAAAAAUAAwAAAgWELZnBXAAh+QQFAAACACwAAAAABQADAAACBYwtmcBcADs=",
    ),
  ],
  [
    "a BMP of ffmpeg",
    "image/bmp",
    real(
      "Qk1mAAAAAAAAADYAAAAoAAAABQAAAAMAAAABABgAAAAAADAAAAAAAAAAAAAAAAAAAAAAAAAA/wAA/wAA/wAA/wAA/wAAAIAAgIAAgIAAgIAAgIAAgAAAAP8AAP8AAP8AAP8AAP8A",
    ),
    1,
  ],
  [
    "a BMP of ImageMagick with the oldest header",
    "image/bmp",
    real("Qk1KAAAAAAAAABoAAAAMAAAABQADAAEAGAD/AAD/AAD/AAD/AAD/AAAAgACAgACAgACAgACAgACAAAAA/wAA/wAA/wAA/wAA/wA="),
    1,
  ],
];

describe("an image", () => {
  it.each(images)("%s is whole when its last byte has come, and not before", (_what, type, image, padding = 0) => {
    expect(isWhole(type, image)).toBe(true);
    for (let length = 0; length < image.length - padding; length += 1) {
      expect([length, isWhole(type, image.subarray(0, length))]).toEqual([length, false]);
    }
  });

  it.each(images)("%s is whole in pieces of any size", (_what, type, image) => {
    for (const size of [1, 2, 3, 7, 64]) {
      expect([size, isWhole(type, image, size)]).toEqual([size, true]);
      expect([size, isWhole(type, image.subarray(0, 20), size)]).toEqual([size, false]);
    }
  });

  it.each(images)("%s is whole with anything after its end", (_what, type, image) => {
    for (const more of ["\0", "a video of the same moment", "\xff\xd8\xff\xe0\0\x10", "\0\0\0\x10IDAT"]) {
      expect(isWhole(type, joined(image, more))).toBe(true);
    }
  });

  it("an image of a type without a known end counts as whole", () => {
    expect(isWhole("image/avif", joined("\0\0\0\x20ftypavif"))).toBe(true);
  });

  it("an image without a byte is not whole", () => {
    expect(isWhole("image/png", new Uint8Array(0))).toBe(false);
  });
});
