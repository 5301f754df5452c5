/**
 * One Worker's way onto the account: its configuration is written, it is bundled once to see whether it differs from
 * what runs there, and deployed if it does. What runs there is known by the tag its version carries: a hash of all that
 * makes it.
 */
import { createHash } from "node:crypto";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fingerprint } from "#scripts/page/fingerprint.ts";
import { filesIn } from "#scripts/page/folders.ts";
import { writePrivate } from "#scripts/start/dev-vars.ts";
import { bundleOf } from "#scripts/wrangler/bundle.ts";
import { wrangler } from "#scripts/wrangler/commands.ts";
import type { WranglerConfig } from "#scripts/wrangler/file.ts";
import type { Secrets } from "./key.ts";
import { configFile, type WorkerName } from "./wanted.ts";

/** Enough that no two uploads share a tag. */
const TAG_DIGITS = 16;

/** A Worker with its configuration. */
export type Prepared = {
  worker: WorkerName;
  /** The path of the written configuration. */
  file: string;
  config: WranglerConfig;
  /** The fingerprint of the bundle. */
  code: string;
};

/**
 * Bundles without touching the account, so that a Worker that cannot be built stops the run before anything changes.
 */
export async function prepare(
  root: string,
  folder: string,
  { worker, config }: Pick<Prepared, "worker" | "config">,
): Promise<Prepared> {
  const file = path.join(folder, `wrangler.${worker}.json`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(file, configFile(config, root));
  try {
    const bundle = path.dirname(await bundleOf(root, { file, config }));
    // Maps hold places on this machine.
    const isLeftOut = (name: string) => name.endsWith(".map") || name === "README.md";
    return { worker, file, config, code: fingerprint(bundle, filesIn(bundle, isLeftOut)) };
  } catch (error) {
    throw new Error(`The ${worker} worker cannot be built: ${error instanceof Error ? error.message : error}`);
  }
}

/** The tag of a version made from exactly this. */
export function tagOf(root: string, { config, code }: Pick<Prepared, "config" | "code">): string {
  const directory = config.assets?.directory;
  const assets = directory ? fingerprint(path.join(root, directory), filesIn(path.join(root, directory))) : "";
  const hash = createHash("sha256").update(JSON.stringify([config, code, assets]));
  return `deploy-${hash.digest("hex").slice(0, TAG_DIGITS)}`;
}

/** Deploys the Worker. @param secrets are set with it; a secret not named here stays as it is */
export async function upload(
  root: string,
  { worker, file, config }: Omit<Prepared, "code">,
  { tag, secrets }: { tag: string; secrets: Secrets },
): Promise<void> {
  // Written again: the namespace may not have had an id when it was bundled.
  writeFileSync(file, configFile(config, root));
  const secretsFile = path.join(path.dirname(file), `secrets.${worker}.json`);
  const withSecrets = Object.keys(secrets).length > 0;
  try {
    // As JSON: in a file of NAME=value lines wrangler would replace these values by those of the environment.
    if (withSecrets) writePrivate(secretsFile, JSON.stringify(secrets));
    await wrangler(["deploy", "-c", file, "--tag", tag, ...(withSecrets ? ["--secrets-file", secretsFile] : [])]);
  } finally {
    rmSync(secretsFile, { force: true });
  }
}
