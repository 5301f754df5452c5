// One Worker's way onto the account: its configuration is written, it is bundled once to see whether it differs from what
// runs there, and deployed if it does. What runs there is known by the tag its version carries: a hash of all that makes it.

import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { wrangler } from "#scripts/cloudflare/commands.mjs";
import { filesIn, fingerprint } from "#scripts/page/folders.mjs";
import { writePrivate } from "#scripts/start/dev-vars.mjs";
import { configFile } from "./wanted.mjs";

/** Enough that no two uploads share a tag. */
const TAG_DIGITS = 16;

/** Fingerprints of bundles, by what they were made from. */
const BUNDLES = "node_modules/.cache/bundles";
const NOT_BUNDLED = /^(ui|README\.md)$|\.tsbuildinfo$/;

/**
 * Bundles without touching the account: a Worker that cannot be built is found out before anything is made there.
 *
 * @returns {Promise<{ worker: string, file: string, config: object, code: string }>} `code`: the bundle's fingerprint
 */
export async function prepare(root, folder, { worker, config }) {
  const file = path.join(folder, `wrangler.${worker}.json`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(file, configFile(config, root));
  const code = await remembered(root, bundleKey(root, config), () => bundled(folder, { worker, file }));
  return { worker, file, config, code };
}

async function bundled(folder, { worker, file }) {
  const out = path.join(folder, `bundle-${worker}`);
  try {
    await wrangler(["deploy", "-c", file, "--dry-run", "--outdir", out]);
    // Maps hold places on this machine.
    return fingerprint(
      out,
      filesIn(out, (name) => name.endsWith(".map") || name === "README.md"),
    );
  } catch (error) {
    throw new Error(`The ${worker} worker cannot be built: ${error.message}`);
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}

/**
 * What a bundle is made from; null when that cannot be known, because the wrangler file has a build command of its own.
 * Values of settings and ids of namespaces are no part of a bundle.
 */
export function bundleKey(root, { vars, kv_namespaces, ...config }) {
  if (config.build !== undefined) return null;
  const sources = ["shared", "workers"].flatMap((folder) =>
    filesIn(path.join(root, folder), (name) => NOT_BUNDLED.test(name)).map((file) => `${folder}/${file}`),
  );
  const hash = createHash("sha256").update(JSON.stringify(config));
  return hash.update(fingerprint(root, [...sources, "package-lock.json", "tsconfig.json"])).digest("hex");
}

/** A bundle of the same sources is not made again: a second deployment begins two wranglers sooner. */
async function remembered(root, key, make) {
  const file = path.join(root, BUNDLES, String(key));
  if (key !== null && existsSync(file)) return readFileSync(file, "utf8");
  const code = await make();
  if (key !== null) {
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, code);
  }
  return code;
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
