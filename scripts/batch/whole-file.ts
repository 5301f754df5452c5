/** Writes files that are never half written, whatever ends this process. */
import { closeSync, fsyncSync, openSync, renameSync, writeSync } from "node:fs";

/** Replaces a file: written under another name first, then renamed. */
export function replaceFile(file: string, text: string): void {
  const temporary = `${file}.new`;
  writeThrough(temporary, "w", text);
  renameSync(temporary, file);
}

/** Adds a line that is on the disk when this returns. */
export const appendLine = (file: string, line: string): void => writeThrough(file, "a", `${line}\n`);

function writeThrough(file: string, flags: "w" | "a", text: string): void {
  const handle = openSync(file, flags);
  try {
    const bytes = Buffer.from(text);
    for (let at = 0; at < bytes.length; ) at += writeSync(handle, bytes, at);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
