// Installs the dependencies when they are missing or out of date, and only then.
// A stamp in node_modules remembers what was installed, so that the next start does not ask npm.
// Runs before anything is installed: Node 18, nothing but its own modules.

import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { start } from "./processes.mjs";

const STAMP = "node_modules/.installed-for";

export async function install(root) {
  const wanted = stamp(read(root, "package.json"), read(root, "package-lock.json"));
  if (read(root, STAMP) === wanted) return;
  if (!agrees(read(root, "package-lock.json"), read(root, "node_modules/.package-lock.json"))) await runNpm(root);
  writeFileSync(path.join(root, STAMP), wanted);
}

/** What an installation depends on: the two files npm reads, and the machine its binaries are for. */
export function stamp(packageJson, lock, machine = `${process.platform}-${process.arch}`) {
  return createHash("sha256")
    .update(JSON.stringify([packageJson, lock, machine]))
    .digest("hex");
}

/**
 * Whether npm's own record of node_modules holds what the lock file asks for, so that somebody who ran
 * `npm install` by hand need not wait for a second installation. Optional packages may be absent: most
 * of them are binaries for other machines.
 */
export function agrees(lockText, installedText) {
  if (!lockText || !installedText) return false;
  const { packages: wanted } = JSON.parse(lockText);
  const { packages: installed } = JSON.parse(installedText);
  return Object.entries(wanted).every(([place, { version, integrity, optional }]) => {
    if (place === "") return true;
    const found = installed[place];
    return found ? found.version === version && found.integrity === integrity : optional === true;
  });
}

function read(root, file) {
  const full = path.join(root, file);
  return existsSync(full) ? readFileSync(full, "utf8") : "";
}

async function runNpm(root) {
  console.log("Installing dependencies (npm ci). This happens once and takes up to a minute.");
  // NODE_ENV=production would leave the tools out; the loglevel hides that wrangler wants a newer Node, which is installed here too.
  const { command, args, shell } = npm();
  const { exited } = start(command, [...args, "ci", "--include=dev", "--loglevel=error"], {
    cwd: root,
    env: withoutOwnBinaries(root),
    stdio: ["ignore", "inherit", "inherit"],
    shell,
    graceMs: 0, // npm does not heed SIGTERM while scripts run; what it leaves half done is removed by the next `npm ci`
  });
  const { code, error } = await exited;
  if (error) throw new Error(`npm could not be started: ${error.message}`);
  if (code !== 0) throw new Error("npm ci failed; its own words are above. Nothing was started.");
}

// Under `npm run` this is the npm that runs us, otherwise the one on PATH (a .cmd file on Windows, which needs a shell).
function npm() {
  const { npm_execpath: script, npm_node_execpath: node } = process.env;
  if (script && node && existsSync(script) && existsSync(node)) return { command: node, args: [script], shell: false };
  return { command: "npm", args: [], shell: process.platform === "win32" };
}

// `npm ci` deletes node_modules first; a node from there must not be the one that its scripts find.
function withoutOwnBinaries(root) {
  const own = path.join(root, "node_modules");
  const key = Object.keys(process.env).find((name) => name.toUpperCase() === "PATH") ?? "PATH";
  const kept = (process.env[key] ?? "").split(path.delimiter).filter((folder) => !folder.startsWith(own));
  return { ...process.env, [key]: kept.join(path.delimiter) };
}
