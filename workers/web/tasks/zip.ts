/**
 * Writes a ZIP file (PKWARE APPNOTE 6.3) of up to 4 GiB. Entries are stored uncompressed: images would not get smaller.
 * Pure.
 */
export type Entry = { name: string; bytes: Uint8Array<ArrayBuffer>; at: Date };

export function zipOf(entries: readonly Entry[]): Blob {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  const directory: Uint8Array<ArrayBuffer>[] = [];
  let offset = 0;
  for (const entry of entries) {
    const name = new TextEncoder().encode(entry.name);
    const shared = sharedFields(entry, name.length);
    const local = joined(fields([4, 0x04034b50]), shared, name);
    parts.push(local, entry.bytes);
    // Made by version 2.0 on no particular system; no comment, first disk, no attributes.
    const rest = fields([2, 0], [2, 0], [2, 0], [4, 0], [4, offset]);
    directory.push(joined(fields([4, 0x02014b50], [2, version]), shared, rest, name));
    offset += local.length + entry.bytes.length;
  }
  const directorySize = directory.reduce((sum, part) => sum + part.length, 0);
  const count = entries.length;
  const end = fields([4, 0x06054b50], [2, 0], [2, 0], [2, count], [2, count], [4, directorySize], [4, offset], [2, 0]);
  return new Blob([...parts, ...directory, end], { type: "application/zip" });
}

const version = 20;
/** General purpose bit 11: names are UTF-8. */
const utf8Flag = 0x0800;

/** The fields that a local header and a directory entry share, from the version to the extra field's length. */
function sharedFields({ bytes, at }: Entry, nameLength: number): Uint8Array<ArrayBuffer> {
  const time = (at.getHours() << 11) | (at.getMinutes() << 5) | (at.getSeconds() >> 1);
  const date = ((at.getFullYear() - 1980) << 9) | ((at.getMonth() + 1) << 5) | at.getDate();
  const size = bytes.length;
  return fields(
    [2, version],
    [2, utf8Flag],
    [2, 0],
    [2, time],
    [2, date],
    [4, crc32(bytes)],
    [4, size],
    [4, size],
    [2, nameLength],
    [2, 0],
  );
}

/** Little-endian numbers of 2 or 4 bytes. */
function fields(...numbers: [size: 2 | 4, value: number][]): Uint8Array<ArrayBuffer> {
  const bytes = numbers.flatMap(([size, value]) => Array.from({ length: size }, (_, index) => value >>> (8 * index)));
  return Uint8Array.from(bytes, (byte) => byte & 0xff);
}

function joined(...pieces: Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let offset = 0;
  for (const piece of pieces) {
    whole.set(piece, offset);
    offset += piece.length;
  }
  return whole;
}

export function crc32(bytes: Uint8Array): number {
  let crc = ~0;
  for (const byte of bytes) crc = (crcTable[(crc ^ byte) & 0xff] ?? 0) ^ (crc >>> 8);
  return ~crc >>> 0;
}

const crcTable = Uint32Array.from({ length: 256 }, (_, index) => {
  let value = index;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value >>> 0;
});
