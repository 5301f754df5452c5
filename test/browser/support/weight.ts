/** The size of the built page: its files gzipped, without the API reference, fonts, and the decoder for HEIC photos. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { filesIn } from "#scripts/page/folders.ts";

export type FileWeight = { file: string; bytes: number };

const isCounted = (file: string): boolean => !/^(docs|heic)\/|^_headers$|\.(woff2?|ttf|otf)$/.test(file);

/**
 * @param folder the output of `npm run build`
 * @returns the page's files and their gzipped bytes, the largest first
 */
export function weightsOf(folder: string): FileWeight[] {
  return filesIn(folder)
    .filter(isCounted)
    .map((file) => ({ file, bytes: gzipSync(readFileSync(path.join(folder, file))).length }))
    .sort((a, b) => b.bytes - a.bytes);
}
