/**
 * The orientation that a JPEG, PNG or WebP image states in its EXIF data. Whether the upstream heeds it is not known,
 * so the page sends such images upright. Pure.
 */
import type { ImageType } from "#shared/images/image-type.ts";

/** @returns 1 to 8 (Exif 2.32, tag 0x0112); 1, upright, where nothing valid is stated. */
export function orientationOf(bytes: Uint8Array, type: ImageType): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    const start = exifStarts[type]?.(view) ?? null;
    return start === null ? 1 : orientationAt(view, start);
  } catch (error) {
    // It points behind the end of the file.
    if (error instanceof RangeError) return 1;
    throw error;
  }
}

/** Where the EXIF data begin, with the head of a TIFF file; null without any. */
const exifStarts: Partial<Record<ImageType, (view: DataView) => number | null>> = {
  "image/jpeg": inJpeg,
  "image/png": (view) =>
    inChunks(view, { first: 8, nameAt: 4, name: "eXIf", next: (at) => at + 12 + view.getUint32(at) }),
  "image/webp": (view) =>
    inChunks(view, {
      first: 12,
      nameAt: 0,
      name: "EXIF",
      // Chunks begin at even places.
      next: (at) => at + 8 + Math.ceil(view.getUint32(at + 4, true) / 2) * 2,
    }),
};

/** In the segment APP1, which comes before the frame (Exif 2.32, 4.5.4). */
function inJpeg(view: DataView): number | null {
  const app1 = 0xffe1;
  const startOfScan = 0xffda;
  for (let at = 2; view.getUint16(at) !== startOfScan; at += 2 + view.getUint16(at + 2)) {
    if (view.getUint8(at) !== 0xff) return null;
    if (view.getUint16(at) === app1 && textAt(view, at + 4) === "Exif") return at + 10;
  }
  return null;
}

type Chunks = { first: number; nameAt: number; name: string; next: (at: number) => number };

function inChunks(view: DataView, { first, nameAt, name, next }: Chunks): number | null {
  for (let at = first; at + 8 <= view.byteLength; at = next(at)) {
    if (textAt(view, at + nameAt) !== name) continue;
    // Some writers of WebP put the name of the JPEG segment before the data.
    return textAt(view, at + 8) === "Exif" ? at + 14 : at + 8;
  }
  return null;
}

const textAt = (view: DataView, at: number): string =>
  String.fromCharCode(...[0, 1, 2, 3].map((place) => view.getUint8(at + place)));

/** Reads the first directory (TIFF 6.0, section 2). */
function orientationAt(view: DataView, start: number): number {
  const isLittle = view.getUint16(start) === 0x4949;
  const directory = start + view.getUint32(start + 4, isLittle);
  const count = view.getUint16(directory, isLittle);
  for (let entry = 0; entry < count; entry += 1) {
    const at = directory + 2 + entry * 12;
    if (view.getUint16(at, isLittle) !== 0x0112) continue;
    const value = view.getUint16(at + 8, isLittle);
    return value >= 1 && value <= 8 ? value : 1;
  }
  return 1;
}
