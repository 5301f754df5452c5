/** Images to send, and readers of received ones. */
import { crc32 } from "node:zlib";
import type { ReceivedImage } from "#test/clients/client.ts";

const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const ihdrWidthAt = 16;

/** @throws when the bytes are not a complete PNG. */
export function sizeOfPng(bytes: Uint8Array): { width: number; height: number } {
  const png = Buffer.from(bytes);
  if (!png.subarray(0, signature.length).equals(signature)) throw new Error(`no PNG: ${png.subarray(0, 40)}`);
  if (!png.subarray(-12).includes("IEND")) throw new Error("the PNG is cut short");
  return { width: png.readUInt32BE(ihdrWidthAt), height: png.readUInt32BE(ihdrWidthAt + 4) };
}

/** The bytes of an image, fetched as the client does. */
export async function bytesOf(shown: ReceivedImage): Promise<Uint8Array> {
  if (shown.kind === "bytes") return shown.bytes;
  const answer = await fetch(shown.url, { headers: shown.headers });
  const contentType = answer.headers.get("content-type");
  if (answer.status !== 200 || contentType !== "image/png")
    throw new Error(`${shown.url}: ${answer.status} ${contentType}`);
  return new Uint8Array(await answer.arrayBuffer());
}

/** Links to images of different sizes, so that tests can tell them apart. */
export const linksOf = (simulatorUrl: string, count: number): string[] =>
  Array.from({ length: count }, (_, index) => `${simulatorUrl}/_samples/${320 + 16 * index}x240.png`);

export const filesFrom = (links: string[]): Promise<File[]> =>
  Promise.all(
    links.map(async (link, index) => {
      const bytes = await (await fetch(link)).arrayBuffer();
      return new File([bytes], `image-${index + 1}.png`, { type: "image/png" });
    }),
  );

/** CRC-32 in the simulator's form: 8 hex digits. */
export const checksumOf = async (file: Blob): Promise<string> =>
  crc32(Buffer.from(await file.arrayBuffer()))
    .toString(16)
    .padStart(8, "0");
