import { expect, it } from "vitest";
import { orientationOf } from "#web/convert/orientation.ts";

const latin = (text: string) => Buffer.from(text, "latin1");
const big16 = (value: number) => Buffer.from([value >> 8, value & 255]);
const big32 = (value: number) => Buffer.concat([big16(value >>> 16), big16(value & 0xffff)]);
const little = (bytes: Buffer) => Buffer.from(bytes).reverse();

/** A TIFF head and one directory with two entries, the second of them the orientation. */
function exif(orientation: number, order: (bytes: Buffer) => Buffer = (bytes) => bytes): Buffer {
  const entry = (tag: number, value: number) =>
    Buffer.concat([order(big16(tag)), order(big16(3)), order(big32(1)), order(big16(value)), big16(0)]);
  const mark = latin(order(big16(1))[0] === 1 ? "II" : "MM");
  return Buffer.concat([
    mark,
    order(big16(42)),
    order(big32(8)),
    order(big16(2)),
    entry(0x10f, 7),
    entry(0x112, orientation),
  ]);
}

const segment = (marker: number, data: Buffer) => Buffer.concat([big16(0xff00 + marker), big16(data.length + 2), data]);
const jpeg = (...segments: Buffer[]) => Buffer.concat([big16(0xffd8), ...segments, segment(0xda, latin("scan"))]);
const app1 = (data: Buffer) => segment(0xe1, Buffer.concat([latin("Exif\0\0"), data]));
const chunk = (name: string, data: Buffer) => Buffer.concat([big32(data.length), latin(name), data, big32(0)]);
const png = (...chunks: Buffer[]) => Buffer.concat([latin("\x89PNG\r\n\x1a\n"), ...chunks]);
const riff = (name: string, data: Buffer) =>
  Buffer.concat([latin(name), little(big32(data.length)), data, Buffer.alloc(data.length % 2)]);
const webp = (...chunks: Buffer[]) => Buffer.concat([latin("RIFF\0\0\0\0WEBP"), ...chunks]);

it.each([
  ["a JPEG", "image/jpeg", jpeg(app1(exif(6)))],
  ["a JPEG with little-endian data", "image/jpeg", jpeg(app1(exif(6, little)))],
  [
    "a JPEG with a JFIF segment and another APP1 before",
    "image/jpeg",
    jpeg(segment(0xe0, latin("JFIF\0")), segment(0xe1, latin("http://ns.adobe.com/")), app1(exif(6))),
  ],
  [
    "a PNG",
    "image/png",
    png(chunk("IHDR", latin("thirteen byte")), chunk("IDAT", latin("pixels")), chunk("eXIf", exif(6))),
  ],
  [
    "a WebP after a chunk of odd length",
    "image/webp",
    webp(riff("VP8X", latin("ten bytes!")), riff("VP8 ", latin("odd")), riff("EXIF", exif(6))),
  ],
  [
    "a WebP with the name of the JPEG segment",
    "image/webp",
    webp(riff("EXIF", Buffer.concat([latin("Exif\0\0"), exif(6)]))),
  ],
] as const)("the orientation is found: %s", (_what, type, bytes) => {
  expect(orientationOf(bytes, type)).toBe(6);
});

it.each([
  ["no EXIF data", "image/jpeg", jpeg()],
  ["a value that does not exist", "image/jpeg", jpeg(app1(exif(9)))],
  ["EXIF data after the start of the scan", "image/jpeg", Buffer.concat([jpeg(), app1(exif(6))])],
  ["EXIF data that are cut off", "image/jpeg", jpeg(app1(exif(6))).subarray(0, 30)],
  ["a PNG without the chunk", "image/png", png(chunk("IHDR", latin("thirteen byte")))],
  ["a type without EXIF data", "image/bmp", latin("BM")],
] as const)("an image counts as upright: %s", (_what, type, bytes) => {
  expect(orientationOf(bytes, type)).toBe(1);
});
