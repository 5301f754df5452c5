// Encodes a small drawing as a baseline JPEG of full size. Every block of 8 x 8 pixels has one colour, so the drawing
// needs at most one dot for each block. Written after the specification of the format. Does not draw.

import type { Size } from "./models.ts";
import type { Dots, Rgb } from "./png.ts";

const blockPixels = 8;
/** With this quantizer the coefficient of a flat block is its value. */
const quantizer = 8;
const middle = 128;
/** Lengths of a difference in bits, each with a code of four bits. */
const categories = 12;
const categoryBits = 4;

/** @param comment Latin-1 text, stored as a comment segment. */
export function encodeJpeg(
  dots: Dots,
  palette: readonly Rgb[],
  { size, comment }: { size: Size; comment?: string },
): Uint8Array<ArrayBuffer> {
  const { width, height } = size;
  const components = [1, 2, 3];
  const frame = components.flatMap((component) => [component, 0x11, 0]);
  const dcCodes = [0, 0, 0, categories, ...Array(12).fill(0), ...Array(categories).keys()];
  const endOfBlockOnly = [1, ...Array(15).fill(0), 0];
  return Uint8Array.from(
    Buffer.concat([
      Uint8Array.of(0xff, 0xd8),
      segment(0xe0, [...Buffer.from("JFIF\0", "latin1"), 1, 1, 0, 0, 1, 0, 1, 0, 0]),
      ...(comment ? [segment(0xfe, [...Buffer.from(comment, "latin1")])] : []),
      segment(0xdb, [0, ...Array(64).fill(quantizer)]),
      segment(0xc0, [8, height >> 8, height & 255, width >> 8, width & 255, components.length, ...frame]),
      segment(0xc4, [0x00, ...dcCodes]),
      segment(0xc4, [0x10, ...endOfBlockOnly]),
      segment(0xda, [components.length, ...components.flatMap((component) => [component, 0x00]), 0, 63, 0]),
      scan(dots, palette, size),
      Uint8Array.of(0xff, 0xd9),
    ]),
  );
}

function scan(dots: Dots, palette: readonly Rgb[], { width, height }: Size): Uint8Array {
  const across = Math.ceil(width / blockPixels);
  const down = Math.ceil(height / blockPixels);
  const colours = palette.map(yCbCr);
  const writer = bitWriter();
  const before = [0, 0, 0];
  for (let y = 0; y < down; y += 1) {
    const row = Math.floor((y * dots.height) / down) * dots.width;
    for (let x = 0; x < across; x += 1) {
      const colour = colours[dots.indexes[row + Math.floor((x * dots.width) / across)] ?? 0] ?? before;
      for (let component = 0; component < before.length; component += 1) {
        const value = colour[component] ?? 0;
        writeDifference(writer, value - (before[component] ?? 0));
        before[component] = value;
      }
    }
  }
  return writer.bytes();
}

/** The length of the difference, the difference, and the one-bit code that ends the block. */
function writeDifference(writer: BitWriter, difference: number): void {
  const bits = 32 - Math.clz32(Math.abs(difference));
  writer.put(bits, categoryBits);
  // A negative difference is the complement of its absolute value.
  if (bits > 0) writer.put(difference > 0 ? difference : difference + (1 << bits) - 1, bits);
  writer.put(0, 1);
}

function yCbCr([red, green, blue]: Rgb): number[] {
  const light = 0.299 * red + 0.587 * green + 0.114 * blue;
  return [light - middle, (blue - light) / 1.772, (red - light) / 1.402].map(Math.round);
}

type BitWriter = { put(value: number, bits: number): void; bytes(): Uint8Array };

function bitWriter(): BitWriter {
  const bytes: number[] = [];
  let held = 0;
  let heldBits = 0;
  const put = (value: number, bits: number) => {
    held = (held << bits) | value;
    heldBits += bits;
    while (heldBits >= 8) {
      heldBits -= 8;
      const byte = (held >> heldBits) & 255;
      bytes.push(byte);
      // A zero byte follows 0xff, so that it is not read as a marker.
      if (byte === 255) bytes.push(0);
    }
    held &= (1 << heldBits) - 1;
  };
  return {
    put,
    bytes() {
      // Padded with ones.
      if (heldBits > 0) put((1 << (8 - heldBits)) - 1, 8 - heldBits);
      return Uint8Array.from(bytes);
    },
  };
}

function segment(marker: number, content: number[]): Uint8Array {
  const length = content.length + 2;
  return Uint8Array.from([0xff, marker, length >> 8, length & 255, ...content]);
}
