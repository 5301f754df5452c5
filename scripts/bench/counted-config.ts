/**
 * The wrangler files of a run whose Workers are those of a build behind the counting ones (`counting.ts`). The page is
 * left out, and so is the limit of submits a minute: the workloads exceed it.
 */
import { randomBytes } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { withSecretKey } from "#scripts/start/dev-vars.ts";
import { writeRunConfigs } from "#scripts/start/run-config.ts";
import type { WranglerConfig } from "#scripts/wrangler/file.ts";

const keyBytes = 32;
const counting = path.join(import.meta.dirname, "counting.ts");

type CountedRun = {
  /** The folder of the project that is measured. */
  build: string;
  /** Folder of the entry modules: within the build, so that its packages are found from there. */
  entries: string;
  /** Folder of the wrangler files. */
  directory: string;
  /** Where the simulated Dreamina answers. */
  origin: string;
};

/** @returns the paths of the wrangler files, the API's first. */
export function writeCountedConfigs({ build, entries, directory, origin }: CountedRun): string[] {
  mkdirSync(entries, { recursive: true });
  const adapt = (config: WranglerConfig, worker: string): WranglerConfig => {
    const { assets: _page, ratelimits: _limits, compatibility_flags: flags, ...rest } = config;
    const main = path.join(entries, `${worker}.ts`);
    writeFileSync(main, entryModule(String(config.main)));
    // For `node:async_hooks`, by which the counting Worker tells its calls apart.
    return { ...rest, main, compatibility_flags: [...(Array.isArray(flags) ? flags : []), "nodejs_als"] };
  };
  const devVars = withSecretKey("", () => randomBytes(keyBytes).toString("base64url"));
  return writeRunConfigs({ root: build, directory, devVars, origin, adapt });
}

/** Exports everything of the build's own module, its default export counted. */
export function entryModule(own: string): string {
  return [
    `import { counted } from ${JSON.stringify(counting)};`,
    `import * as own from ${JSON.stringify(own)};`,
    `export * from ${JSON.stringify(own)};`,
    "export default counted(own);",
    "",
  ].join("\n");
}
