// @ts-check
// Installs the dependencies if they are missing or out of date.
// A stamp in node_modules records what was installed, so that the next start does not run npm.
// Runs before the installation: Node 18 and its own modules only.

import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { start } from "./processes.mjs";

const STAMP = "node_modules/.installed-for";
const windows = process.platform === "win32";

/** @param {string} root */
export async function install(root) {
  const wanted = stamp(read(root, "package.json"), read(root, "package-lock.json"));
  if (read(root, STAMP) === wanted) return;
  if (!isInstalled(root)) {
    console.log("Installing dependencies (npm ci). This happens once and takes up to a minute.");
    await npm(root, systemNode(), ["ci"]);
  }
  // npm leaves out optional packages that require a newer Node than the one it runs on. The project needs these
  // binaries, and the installation has just brought a newer Node.
  const node = projectNode(root);
  if (!isInstalled(root) && existsSync(node)) await npm(root, node, ["install", "--no-save"]);
  writeFileSync(path.join(root, STAMP), wanted);
}

/**
 * The Node among the dependencies: wrangler and the TypeScript files need a newer one than package.json's `engines`.
 *
 * @param {string} root
 */
export function projectNode(root) {
  return path.join(root, "node_modules/node/bin", windows ? "node.exe" : "node");
}

/**
 * Fingerprint of what an installation depends on: the two files npm reads, and the machine its binaries are for.
 *
 * @param {string} packageJson
 * @param {string} lock
 */
export function stamp(packageJson, lock, machine = `${process.platform}-${process.arch}`) {
  return createHash("sha256")
    .update(JSON.stringify([packageJson, lock, machine]))
    .digest("hex");
}

/** @typedef {{ os: string, cpu: string, libc: string }} Machine */

/**
 * Whether npm's own record of node_modules has the packages of the lock file: after an `npm install` by hand no second
 * installation is needed. Of the optional packages only those for this machine are required.
 *
 * @param {string} lockText
 * @param {string} installedText
 * @param {Machine} machine
 */
export function agrees(lockText, installedText, machine) {
  if (!lockText || !installedText) return false;
  const wanted = packagesOf(lockText);
  const installed = packagesOf(installedText);
  return Object.entries(wanted).every(([place, entry]) => {
    if (place === "") return true;
    const found = installed[place];
    if (!found) return entry.optional === true && !isMadeFor(entry, machine);
    return found.version === entry.version && found.integrity === entry.integrity;
  });
}

/**
 * @typedef {{
 *   version?: string, integrity?: string, optional?: boolean, os?: string[], cpu?: string[], libc?: string[],
 * }} Package
 */

/**
 * @param {string} lockText
 * @returns {Record<string, Package>}
 */
function packagesOf(lockText) {
  return JSON.parse(lockText).packages;
}

/**
 * @param {Package} entry
 * @param {Machine} machine
 */
function isMadeFor({ os = [], cpu = [], libc = [] }, machine) {
  return os.includes(machine.os) && cpu.includes(machine.cpu) && (libc.length === 0 || libc.includes(machine.libc));
}

/** @param {string} root */
function isInstalled(root) {
  return agrees(read(root, "package-lock.json"), read(root, "node_modules/.package-lock.json"), {
    os: process.platform,
    cpu: process.arch,
    libc: usesGlibc() ? "glibc" : "musl",
  });
}

function usesGlibc() {
  // Typed as a string; it is an object.
  const report = /** @type {{ header: { glibcVersionRuntime?: string } }} */ (
    /** @type {unknown} */ (process.report.getReport())
  );
  return report.header.glibcVersionRuntime !== undefined;
}

/**
 * @param {string} root
 * @param {string} file
 */
function read(root, file) {
  const full = path.join(root, file);
  return existsSync(full) ? readFileSync(full, "utf8") : "";
}

/**
 * Runs npm on the given Node: under `npm run` the same npm, otherwise the one on PATH.
 *
 * @param {string} root
 * @param {string} node
 * @param {string[]} args
 */
async function npm(root, node, args) {
  const { npm_execpath: script } = process.env;
  const command = script && existsSync(script) ? { file: node, before: [script] } : { file: "npm", before: [] };
  const { exited } = start(command.file, [...command.before, ...args, ...NPM_FLAGS], {
    cwd: root,
    env: withNodeFirst(root, node),
    stdio: ["ignore", "inherit", "inherit"],
    shell: windows && command.file === "npm", // npm.cmd
    graceMs: 0, // npm ignores SIGTERM while scripts run; the next `npm ci` removes an incomplete installation
  });
  const { code, error } = await exited;
  if (error) throw new Error(`npm could not be started: ${error.message}`);
  if (code !== 0) throw new Error(`npm ${args[0]} failed; its messages are above. Nothing was started.`);
}

// NODE_ENV=production would leave the tools out. npm's warnings concern the old Node, which only installs the new one.
const NPM_FLAGS = ["--include=dev", "--loglevel=error"];

function systemNode() {
  const { npm_node_execpath: node } = process.env;
  return node && existsSync(node) ? node : process.execPath;
}

/**
 * `npm ci` deletes node_modules first, so its scripts must not find a Node from there.
 *
 * @param {string} root
 * @param {string} node
 */
function withNodeFirst(root, node) {
  const own = path.join(root, "node_modules");
  const key = Object.keys(process.env).find((name) => name.toUpperCase() === "PATH") ?? "PATH";
  const others = (process.env[key] ?? "").split(path.delimiter).filter((folder) => !folder.startsWith(own));
  return { ...process.env, [key]: [path.dirname(node), ...others].join(path.delimiter) };
}
