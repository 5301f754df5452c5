/** A fingerprint of files. */
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";

/** One hash over the names and contents of these files; a missing file counts as empty. */
export function fingerprint(folder: string, files: string[]): string {
  const hash = createHash("sha256");
  for (const file of files) {
    const full = path.join(folder, file);
    const bytes = existsSync(full) ? readFileSync(full) : Buffer.alloc(0);
    hash.update(`${JSON.stringify([file, bytes.length])}\n`).update(bytes);
  }
  return hash.digest("hex");
}
