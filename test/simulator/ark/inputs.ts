// The reference images of a call: data URLs, checked down to the image's header. Ark also fetches public URLs and reads
// TIFF and HEIC; the simulator refuses both.

import { crc32 } from "node:zlib";
import { type ImageHeader, readImageHeader } from "#test/simulator/image-header.ts";
import { type ArkOutcome, type ArkRefusal, invalid, refuse } from "./refusals.ts";

export type ArkInput = ImageHeader & { crc32: string; hasAlpha: boolean };

const mediaTypes = ["jpeg", "jpg", "png", "webp", "bmp", "tiff", "gif", "heic", "heif"];
const maxInputBytes = 30 * 1024 * 1024;
const minPixels = 196;
const maxPixels = 36_000_000;
/** Each side is longer than this. */
const sideLimit = 14;
const maxRatio = 16;

/** @param value the field `image`: a data URL or a list of them. */
export function readInputs(value: unknown, maxInputs: number): ArkOutcome<ArkInput[]> {
  const list: unknown[] = Array.isArray(value) ? value : [value];
  if (list.length === 0) return refuse(invalid("image", "the list is empty"));
  if (list.length > maxInputs)
    return refuse(invalid("image", `${list.length} images were given, this model takes at most ${maxInputs}`));
  const inputs: ArkInput[] = [];
  for (const entry of list) {
    const read = readInput(entry);
    if (!read.ok) return read;
    inputs.push(read.value);
  }
  return { ok: true, value: inputs };
}

function readInput(value: unknown): ArkOutcome<ArkInput> {
  const badUrl = (problem: string) => refuse(invalid("image", problem, "InvalidImageURL.InvalidFormat"));
  if (typeof value !== "string") return refuse(invalid("image", "it is not a string"));
  if (value === "") return refuse(invalid("image", "the URL is empty", "InvalidImageURL.EmptyURL"));
  const comma = value.indexOf(",");
  const [, type] = /^data:([^;,]+);base64$/.exec(value.slice(0, Math.max(comma, 0))) ?? [];
  if (!type) return badUrl("the simulator takes only data URLs with base64");
  if (!mediaTypes.some((known) => type === `image/${known}`)) return badUrl(`the media type ${type} is not known`);
  const base64 = value.slice(comma + 1);
  if (base64 === "" || base64.length % 4 !== 0 || !/^[A-Za-z0-9+/]+={0,2}$/.test(base64))
    return badUrl("the base64 text cannot be decoded");
  return readBytes(Buffer.from(base64, "base64"));
}

function readBytes(bytes: Uint8Array): ArkOutcome<ArkInput> {
  const head = readImageHeader(bytes);
  if (!head) return refuse(invalid("image", "the image cannot be read"));
  const problem = problemOf(head, bytes.byteLength);
  if (problem) return refuse(problem);
  const hexDigits = 8;
  return {
    ok: true,
    value: { ...head, crc32: crc32(bytes).toString(16).padStart(hexDigits, "0"), hasAlpha: hasAlpha(head, bytes) },
  };
}

function problemOf({ width, height }: ImageHeader, bytes: number): ArkRefusal | undefined {
  if (bytes > maxInputBytes) return invalid("image", `the image has more than ${maxInputBytes} bytes`);
  if (Math.min(width, height) <= sideLimit) return invalid("image", `a side has ${sideLimit} pixels or fewer`);
  const pixels = width * height;
  if (pixels < minPixels || pixels > maxPixels)
    return invalid("image", `the image has ${pixels} pixels, not ${minPixels} to ${maxPixels}`);
  if (Math.max(width / height, height / width) > maxRatio)
    return invalid("image", `the ratio ${width}:${height} is not 1:16 to 16:1`);
  return undefined;
}

const colourTypeAt = 25;
const coloursWithAlpha = [4, 6];

function hasAlpha({ format }: ImageHeader, bytes: Uint8Array): boolean {
  if (format !== "png") return false;
  return (
    coloursWithAlpha.includes(bytes[colourTypeAt] ?? 0) ||
    Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).includes("tRNS")
  );
}
