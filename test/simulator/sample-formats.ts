// Valid images of any size in five formats, each with a place for padding. PNGs are drawn; the others are as simple as
// their format allows. Written after the specifications of the formats. No I/O.

import { drawImage } from "./drawing.ts";
import type { Size } from "./models.ts";

export const sampleFormats = ["png", "jpg", "gif", "webp", "bmp"] as const;
export type SampleFormat = (typeof sampleFormats)[number];

/** An image, split where the padding goes. */
export type Sample = { before: Uint8Array; after: Uint8Array };

/** @param paddingBytes length of the padding, which some headers include. */
type Encode = (size: Size, paddingBytes: number) => Sample | Promise<Sample>;

export const encoders: Record<SampleFormat, Encode> = { png, jpg, gif, webp, bmp };

const maxSideDots = 512;

async function png(size: Size): Promise<Sample> {
  const label = `${size.width}x${size.height}`;
  const bytes = await drawImage({ size, seed: label, lines: ["a sample image", label], maxSideDots });
  return cut(bytes, bytes.byteLength - "....IEND....".length);
}

const quantizer = 8;
/** Brightness of the first stripe above the middle; the following differ by at most 127, seven bits. */
const firstStep = 64;
const nextStep = 127;
const stepBits = 7;

/** Baseline JPEG with grey stripes. A block as bright as the one before takes two bits. */
function jpg({ width, height }: Size): Sample {
  const blocksAcross = Math.ceil(width / 8);
  const bits: number[] = [];
  const put = (text: string) => bits.push(...[...text].map(Number));
  for (let row = 0; row * 8 < height; row += 1) {
    const isDarker = row % 2 === 1;
    const step = row === 0 ? firstStep : nextStep;
    // A negative difference is the complement of its absolute value.
    const value = isDarker ? ~step & nextStep : step;
    put(`10${value.toString(2).padStart(stepBits, "0")}0`);
    for (let block = 1; block < blocksAcross; block += 1) bits.push(0, 0);
  }
  const noAc = segment(0xc4, [0x10, 1, ...Array(15).fill(0), 0]);
  const twoDc = segment(0xc4, [0x00, 1, 1, ...Array(14).fill(0), 0, stepBits]);
  return {
    before: Uint8Array.from([
      ...[0xff, 0xd8],
      ...segment(0xe0, [...ascii("JFIF\0"), 1, 1, 0, 0, 1, 0, 1, 0, 0]),
      ...segment(0xdb, [0, ...Array(64).fill(quantizer)]),
      ...segment(0xc0, [8, height >> 8, height & 255, width >> 8, width & 255, 1, 1, 0x11, 0]),
      ...twoDc,
      ...noAc,
    ]),
    after: Buffer.concat([
      Uint8Array.from(segment(0xda, [1, 1, 0x00, 0, 63, 0])),
      entropyCoded(bits),
      Uint8Array.of(0xff, 0xd9),
    ]),
  };
}

/** Padded with ones; 0xff is followed by a zero byte, so that it is not read as a marker. */
function entropyCoded(bits: readonly number[]): Uint8Array {
  const bytes: number[] = [];
  for (let at = 0; at < bits.length; at += 8) {
    let byte = 0;
    for (let bit = 0; bit < 8; bit += 1) byte = byte * 2 + (bits[at + bit] ?? 1);
    bytes.push(byte);
    if (byte === 0xff) bytes.push(0);
  }
  return Uint8Array.from(bytes);
}

const gifCodeBits = 2;
const clear = 4;
const end = 5;
const maxCode = 4095;
const maxSubBlock = 255;

/** One colour. Each code adds a longer run to the dictionary, so n codes cover n²/2 pixels. */
function gif({ width, height }: Size): Sample {
  const packed = packedCodes(runCodes(width * height));
  const blocks: number[] = [];
  for (let at = 0; at < packed.length; at += maxSubBlock) {
    const block = packed.slice(at, at + maxSubBlock);
    blocks.push(block.length, ...block);
  }
  const size = [...uint16(width), ...uint16(height)];
  return {
    before: Uint8Array.from([
      ...ascii("GIF89a"),
      ...size,
      ...[0x80, 0, 0],
      ...[70, 120, 180, 255, 255, 255],
      ...[0x2c, 0, 0, 0, 0],
      ...size,
      ...[0, gifCodeBits],
      ...blocks,
      0,
    ]),
    after: Uint8Array.of(0x3b),
  };
}

/** Codes with their widths in bits. */
function runCodes(pixels: number): [code: number, bits: number][] {
  const codes: [number, number][] = [[clear, gifCodeBits + 1]];
  let left = pixels;
  let known = end;
  let run = 1;
  const bits = () => Math.max(gifCodeBits + 1, Math.floor(Math.log2(Math.max(1, known))) + 1);
  while (left > 0) {
    const length = Math.min(run, left);
    codes.push([length === 1 ? 0 : end + length - 1, bits()]);
    left -= length;
    // The decoder adds a run with every code after the first; its code width grows just before.
    known += 1;
    run += 1;
    if (known >= maxCode) {
      codes.push([clear, bits()]);
      known = end;
      run = 1;
    }
  }
  return [...codes, [end, bits()]];
}

function packedCodes(codes: readonly [code: number, bits: number][]): number[] {
  const bytes: number[] = [];
  let held = 0;
  let heldBits = 0;
  for (const [code, bits] of codes) {
    held |= code << heldBits;
    heldBits += bits;
    for (; heldBits >= 8; heldBits -= 8) {
      bytes.push(held & 255);
      held >>>= 8;
    }
  }
  return heldBits > 0 ? [...bytes, held & 255] : bytes;
}

/** Lossless, one colour: with one symbol in each alphabet a pixel takes no bits. */
function webp({ width, height }: Size, paddingBytes: number): Sample {
  const symbol = (value: number) => ["1", "0", "1", bitsOf(value, 8)].join("");
  const bits = [
    bitsOf(0x2f, 8),
    bitsOf(width - 1, 14),
    bitsOf(height - 1, 14),
    "0",
    "000",
    ...["0", "0", "0"],
    ...[120, 70, 180, 255, 0].map(symbol),
  ].join("");
  const pixels = Array.from({ length: Math.ceil(bits.length / 8) }, (_, at) =>
    Number.parseInt([...bits.slice(at * 8, at * 8 + 8)].reverse().join(""), 2),
  );
  if (pixels.length % 2 === 1) pixels.push(0);
  const head = [...uint32(0), ...uint24(width - 1), ...uint24(height - 1)];
  const chunks = [...ascii("VP8X"), ...uint32(head.length), ...head];
  chunks.push(...ascii("VP8L"), ...uint32(pixels.length), ...pixels);
  const total = "WEBP".length + chunks.length + paddingBytes;
  return {
    before: Uint8Array.from([...ascii("RIFF"), ...uint32(total), ...ascii("WEBP"), ...chunks]),
    after: new Uint8Array(),
  };
}

/** Two colours in stripes. */
function bmp({ width, height }: Size, paddingBytes: number): Sample {
  const rowBytes = Math.ceil(width / 32) * 4;
  const pixels = new Uint8Array(rowBytes * height).fill(0b11110000);
  const palette = [180, 120, 70, 0, 250, 250, 250, 0];
  const info = [...uint32(40), ...uint32(width), ...uint32(height), ...uint16(1), ...uint16(1), ...uint32(0)];
  info.push(...uint32(pixels.length), ...uint32(2835), ...uint32(2835), ...uint32(2), ...uint32(0));
  const offset = 14 + info.length + palette.length + paddingBytes;
  const file = [...ascii("BM"), ...uint32(offset + pixels.length), ...uint32(0), ...uint32(offset)];
  return { before: Uint8Array.from([...file, ...info, ...palette]), after: pixels };
}

function segment(marker: number, content: number[]): number[] {
  const length = content.length + 2;
  return [0xff, marker, length >> 8, length & 255, ...content];
}

function cut(bytes: Uint8Array, at: number): Sample {
  return { before: bytes.subarray(0, at), after: bytes.subarray(at) };
}

/** Lowest bit first. */
function bitsOf(value: number, count: number): string {
  return [...value.toString(2).padStart(count, "0")].reverse().join("");
}

const uint16 = (value: number) => [value & 255, (value >> 8) & 255];
const uint24 = (value: number) => [...uint16(value), (value >> 16) & 255];
const uint32 = (value: number) => [...uint24(value), (value >>> 24) & 255];
const ascii = (text: string) => [...text].map((character) => character.charCodeAt(0));
