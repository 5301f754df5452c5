/** The size of the built page: all files gzipped, without the API reference and fonts. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { filesIn } from "#scripts/page/folders.ts";

export type Weight = { bytes: number; files: { file: string; bytes: number }[] };

const isCounted = (file: string): boolean => !/^docs\/|^_headers$|\.(woff2?|ttf|otf)$/.test(file);

/** @param folder the output of `npm run build` */
export function weightOf(folder: string): Weight {
  const files = filesIn(folder)
    .filter(isCounted)
    .map((file) => ({ file, bytes: gzipSync(readFileSync(path.join(folder, file))).length }))
    .sort((a, b) => b.bytes - a.bytes);
  return { bytes: files.reduce((sum, { bytes }) => sum + bytes, 0), files };
}
