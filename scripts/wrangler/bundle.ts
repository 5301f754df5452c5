/**
 * Bundles of Workers, made by wrangler without touching an account, and remembered: one of the same sources and the
 * same configuration is made once.
 */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync, utimesSync } from "node:fs";
import path from "node:path";
import { fingerprint } from "#scripts/page/fingerprint.ts";
import { filesIn } from "#scripts/page/folders.ts";
import { wrangler } from "./commands.ts";
import type { WranglerConfig } from "./file.ts";

const BUNDLES = "node_modules/.cache/workers";
const NOT_BUNDLED = /^(web|README\.md)$|\.tsbuildinfo$/;
/** Bundles kept: those of both Workers for `npm start` and for `npm run deploy`, and of the sources before. */
const KEPT = 8;

/** The name that wrangler gives the first module. */
const ENTRY = "index.js";

/**
 * @param file the path of the written configuration
 * @returns the path of the first module, in a folder of its own
 * @throws Error with wrangler's reason when the Worker cannot be built
 */
export async function bundleOf(
  root: string,
  { file, config }: { file: string; config: WranglerConfig },
): Promise<string> {
  const bundles = path.join(root, BUNDLES);
  const key = bundleKey(root, config);
  const folder = path.join(bundles, key ?? `not-remembered-${config.name}`);
  if (key === null) rmSync(folder, { recursive: true, force: true });
  const entry = path.join(folder, ENTRY);
  if (existsSync(entry)) {
    utimesSync(folder, new Date(), new Date());
    return entry;
  }

  mkdirSync(bundles, { recursive: true });
  const made = mkdtempSync(path.join(bundles, "unfinished-"));
  try {
    await wrangler(["deploy", "-c", file, "--dry-run", "--outdir", made]);
    // Another process may have made the same one meanwhile.
    if (!existsSync(folder)) renameSync(made, folder);
  } finally {
    rmSync(made, { recursive: true, force: true });
  }
  forgetOld(bundles);
  return entry;
}

/**
 * What a bundle is made from; null when that cannot be known, because the wrangler file has a build command of its own.
 * Values of settings and ids of namespaces are no part of a bundle.
 */
export function bundleKey(root: string, { vars, kv_namespaces, ...config }: WranglerConfig): string | null {
  if (config.build !== undefined) return null;
  const sources = ["shared", "workers"].flatMap((folder) =>
    filesIn(path.join(root, folder), (name) => NOT_BUNDLED.test(name)).map((file) => `${folder}/${file}`),
  );
  const hash = createHash("sha256").update(JSON.stringify(config));
  return hash.update(fingerprint(root, [...sources, "package-lock.json", "tsconfig.json"])).digest("hex");
}

/** Those used last are kept. */
function forgetOld(bundles: string): void {
  const usedAt = (name: string) => statSync(path.join(bundles, name), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const latestFirst = readdirSync(bundles).sort((a, b) => usedAt(b) - usedAt(a));
  for (const name of latestFirst.slice(KEPT)) rmSync(path.join(bundles, name), { recursive: true, force: true });
}
