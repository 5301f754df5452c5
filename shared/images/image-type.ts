/**
 * The type of an image by its first bytes; its name and Content-Type are ignored. Used for reference images, results,
 * and files added on the page. Pure.
 */

import { type NamedFile, otherFile } from "./other-file.ts";

/** This many bytes identify every type below. */
export const typeHeadBytes = 64;

export type ImageType = "image/jpeg" | "image/png" | "image/webp" | "image/gif" | "image/bmp" | "image/avif";

/** Types of reference images that the upstream accepts. */
export const referenceTypes: readonly ImageType[] = ["image/jpeg", "image/png", "image/webp", "image/gif", "image/bmp"];

/** `contentType` is null for a file of another type, which still has a name. */
export type RecognisedType = NamedFile & { contentType: ImageType | null };

/** @param head the first bytes of the file, at least `typeHeadBytes`, or the whole file. */
export function imageType(head: Uint8Array): RecognisedType {
  const latin = String.fromCharCode(...head.subarray(0, typeHeadBytes));
  const found = images.find(({ isIt }) => isIt(latin));
  if (found === undefined) return { contentType: null, ...otherFile(latin) };
  const { contentType, what, ending } = found;
  return { contentType, what, kind: "image", ending };
}

type Image = { contentType: ImageType; what: string; ending: string; isIt: (latin: string) => boolean };

const images: Image[] = [
  { contentType: "image/jpeg", what: "a JPEG image", ending: "jpg", isIt: (latin) => latin.startsWith("\xff\xd8\xff") },
  {
    contentType: "image/png",
    what: "a PNG image",
    ending: "png",
    isIt: (latin) => latin.startsWith("\x89PNG\r\n\x1a\n"),
  },
  {
    contentType: "image/webp",
    what: "a WebP image",
    ending: "webp",
    isIt: (latin) => latin.startsWith("RIFF") && latin.startsWith("WEBP", 8),
  },
  { contentType: "image/gif", what: "a GIF image", ending: "gif", isIt: (latin) => /^GIF8[79]a/.test(latin) },
  { contentType: "image/bmp", what: "a BMP image", ending: "bmp", isIt: isBitmap },
  {
    contentType: "image/avif",
    what: "an AVIF image",
    ending: "avif",
    isIt: (latin) => brandsOf(latin).some((brand) => brand === "avif" || brand === "avis"),
  },
];

/** Sizes of the header after a BMP's file header. "BM" alone is not enough: a text may begin with it. */
const bitmapHeaders = [12, 40, 52, 56, 64, 108, 124];

function isBitmap(latin: string): boolean {
  return latin.startsWith("BM") && bitmapHeaders.includes(latin.charCodeAt(14)) && latin.startsWith("\0\0\0", 15);
}

/** The major brand and the compatible ones of a file that begins with an `ftyp` box (ISO/IEC 14496-12 §4.3). */
function brandsOf(latin: string): string[] {
  if (!latin.startsWith("ftyp", 4)) return [];
  const boxBytes = [0, 1, 2, 3].reduce((size, place) => size * 256 + latin.charCodeAt(place), 0);
  const compatible = latin.slice(16, boxBytes).match(/[\s\S]{4}/g) ?? [];
  return [latin.slice(8, 12), ...compatible];
}
