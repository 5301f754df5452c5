/**
 * Whether an image is whole, told while its bytes pass: by its end mark, or by the length that its header declares.
 * What follows the end does not matter: phones append a video to a photo, and cameras a preview. Pure.
 */
import type { ImageType } from "./image-type.ts";

export type EndWatch = {
  /** Takes the next bytes of the file, from its first one on. */
  pass: (bytes: Uint8Array) => void;
  /** Whether the end has passed. */
  isWhole: () => boolean;
};

/** Knows the ends of JPEG, PNG, WebP, GIF and BMP. An image of any other type counts as whole. */
export function watchEnd(type: ImageType): EndWatch {
  const [start, walk] = walks[type]?.() ?? [0, () => end];
  let at = start;
  return {
    pass(bytes) {
      while (at < bytes.length) at = walk(bytes, at);
      at -= bytes.length;
    },
    isWhole: () => at === end,
  };
}

/**
 * Reads from `at` on, one byte or more, and remembers what it needs of them.
 * @returns the next place to read, perhaps behind these bytes; `end` when the last byte of the image has been read.
 */
type Walk = (bytes: Uint8Array, at: number) => number;

const end = Number.POSITIVE_INFINITY;

/** The first place to read, and how to go on. */
const walks: Partial<Record<ImageType, () => [start: number, walk: Walk]>> = {
  "image/jpeg": () => [2, jpeg()],
  "image/png": () => [8, png()],
  "image/gif": () => [10, gif()],
  // The length of a RIFF file counts what follows its first eight bytes.
  "image/webp": () => [0, ofLength(8, (head) => 8 + head.getUint32(4, true))],
  "image/bmp": () => [0, ofLength(34, bitmapBytes)],
};

/** Segments with lengths; compressed data, where 00 or RST follows each FF; at the end FF D9 (ITU-T T.81, B.1). */
function jpeg(): Walk {
  let next: "FF" | "marker" | "length" | "rest of length" = "FF";
  let length = 0;
  return (bytes, at) => {
    const byte = bytes[at] ?? 0;
    switch (next) {
      case "FF": {
        let place = at;
        while (place < bytes.length && bytes[place] !== 0xff) place += 1;
        if (place === bytes.length) return place;
        next = "marker";
        return place + 1;
      }
      case "marker":
        if (byte === 0xd9) return end;
        // More than one FF may come before a marker.
        if (byte !== 0xff) next = hasLength(byte) ? "length" : "FF";
        return at + 1;
      case "length":
        length = byte * 256;
        next = "rest of length";
        return at + 1;
      case "rest of length":
        next = "FF";
        // The length counts its own two bytes.
        return at + 1 + Math.max(0, length + byte - 2);
    }
  };
}

/** Not 00 and what else no encoder writes below C0, and not RST and SOI. */
const hasLength = (marker: number): boolean => marker >= 0xc0 && !(marker >= 0xd0 && marker <= 0xd8);

/** Chunks of length, name, data and checksum, up to IEND (PNG specification, 5.3). */
function png(): Walk {
  const iend = 0x49454e44;
  let read = 0;
  let length = 0;
  let name = 0;
  return (bytes, at) => {
    const byte = bytes[at] ?? 0;
    if (read === 8) {
      // The last byte of a checksum.
      if (name === iend) return end;
      read = length = name = 0;
      return at + 1;
    }
    if (read < 4) length = length * 256 + byte;
    else name = name * 256 + byte;
    read += 1;
    return read < 8 ? at + 1 : at + length + 4;
  };
}

/** Extensions and images, each with a list of sub-blocks, up to the trailer 3B (GIF89a specification, 12 to 27). */
function gif(): Walk {
  let next: "flags of the screen" | "block" | "flags of the image" | "sub-block" = "flags of the screen";
  return (bytes, at) => {
    const byte = bytes[at] ?? 0;
    switch (next) {
      case "flags of the screen":
        next = "block";
        return at + 3 + coloursBytes(byte);
      case "block":
        if (byte === 0x3b) return end;
        if (byte === 0x2c) next = "flags of the image";
        if (byte === 0x21) next = "sub-block";
        // Behind the label of an extension. Anything that is no block is skipped, as decoders do.
        return at + (byte === 0x2c ? 9 : byte === 0x21 ? 2 : 1);
      case "flags of the image":
        next = "sub-block";
        return at + 2 + coloursBytes(byte);
      case "sub-block":
        if (byte === 0) next = "block";
        return at + 1 + byte;
    }
  };
}

/** The length of a table of colours, if the flags announce one. */
const coloursBytes = (flags: number): number => (flags < 128 ? 0 : 3 * 2 ** ((flags & 7) + 1));

/** @param lengthOf the length of the file in bytes, from its first `headBytes`. */
function ofLength(headBytes: number, lengthOf: (head: DataView) => number): Walk {
  const head = new Uint8Array(headBytes);
  let read = 0;
  return (bytes, at) => {
    // The last byte of the file.
    if (read === headBytes) return end;
    head[read] = bytes[at] ?? 0;
    read += 1;
    if (read < headBytes) return at + 1;
    const rest = lengthOf(new DataView(head.buffer)) - headBytes;
    return rest > 0 ? at + rest : end;
  };
}

/**
 * By the pixels, where they are not compressed: writers put 0 or a wrong number where the length of the file belongs.
 * Otherwise that number. https://learn.microsoft.com/windows/win32/api/wingdi/ns-wingdi-bitmapinfoheader
 */
function bitmapBytes(head: DataView): number {
  const headerBytes = head.getUint32(14, true);
  // The oldest header has numbers of 16 bits.
  const isOld = headerBytes === 12;
  const compression = isOld ? 0 : head.getUint32(30, true);
  const isPlain = compression === 0 || (headerBytes !== os2HeaderBytes && [3, 6].includes(compression));
  if (!isPlain) return head.getUint32(2, true);
  const width = isOld ? head.getUint16(18, true) : head.getInt32(18, true);
  const height = isOld ? head.getUint16(20, true) : Math.abs(head.getInt32(22, true));
  const rowBits = width * head.getUint16(isOld ? 24 : 28, true);
  const rowBytes = Math.ceil(rowBits / 32) * 4;
  // The last row may lack its padding.
  return head.getUint32(10, true) + rowBytes * (height - 1) + Math.ceil(rowBits / 8);
}

/** In the header of OS/2, the compression 3 is one of Huffman's codes, and not the masks of the colours. */
const os2HeaderBytes = 64;
