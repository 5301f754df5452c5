// Padding that keeps an image valid: comments, an unknown chunk, a gap. Generated in pieces, so that an image of a
// gigabyte needs no memory.

import { crc32 } from "node:zlib";
import type { SampleFormat } from "./sample-formats.ts";

const zeros = new Uint8Array(65_536);
/** The largest content of a JPEG segment and of a GIF block. */
const maxSegment = 65_533;
const maxSubBlock = 255;

/** The shortest possible padding of each format. */
export const minPaddingBytes: Record<SampleFormat, number> = { png: 12, jpg: 4, gif: 5, webp: 8, bmp: 1 };

/** Yields exactly the given number of bytes. */
export const paddings: Record<SampleFormat, (bytes: number) => Iterable<Uint8Array>> = {
  *png(bytes) {
    const type = Buffer.from("paDd");
    const length = bytes - "....paDd....".length;
    yield Uint8Array.from([...bigEndian(length), ...type]);
    let check = crc32(type);
    for (const piece of blank(length)) {
      check = crc32(piece, check);
      yield piece;
    }
    yield Uint8Array.from(bigEndian(check));
  },
  *jpg(bytes) {
    const head = 4;
    for (let left = bytes; left > 0; ) {
      // The rest must be empty or large enough for another segment.
      const maxContent = Math.min(left - head, maxSegment);
      const content = left - head - maxContent > 0 && left - head - maxContent < head ? maxContent - head : maxContent;
      const length = content + 2;
      yield Uint8Array.of(0xff, 0xfe, length >> 8, length & 255);
      yield zeros.subarray(0, content);
      left -= head + content;
    }
  },
  *gif(bytes) {
    yield Uint8Array.of(0x21, 0xfe);
    for (let left = bytes - "!..".length; left > 0; ) {
      const maxContent = Math.min(left - 1, maxSubBlock);
      const content = left - 1 - maxContent === 1 ? maxContent - 1 : maxContent;
      yield Uint8Array.of(content, ...zeros.subarray(0, content));
      left -= 1 + content;
    }
    yield Uint8Array.of(0);
  },
  *webp(bytes) {
    const length = bytes - "PADD....".length;
    yield Uint8Array.from([...Buffer.from("PADD"), ...bigEndian(length).reverse()]);
    yield* blank(length);
  },
  *bmp(bytes) {
    yield* blank(bytes);
  },
};

function* blank(bytes: number): Iterable<Uint8Array> {
  for (let left = bytes; left > 0; left -= zeros.byteLength) yield zeros.subarray(0, Math.min(left, zeros.byteLength));
}

function bigEndian(value: number): number[] {
  return [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255];
}
