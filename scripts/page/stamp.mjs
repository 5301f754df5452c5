// Whether the built page is that of the present sources: a stamp in node_modules remembers fingerprints of both.
// By contents, not by time: a checkout or a saved file without a change builds nothing.

import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { filesIn, fingerprint } from "./folders.mjs";

export const PAGE = "workers/web";
/** Folders whose every file counts. */
export const SOURCE_FOLDERS = [PAGE, "workers/api/docs"];
const SOURCE_FILES = ["package-lock.json", "scripts/page/build.mjs", "scripts/page/docs.mjs"];
/** What the page imports from outside its own folder, and what that imports. */
export const SHARED_SOURCES = [
  "shared/images/image-type.ts",
  "shared/region-ids.ts",
  "shared/result.ts",
  "shared/session-text.ts",
];
const STAMP = "node_modules/.page-built-from";
const NOT_A_SOURCE = /^(dist|node_modules)$|\.tsbuildinfo$/;

export function pageFolder(root) {
  return path.join(root, PAGE, "dist");
}

export function isCurrent(root) {
  const stamp = path.join(root, STAMP);
  return existsSync(stamp) && readFileSync(stamp, "utf8") === stampOf(sourcesOf(root), pageFolder(root));
}

/**
 * Remembers what came of which sources: those from before the build, should one have changed meanwhile, and the folder as
 * it was built, should somebody else have written into the page's own at the same time.
 */
export function remember(root, sources, built) {
  writeFileSync(path.join(root, STAMP), stampOf(sources, built));
}

/** The fingerprint of everything the page is built from. */
export function sourcesOf(root) {
  const inFolders = SOURCE_FOLDERS.flatMap((folder) =>
    filesIn(path.join(root, folder), (name) => NOT_A_SOURCE.test(name)).map((file) => `${folder}/${file}`),
  );
  return fingerprint(root, [...inFolders, ...SHARED_SOURCES, ...SOURCE_FILES]);
}

function stampOf(sources, built) {
  return JSON.stringify({ sources, built: fingerprint(built, filesIn(built)) });
}
