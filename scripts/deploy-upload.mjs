// One Worker's way onto the account: its configuration is written, it is bundled once to see whether it differs from what
// runs there, and deployed if it does. What runs there is known by the tag its version carries: a hash of all that makes it.

import { createHash } from "node:crypto";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { wrangler } from "./cloudflare-commands.mjs";
import { configFile } from "./deploy-wanted.mjs";
import { writePrivate } from "./dev-vars.mjs";
import { filesIn, fingerprint } from "./folders.mjs";

/** Enough that no two uploads share a tag. */
const TAG_DIGITS = 16;

/** Bundles without touching the account: a Worker that cannot be built is found out before anything is made there. */
export async function prepare(root, folder, { worker, config }) {
  const file = path.join(folder, `wrangler.${worker}.json`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(file, configFile(config, root));
  const out = path.join(folder, `bundle-${worker}`);
  try {
    await wrangler(["deploy", "-c", file, "--dry-run", "--outdir", out]);
    // Maps hold places on this machine.
    const modules = filesIn(out, (name) => name.endsWith(".map") || name === "README.md");
    return { worker, file, config, code: fingerprint(out, modules) };
  } catch (error) {
    throw new Error(`The ${worker} worker cannot be built: ${error.message}`);
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}

/** The tag of a version made from exactly this. */
export function tagOf(root, { config, code }) {
  const directory = config.assets?.directory;
  const assets = directory ? fingerprint(path.join(root, directory), filesIn(path.join(root, directory))) : "";
  const hash = createHash("sha256").update(JSON.stringify([config, code, assets]));
  return `deploy-${hash.digest("hex").slice(0, TAG_DIGITS)}`;
}

/** @param secrets to be set with it; those that are set and not named here stay */
export async function upload(root, { worker, file, config }, { tag, secrets }) {
  // Written anew: the namespace may not have had an id when it was bundled.
  writeFileSync(file, configFile(config, root));
  const secretsFile = path.join(path.dirname(file), `secrets.${worker}.json`);
  const withSecrets = Object.keys(secrets).length > 0;
  try {
    // As JSON: in a file of NAME=value lines wrangler would put the environment's values in place of ours.
    if (withSecrets) writePrivate(secretsFile, JSON.stringify(secrets));
    await wrangler(["deploy", "-c", file, "--tag", tag, ...(withSecrets ? ["--secrets-file", secretsFile] : [])]);
  } finally {
    rmSync(secretsFile, { force: true });
  }
}
