/**
 * Whether the built page is that of the present sources: a stamp in node_modules remembers fingerprints of both.
 * By contents, not by time: a checkout or a saved file without a change builds nothing.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fingerprint } from "./fingerprint.ts";
import { filesIn } from "./folders.ts";

export const PAGE = "workers/web";
/** Folders whose every file counts. */
export const SOURCE_FOLDERS = [PAGE, "workers/api/docs"];
const SOURCE_FILES = ["package-lock.json", "scripts/page/build.ts", "scripts/page/docs.ts", "scripts/page/heic.ts"];
/** What the page imports from outside its own folder, and what that imports. */
export const SHARED_SOURCES = [
  "shared/ark-key-text.ts",
  "shared/image-shape.ts",
  "shared/images/image-end.ts",
  "shared/images/image-type.ts",
  "shared/images/other-file.ts",
  "shared/region-ids.ts",
  "shared/result.ts",
  "shared/session-text.ts",
  "shared/templates/all.ts",
  "shared/templates/node.ts",
  "shared/templates/parse-template.ts",
  "shared/wire/limits.ts",
];
const STAMP = "node_modules/.page-built-from";
const NOT_A_SOURCE = /^(dist|node_modules)$|\.tsbuildinfo$/;

export function pageFolder(root: string): string {
  return path.join(root, PAGE, "dist");
}

export function isCurrent(root: string): boolean {
  const stamp = path.join(root, STAMP);
  return existsSync(stamp) && readFileSync(stamp, "utf8") === stampOf(sourcesOf(root), pageFolder(root));
}

/**
 * Remembers which sources made which files: the sources as they were before the build, because one may have changed
 * meanwhile, and the folder as it was built, because another build may have written into the page's own.
 */
export function remember(root: string, sources: string, built: string): void {
  writeFileSync(path.join(root, STAMP), stampOf(sources, built));
}

/** The fingerprint of everything the page is built from. */
export function sourcesOf(root: string): string {
  const inFolders = SOURCE_FOLDERS.flatMap((folder) =>
    filesIn(path.join(root, folder), (name) => NOT_A_SOURCE.test(name)).map((file) => `${folder}/${file}`),
  );
  return fingerprint(root, [...inFolders, ...SHARED_SOURCES, ...SOURCE_FILES]);
}

function stampOf(sources: string, built: string): string {
  return JSON.stringify({ sources, built: fingerprint(built, filesIn(built)) });
}
