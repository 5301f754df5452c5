/** What a file is by its first bytes, whatever its name or a header says. Pure. */

/** So many bytes tell every type below. */
export const telltaleBytes = 32;

type Recognised =
  | { kind: "picture"; contentType: "image/jpeg" | "image/png" | "image/webp" | "image/gif" | "image/bmp" }
  /** No picture the upstream takes; `what` is for a person. */
  | { kind: "other"; what: string };

/** @param head the first bytes of the file, at least `telltaleBytes` if it has so many. */
export function pictureType(head: Uint8Array): Recognised {
  const latin = String.fromCharCode(...head.subarray(0, telltaleBytes));
  if (latin.startsWith("\xff\xd8\xff")) return { kind: "picture", contentType: "image/jpeg" };
  if (latin.startsWith("\x89PNG\r\n\x1a\n")) return { kind: "picture", contentType: "image/png" };
  if (latin.startsWith("RIFF") && latin.startsWith("WEBP", 8)) return { kind: "picture", contentType: "image/webp" };
  if (/^GIF8[79]a/.test(latin)) return { kind: "picture", contentType: "image/gif" };
  if (isBitmap(head)) return { kind: "picture", contentType: "image/bmp" };
  return { kind: "other", what: nameOf(latin) };
}

/** Sizes of the header after a BMP's file header. "BM" alone is not enough: text may begin with it, too. */
const bitmapHeaders = [12, 40, 52, 56, 64, 108, 124];

const isBitmap = (head: Uint8Array): boolean =>
  head[0] === 0x42 &&
  head[1] === 0x4d &&
  bitmapHeaders.includes(head[14] ?? 0) &&
  [15, 16, 17].every((place) => head[place] === 0);

/** A name for what people send by mistake. */
function nameOf(latin: string): string {
  const text = latin.replace(/^\xef\xbb\xbf/, "").trimStart();
  if (/^<!doctype html|^<html|^<head|^<body/i.test(text)) return "an HTML page";
  if (/^<svg/i.test(text)) return "an SVG drawing";
  if (text.startsWith("<")) return "XML, perhaps an SVG drawing";
  if (/^[{[]/.test(text)) return "JSON";
  if (/^ftyp(avif|avis)/.test(latin.slice(4))) return "an AVIF picture";
  if (/^ftyp(heic|heix|mif1|msf1|hevc)/.test(latin.slice(4))) return "a HEIC picture";
  if (latin.slice(4).startsWith("ftyp")) return "a video";
  if (/^(II\*\0|MM\0\*)/.test(latin)) return "a TIFF picture";
  if (latin.startsWith("%PDF")) return "a PDF document";
  if (latin.startsWith("PK\x03\x04")) return "a zip archive";
  return /^[\t\r\n\x20-\x7e]*$/.test(latin) ? "plain text" : "of a type that is not known here";
}
