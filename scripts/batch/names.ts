/**
 * Names of images: `<custom_id>.<ending>`, or `<custom_id>-<n>.<ending>` where a request made several. They are valid
 * on every common system, and different where upper and lower case are the same. Pure but for the hash.
 */
import { createHash } from "node:crypto";
import { maxStemBytes } from "./limits.ts";

/** One image of a request; `index` from 0, `of` the number of its images. */
type Named = { customId: string; index: number; of: number; contentType: string };

/** @param customIds all of the run; their order does not matter */
export function namesFor(customIds: string[]): (image: Named) => string {
  const stems = stemsOf(customIds);
  return ({ customId, index, of, contentType }) =>
    `${stems.get(customId) ?? safeStem(customId)}${of > 1 ? `-${index + 1}` : ""}.${endingOf(contentType)}`;
}

/** Each custom_id with its name without number and ending. */
function stemsOf(customIds: string[]): Map<string, string> {
  const stems = customIds.map((id) => ({ id, stem: safeStem(id) }));
  const uses = new Map<string, number>();
  for (const { stem } of stems) uses.set(folded(stem), (uses.get(folded(stem)) ?? 0) + 1);
  const isTaken = (stem: string): boolean => {
    // `cat-2` may also be the second image of `cat`.
    const [, before] = /^(.*)-\d+$/.exec(folded(stem)) ?? [];
    return (uses.get(folded(stem)) ?? 0) > 1 || (before !== undefined && uses.has(before));
  };
  return new Map(stems.map(({ id, stem }) => [id, isTaken(stem) ? `${stem}~${hashOf(id)}` : stem]));
}

const endings: Record<string, string> = {
  "image/png": "png",
  "image/jpeg": "jpg",
  "image/webp": "webp",
  "image/gif": "gif",
  "image/bmp": "bmp",
};

const endingOf = (contentType: string): string =>
  endings[contentType.split(";", 1)[0]?.trim().toLowerCase() ?? ""] ?? "img";

// https://learn.microsoft.com/windows/win32/fileio/naming-a-file
const reserved = /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\.|$)/i;

/** The tilde is kept for hashes, so a name without one never equals a name with one. */
function safeStem(customId: string): string {
  const plain = customId
    .toWellFormed()
    .normalize("NFC")
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\ufffd<>:"/\\|?*~]/gu, "_")
    .replace(/^[\s.-]+|[\s.]+$/g, "_");
  const stem = reserved.test(plain) ? `_${plain}` : plain;
  if (Buffer.byteLength(stem) <= maxStemBytes) return stem;
  return `${firstBytes(stem, maxStemBytes)}`.replace(/[\s.]+$/, "_");
}

function firstBytes(text: string, maxBytes: number): string {
  let [kept, bytes] = ["", 0];
  for (const character of text) {
    bytes += Buffer.byteLength(character);
    if (bytes > maxBytes) break;
    kept += character;
  }
  return kept;
}

/** Equal for names that some file system takes for the same. */
const folded = (name: string): string => name.normalize("NFKD").toUpperCase().toLowerCase().normalize("NFKD");

const hashOf = (text: string): string => createHash("sha256").update(text).digest("hex").slice(0, 10);
