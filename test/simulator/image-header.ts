// Reads format and size of an image from its header: PNG, JPEG, GIF, WebP, BMP, after the specifications of the
// formats. Does not check the rest of the file.

import type { Size } from "./models.ts";

export type ImageHeader = Size & { format: "png" | "jpeg" | "gif" | "webp" | "bmp" };

/** Undefined for other formats, or when the bytes end before the size. */
export function readImageHeader(bytes: Uint8Array): ImageHeader | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    return readPng(view) ?? readJpeg(view) ?? readGif(view) ?? readWebp(view) ?? readBmp(view);
  } catch (error) {
    // The bytes end within the header.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

const pngStart = "\x89PNG\r\n\x1a\n";

function readPng(view: DataView): ImageHeader | undefined {
  if (!has(view, 0, pngStart) || !has(view, 12, "IHDR")) return undefined;
  return { format: "png", width: view.getUint32(16), height: view.getUint32(20) };
}

/** SOF0 to SOF15, without the three markers in between that are not frames (DHT, JPG, DAC). */
const notFrames = new Set([0xc4, 0xc8, 0xcc]);
const isFrame = (marker: number) => marker >= 0xc0 && marker <= 0xcf && !notFrames.has(marker);

function readJpeg(view: DataView): ImageHeader | undefined {
  if (!has(view, 0, "\xff\xd8\xff")) return undefined;
  for (let at = 2; view.getUint8(at) === 0xff; ) {
    const marker = view.getUint8(at + 1);
    // Fill bytes before a marker are allowed.
    if (marker === 0xff) at += 1;
    else if (isFrame(marker)) return { format: "jpeg", width: view.getUint16(at + 7), height: view.getUint16(at + 5) };
    else at += 2 + view.getUint16(at + 2);
  }
  return undefined;
}

function readGif(view: DataView): ImageHeader | undefined {
  if (!has(view, 0, "GIF87a") && !has(view, 0, "GIF89a")) return undefined;
  return { format: "gif", width: view.getUint16(6, true), height: view.getUint16(8, true) };
}

const fourteenBits = 0x3fff;

function readWebp(view: DataView): ImageHeader | undefined {
  if (!has(view, 0, "RIFF") || !has(view, 8, "WEBP")) return undefined;
  if (has(view, 12, "VP8X")) return webp(1 + uint24(view, 24), 1 + uint24(view, 27));
  if (has(view, 12, "VP8L")) {
    const packed = view.getUint32(21, true);
    return webp(1 + (packed & fourteenBits), 1 + ((packed >>> 14) & fourteenBits));
  }
  if (has(view, 12, "VP8 ") && has(view, 23, "\x9d\x01\x2a"))
    return webp(view.getUint16(26, true) & fourteenBits, view.getUint16(28, true) & fourteenBits);
  return undefined;
}

function webp(width: number, height: number): ImageHeader {
  return { format: "webp", width, height };
}

/** A negative height means that rows start at the top. */
function readBmp(view: DataView): ImageHeader | undefined {
  if (!has(view, 0, "BM")) return undefined;
  return { format: "bmp", width: view.getInt32(18, true), height: Math.abs(view.getInt32(22, true)) };
}

function has(view: DataView, at: number, characters: string): boolean {
  if (at + characters.length > view.byteLength) return false;
  return [...characters].every((character, index) => view.getUint8(at + index) === character.charCodeAt(0));
}

function uint24(view: DataView, at: number): number {
  return view.getUint16(at, true) | (view.getUint8(at + 2) << 16);
}
