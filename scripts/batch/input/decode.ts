/** Bytes of an input file → its text. Spreadsheets write UTF-8 and UTF-16 with a byte order mark. Pure. */

/** The encodings a mark stands for; TextDecoder leaves the mark out. */
const marks: [number[], string][] = [
  [[0xff, 0xfe], "utf-16le"],
  [[0xfe, 0xff], "utf-16be"],
];

/** @returns null when the bytes are no such text. */
export function decode(bytes: Uint8Array): string | null {
  const [, encoding = "utf-8"] = marks.find(([mark]) => mark.every((byte, index) => bytes[index] === byte)) ?? [];
  try {
    return new TextDecoder(encoding, { fatal: true, ignoreBOM: false }).decode(bytes);
  } catch {
    return null;
  }
}
