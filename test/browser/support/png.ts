/** Checks that bytes are a complete PNG: chunks, checksums, and the number of pixels of its header. */
import { crc32, inflateSync } from "node:zlib";

const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
/** Channels by colour type (PNG specification, table 11.1). */
const channelsOf: Record<number, number> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };

/** @throws Error that names the fault. */
export function sizeOfPng(bytes: Buffer): { width: number; height: number } {
  if (!bytes.subarray(0, signature.length).equals(signature)) throw new Error("no PNG's signature");
  const chunks = chunksOf(bytes);
  const header = chunks.find(({ type }) => type === "IHDR")?.data;
  if (header === undefined || chunks.at(-1)?.type !== "IEND") throw new Error("no beginning or no end");
  const width = header.readUInt32BE(0);
  const height = header.readUInt32BE(4);
  const bitsPerPixel = (header[8] ?? 0) * (channelsOf[header[9] ?? -1] ?? 0);
  const pixels = inflateSync(Buffer.concat(chunks.filter(({ type }) => type === "IDAT").map(({ data }) => data)));
  const expected = height * (1 + Math.ceil((width * bitsPerPixel) / 8));
  if (pixels.length !== expected) throw new Error(`${pixels.length} bytes of pixels, not ${expected}`);
  return { width, height };
}

function chunksOf(bytes: Buffer): { type: string; data: Buffer }[] {
  const chunks: { type: string; data: Buffer }[] = [];
  for (let at = signature.length; at < bytes.length; ) {
    const length = bytes.readUInt32BE(at);
    const type = bytes.toString("latin1", at + 4, at + 8);
    const data = bytes.subarray(at + 8, at + 8 + length);
    if (crc32(bytes.subarray(at + 4, at + 8 + length)) !== bytes.readUInt32BE(at + 8 + length)) {
      throw new Error(`the checksum of ${type} is wrong`);
    }
    chunks.push({ type, data });
    at += length + 12;
  }
  return chunks;
}

/** The size that a text of the page states. */
export function statedSize(text: string): { width: number; height: number } {
  const [, width, height] = /(\d+) × (\d+)/.exec(text) ?? [];
  return { width: Number(width), height: Number(height) };
}
