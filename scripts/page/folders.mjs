// Folders as a whole: what is in one, its fingerprint, and making one equal to another. No knowledge of the page.

import { createHash } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";

/**
 * The files in a folder and below it, relative to it, with forward slashes, sorted; none when there is no folder.
 *
 * @param {string} folder
 * @param {(name: string) => boolean} skip
 * @returns {string[]}
 */
export function filesIn(folder, skip = () => false) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .filter(({ name }) => !skip(name))
    .flatMap((entry) =>
      entry.isDirectory()
        ? filesIn(path.join(folder, entry.name), skip).map((file) => `${entry.name}/${file}`)
        : [entry.name],
    )
    .sort();
}

/** One hash over names and contents of these files; a file that is not there counts as empty. */
export function fingerprint(folder, files) {
  const hash = createHash("sha256");
  for (const file of files) {
    const full = path.join(folder, file);
    const bytes = existsSync(full) ? readFileSync(full) : Buffer.alloc(0);
    hash.update(`${JSON.stringify([file, bytes.length])}\n`).update(bytes);
  }
  return hash.digest("hex");
}

/**
 * Makes `to` hold what `from` holds. Files that are equal are not touched. Pages come after what they load, and what is
 * no longer needed goes last, so that a reader in between finds a whole page.
 */
export function mirror(from, to) {
  const wanted = filesIn(from);
  const changed = wanted.filter((file) => !isSame(path.join(from, file), path.join(to, file)));
  const isPage = (file) => file.endsWith(".html");
  for (const file of [...changed.filter((file) => !isPage(file)), ...changed.filter(isPage)]) {
    mkdirSync(path.dirname(path.join(to, file)), { recursive: true });
    copyFileSync(path.join(from, file), path.join(to, file));
  }
  const stale = filesIn(to).filter((file) => !wanted.includes(file));
  for (const file of stale) rmSync(path.join(to, file), { force: true });
  return { written: changed.length, removed: stale.length };
}

function isSame(one, other) {
  return existsSync(other) && readFileSync(one).equals(readFileSync(other));
}
