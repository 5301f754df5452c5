/**
 * Builds the web page and what its neighbour, the API reference, loads. The result is put together in a folder of its
 * own and only changed files are copied: wrangler restarts at every change of a file it serves, and would meanwhile
 * serve half a page. Needs the project's Node and the installed dependencies, and a process of its own (NODE_ENV).
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { stripVTControlCharacters } from "node:util";
import { gzipSync } from "node:zlib";
import { buildDocs } from "./docs.ts";
import { filesIn, mirror } from "./folders.ts";
import { describeHeic } from "./heic.ts";
import { isCurrent, PAGE, pageFolder, remember, sourcesOf } from "./stamp.ts";

/** Builds the page unless it is current. @returns one line that says what was done. */
export async function buildPage(root: string): Promise<string> {
  const target = pageFolder(root);
  if (isCurrent(root)) return `The page in ${path.relative(root, target)} is up to date.`;
  const startedAt = performance.now();
  const sources = sourcesOf(root);
  const folder = mkdtempSync(path.join(tmpdir(), "page-"));
  try {
    await bundle(root, folder);
    const kilobytes = (gzippedBytes(folder) / 1000).toFixed(0);
    describeHeic(root, folder);
    await buildDocs(root, folder);
    const { written, removed } = mirror(folder, target);
    remember(root, sources, folder);
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
    return `Built the page in ${seconds} s: ${kilobytes} KB gzipped; ${written} files written, ${removed} removed.`;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function bundle(root: string, outDir: string): Promise<void> {
  // Vite decides by it which of its dependencies' builds it takes, and a test runner may have set it to "test".
  process.env.NODE_ENV = "production";
  const { build } = await import("vite");
  const page = path.join(root, PAGE);
  const common = { root: page, configFile: path.join(page, "vite.config.ts"), logLevel: "warn" as const };
  const output = { outDir, reportCompressedSize: false };
  const admin = { input: { admin: path.join(page, "admin/index.html") } };
  try {
    await build({ ...common, build: { ...output, emptyOutDir: true } });
    // By itself: two pages of one build share files, and compress worse.
    await build({ ...common, publicDir: false, build: { ...output, emptyOutDir: false, rolldownOptions: admin } });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new Error(process.stderr.isTTY ? message : stripVTControlCharacters(message));
  }
}

/** Without the decoder for HEIC photos, which is loaded with the first one. */
function gzippedBytes(folder: string): number {
  return filesIn(folder, (name) => name === "heic").reduce(
    (sum, file) => sum + gzipSync(readFileSync(path.join(folder, file))).length,
    0,
  );
}
