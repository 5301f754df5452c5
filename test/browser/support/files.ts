/** Files that the page downloads, and the entries of ZIP files. */
import { buffer } from "node:stream/consumers";
import type { Page } from "playwright-core";

export type SavedFile = { name: string; bytes: Buffer };

/** Runs an action that downloads a file. */
export async function saved(page: Page, act: () => Promise<void>): Promise<SavedFile> {
  const [download] = await Promise.all([page.waitForEvent("download"), act()]);
  return { name: download.suggestedFilename(), bytes: await buffer(await download.createReadStream()) };
}

const centralEntry = 0x02014b50;
const endOfDirectory = 0x06054b50;

/** The files of an uncompressed ZIP, by its directory (PKWARE APPNOTE 6.3, sections 4.3.12 and 4.3.16). */
export function filesInZip(zip: Buffer): SavedFile[] {
  const end = zip.length - 22;
  if (zip.readUInt32LE(end) !== endOfDirectory) throw new Error("no end of a ZIP's directory");
  const files: SavedFile[] = [];
  for (let at = zip.readUInt32LE(end + 16); at < end; ) {
    if (zip.readUInt32LE(at) !== centralEntry) throw new Error("no entry of a ZIP's directory");
    if (zip.readUInt16LE(at + 10) !== 0) throw new Error("it is compressed");
    const size = zip.readUInt32LE(at + 24);
    const [nameLength, extraLength, commentLength] = [28, 30, 32].map((offset) => zip.readUInt16LE(at + offset)) as [
      number,
      number,
      number,
    ];
    const local = zip.readUInt32LE(at + 42);
    const from = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
    files.push({
      name: zip.toString("utf8", at + 46, at + 46 + nameLength),
      bytes: zip.subarray(from, from + size),
    });
    at += 46 + nameLength + extraLength + commentLength;
  }
  if (files.length !== zip.readUInt16LE(end + 10)) throw new Error("the directory counts otherwise");
  return files;
}
