/** The number of pixels that the header of an image declares, so that huge ones are not decoded. Pure. */
import type { ImageType } from "#shared/images/image-type.ts";

/** @returns null where the header is not understood. */
export function pixelCountOf(bytes: Uint8Array, type: ImageType | null): number | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    return type === null || type === "image/avif" ? inBoxes(view) : (counts[type]?.(view) ?? null);
  } catch (error) {
    // It points behind the end of the file.
    if (error instanceof RangeError) return null;
    throw error;
  }
}

const counts: Partial<Record<ImageType, (view: DataView) => number | null>> = {
  "image/png": (view) => view.getUint32(16) * view.getUint32(20),
  "image/gif": (view) => view.getUint16(6, true) * view.getUint16(8, true),
  "image/bmp": inBitmap,
  "image/jpeg": inJpeg,
  "image/webp": inWebp,
};

function inBitmap(view: DataView): number {
  // The oldest header has numbers of 16 bits.
  if (view.getUint32(14, true) === 12) return view.getUint16(18, true) * view.getUint16(20, true);
  return Math.abs(view.getInt32(18, true) * view.getInt32(22, true));
}

/** The frame header C0 to CF, which C4, C8 and CC are not (ITU-T T.81, B.2.2). */
function inJpeg(view: DataView): number | null {
  for (let at = 2; view.getUint8(at) === 0xff; ) {
    const marker = view.getUint8(at + 1);
    if (marker === 0xff) {
      // Fill bytes may come before a marker.
      at += 1;
      continue;
    }
    if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)) {
      return view.getUint16(at + 5) * view.getUint16(at + 7);
    }
    at += 2 + view.getUint16(at + 2);
  }
  return null;
}

/** https://developers.google.com/speed/webp/docs/riff_container; VP8: RFC 6386, 9.1; VP8L: RFC 9649, 3.4. */
function inWebp(view: DataView): number | null {
  const kind = view.getUint8(15);
  const uint24 = (at: number) => view.getUint16(at, true) + view.getUint8(at + 2) * 65_536;
  if (kind === 0x58) return (uint24(24) + 1) * (uint24(27) + 1);
  if (kind === 0x20) return (view.getUint16(26, true) & 0x3fff) * (view.getUint16(28, true) & 0x3fff);
  if (kind !== 0x4c) return null;
  const bits = view.getUint32(21, true);
  return ((bits & 0x3fff) + 1) * (((bits >>> 14) & 0x3fff) + 1);
}

/** Bytes at the start of a HEIC or AVIF file that hold the properties of its images. */
const propertyBytes = 65_536;

/** The largest of the properties `ispe`: a photo made of tiles has one for the tiles too (ISO/IEC 23008-12, 6.5.3). */
function inBoxes(view: DataView): number | null {
  if (view.getUint32(4) !== 0x66747970) return null;
  let largest: number | null = null;
  for (let at = 8; at + 16 <= Math.min(view.byteLength, propertyBytes); at += 1) {
    if (view.getUint32(at) !== 0x69737065) continue;
    largest = Math.max(largest ?? 0, view.getUint32(at + 8) * view.getUint32(at + 12));
  }
  return largest;
}
