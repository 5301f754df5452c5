/**
 * The size of the built pages: their files gzipped, without the API reference, fonts, and the decoder for HEIC photos.
 * The main page has every file but those that only the administrator's page loads.
 */
import { readFileSync } from "node:fs";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { filesIn } from "#scripts/page/folders.ts";

export type FileWeight = { file: string; bytes: number };

const isCounted = (file: string): boolean => !/^(docs|heic)\/|^_headers$|\.(woff2?|ttf|otf)$/.test(file);

const documents = { main: "index.html", admin: "admin/index.html" };

/**
 * @param folder the output of `npm run build`
 * @returns the page's files and their gzipped bytes, the largest first
 */
export function weightsOf(folder: string, page: keyof typeof documents): FileWeight[] {
  const [ofMain, ofAdmin] = [loadedBy(folder, documents.main), loadedBy(folder, documents.admin)];
  const isOf = (file: string) => (page === "admin" ? ofAdmin.has(file) : ofMain.has(file) || !ofAdmin.has(file));
  return filesIn(folder)
    .filter((file) => isCounted(file) && isOf(file))
    .map((file) => ({ file, bytes: gzipSync(readFileSync(path.join(folder, file))).length }))
    .sort((a, b) => b.bytes - a.bytes);
}

/** A document, and each file named in it or in one of those: a name with a hash is in no other text. */
function loadedBy(folder: string, document: string): Set<string> {
  const named = filesIn(folder).filter((file) => /^assets\/.*-[\w-]{8}\.\w+$/.test(file));
  const found = new Set([document]);
  for (const file of found) {
    const text = readFileSync(path.join(folder, file), "utf8");
    for (const other of named) if (text.includes(path.posix.basename(other))) found.add(other);
  }
  return found;
}
