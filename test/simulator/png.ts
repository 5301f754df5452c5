// Encodes a small drawing as a palette PNG of full size. Rows that repeat the one above cost almost nothing, so a 4k
// image takes a fraction of a second. Does not draw.

import { promisify } from "node:util";
import { crc32, deflate } from "node:zlib";
import type { Size } from "./models.ts";

/** Palette indexes, row by row. */
export type Dots = { width: number; height: number; indexes: Uint8Array };
export type Rgb = readonly [red: number, green: number, blue: number];

export const signature = Uint8Array.of(137, 80, 78, 71, 13, 10, 26, 10);
const bitDepth = 8;
const paletteColour = 3;
const filterNone = 0;
/** Each byte is the difference to the byte above; zeros repeat the row. */
const filterUp = 2;
const fastLevel = 1;

const deflateAsync = promisify(deflate);

/**
 * @param comment Latin-1 text, stored as the keyword Comment of a tEXt chunk.
 * @param transparentColours this many colours from the start of the palette are transparent.
 */
export async function encodePng(
  dots: Dots,
  palette: readonly Rgb[],
  { size, comment, transparentColours = 0 }: { size: Size; comment?: string; transparentColours?: number },
): Promise<Uint8Array<ArrayBuffer>> {
  const header = new Uint8Array(13);
  const view = new DataView(header.buffer);
  view.setUint32(0, size.width);
  view.setUint32(4, size.height);
  header.set([bitDepth, paletteColour, 0, 0, 0], 8);
  const data = await deflateAsync(scanlines(dots, size), { level: fastLevel });
  return Uint8Array.from(
    Buffer.concat([
      signature,
      chunk("IHDR", header),
      chunk("PLTE", Uint8Array.from(palette.flat())),
      ...(transparentColours > 0 ? [chunk("tRNS", new Uint8Array(transparentColours))] : []),
      ...(comment ? [chunk("tEXt", Buffer.from(`Comment\0${comment}`, "latin1"))] : []),
      chunk("IDAT", data),
      chunk("IEND", new Uint8Array()),
    ]),
  );
}

function scanlines(dots: Dots, { width, height }: Size): Uint8Array {
  const rowBytes = width + 1;
  const bytes = new Uint8Array(rowBytes * height);
  const columns = Uint32Array.from({ length: width }, (_, x) => Math.floor((x * dots.width) / width));
  let drawnRow = -1;
  for (let y = 0; y < height; y += 1) {
    const row = Math.floor((y * dots.height) / height);
    const start = y * rowBytes;
    if (row === drawnRow) {
      bytes[start] = filterUp;
      continue;
    }
    drawnRow = row;
    bytes[start] = filterNone;
    const from = row * dots.width;
    for (let x = 0; x < width; x += 1) bytes[start + 1 + x] = dots.indexes[from + (columns[x] ?? 0)] ?? 0;
  }
  return bytes;
}

export function chunk(type: string, data: Uint8Array): Uint8Array {
  const typed = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.byteLength);
  const check = Buffer.alloc(4);
  check.writeUInt32BE(crc32(typed));
  return Buffer.concat([length, typed, check]);
}
