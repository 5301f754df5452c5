/**
 * The type of an image by its first bytes; its name and Content-Type are ignored. Used for reference images, results,
 * and files added on the page. Pure.
 */

/** This many bytes identify every type below. */
export const typeHeadBytes = 64;

export type ImageType = "image/jpeg" | "image/png" | "image/webp" | "image/gif" | "image/bmp" | "image/avif";

/** Types of reference images that the upstream accepts. */
export const referenceTypes: readonly ImageType[] = ["image/jpeg", "image/png", "image/webp", "image/gif", "image/bmp"];

export type RecognisedType = {
  /** Null: none of these types. */
  contentType: ImageType | null;
  /** The type for people, e.g. `an HTML page`. */
  what: string;
};

/** @param head the first bytes of the file, at least `telltaleBytes`, or the whole file. */
export function imageType(head: Uint8Array): RecognisedType {
  const latin = String.fromCharCode(...head.subarray(0, typeHeadBytes));
  const found = images.find(({ isIt }) => isIt(latin));
  return found === undefined
    ? { contentType: null, what: nameOf(latin) }
    : { contentType: found.contentType, what: found.what };
}

type Image = { contentType: ImageType; what: string; isIt: (latin: string) => boolean };

const images: Image[] = [
  { contentType: "image/jpeg", what: "a JPEG image", isIt: (latin) => latin.startsWith("\xff\xd8\xff") },
  { contentType: "image/png", what: "a PNG image", isIt: (latin) => latin.startsWith("\x89PNG\r\n\x1a\n") },
  {
    contentType: "image/webp",
    what: "a WebP image",
    isIt: (latin) => latin.startsWith("RIFF") && latin.startsWith("WEBP", 8),
  },
  { contentType: "image/gif", what: "a GIF image", isIt: (latin) => /^GIF8[79]a/.test(latin) },
  { contentType: "image/bmp", what: "a BMP image", isIt: isBitmap },
  { contentType: "image/avif", what: "an AVIF image", isIt: (latin) => brandsOf(latin).some(isAvif) },
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

const isAvif = (brand: string): boolean => brand === "avif" || brand === "avis";

/** Names of files that people send by mistake. */
function nameOf(latin: string): string {
  const text = latin.replace(/^\xef\xbb\xbf/, "").trimStart();
  if (/^<!doctype html|^<html|^<head|^<body/i.test(text)) return "an HTML page";
  if (/^<svg/i.test(text)) return "an SVG drawing";
  if (text.startsWith("<")) return "XML, perhaps an SVG drawing";
  if (/^[{[]/.test(text)) return "JSON";
  if (/^(heic|heix|mif1|msf1|hevc)/.test(brandsOf(latin)[0] ?? "")) return "a HEIC image";
  if (latin.startsWith("ftyp", 4)) return "a video";
  if (/^(II\*\0|MM\0\*)/.test(latin)) return "a TIFF image";
  if (latin.startsWith("%PDF")) return "a PDF document";
  if (latin.startsWith("PK\x03\x04")) return "a zip archive";
  return /^[\t\r\n\x20-\x7e]*$/.test(latin) ? "plain text" : "of a type that is not known here";
}
