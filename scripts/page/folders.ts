/** The files of a folder, and a copy of one folder onto another. No knowledge of the page. */
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";

/**
 * The files in a folder and below it, relative to it, with forward slashes, sorted; none when there is no folder.
 */
export function filesIn(folder: string, skip: (name: string) => boolean = () => false): string[] {
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

/**
 * Makes `to` equal to `from`. Equal files are not touched. Pages are copied after the files they load, and stale files
 * are deleted last, so that a reader in between finds a whole page.
 */
export function mirror(from: string, to: string): { written: number; removed: number } {
  const wanted = filesIn(from);
  const changed = wanted.filter((file) => !isSame(path.join(from, file), path.join(to, file)));
  const isPage = (file: string) => file.endsWith(".html");
  for (const file of [...changed.filter((file) => !isPage(file)), ...changed.filter(isPage)]) {
    mkdirSync(path.dirname(path.join(to, file)), { recursive: true });
    copyFileSync(path.join(from, file), path.join(to, file));
  }
  const stale = filesIn(to).filter((file) => !wanted.includes(file));
  for (const file of stale) rmSync(path.join(to, file), { force: true });
  return { written: changed.length, removed: stale.length };
}

function isSame(one: string, other: string): boolean {
  return existsSync(other) && readFileSync(one).equals(readFileSync(other));
}
