// Installs the dependencies when they are missing or out of date, and only then.
// A stamp in node_modules remembers what was installed, so that the next start does not ask npm.
// Runs before anything is installed: Node 18, nothing but its own modules.

import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { start } from "./processes.mjs";

const STAMP = "node_modules/.installed-for";
const windows = process.platform === "win32";

export async function install(root) {
  const wanted = stamp(read(root, "package.json"), read(root, "package-lock.json"));
  if (read(root, STAMP) === wanted) return;
  if (!isInstalled(root)) {
    console.log("Installing dependencies (npm ci). This happens once and takes up to a minute.");
    await npm(root, systemNode(), ["ci"]);
  }
  // npm leaves out optional packages that want a newer Node than the one it runs on. They are binaries we need, and by now
  // there is a newer Node: the one just installed.
  const node = projectNode(root);
  if (!isInstalled(root) && existsSync(node)) await npm(root, node, ["install", "--no-save"]);
  writeFileSync(path.join(root, STAMP), wanted);
}

/** The Node among the dependencies: wrangler and the TypeScript files need a newer one than this project asks people for. */
export function projectNode(root) {
  return path.join(root, "node_modules/node/bin", windows ? "node.exe" : "node");
}

/** What an installation depends on: the two files npm reads, and the machine its binaries are for. */
export function stamp(packageJson, lock, machine = `${process.platform}-${process.arch}`) {
  return createHash("sha256")
    .update(JSON.stringify([packageJson, lock, machine]))
    .digest("hex");
}

/**
 * Whether npm's own record of node_modules holds what the lock file asks for, so that somebody who ran `npm install` by
 * hand need not wait for a second installation. Of the optional packages only those made for this machine are needed.
 */
export function agrees(lockText, installedText, machine) {
  if (!lockText || !installedText) return false;
  const { packages: wanted } = JSON.parse(lockText);
  const { packages: installed } = JSON.parse(installedText);
  return Object.entries(wanted).every(([place, entry]) => {
    if (place === "") return true;
    const found = installed[place];
    if (!found) return entry.optional === true && !isMadeFor(entry, machine);
    return found.version === entry.version && found.integrity === entry.integrity;
  });
}

function isMadeFor({ os = [], cpu = [], libc = [] }, machine) {
  return os.includes(machine.os) && cpu.includes(machine.cpu) && (libc.length === 0 || libc.includes(machine.libc));
}

function isInstalled(root) {
  return agrees(read(root, "package-lock.json"), read(root, "node_modules/.package-lock.json"), {
    os: process.platform,
    cpu: process.arch,
    libc: process.report.getReport().header.glibcVersionRuntime ? "glibc" : "musl",
  });
}

function read(root, file) {
  const full = path.join(root, file);
  return existsSync(full) ? readFileSync(full, "utf8") : "";
}

/** Runs npm on a certain Node: under `npm run` the npm that runs us, otherwise the one on PATH. */
async function npm(root, node, args) {
  const { npm_execpath: script } = process.env;
  const command = script && existsSync(script) ? { file: node, before: [script] } : { file: "npm", before: [] };
  const { exited } = start(command.file, [...command.before, ...args, ...NPM_FLAGS], {
    cwd: root,
    env: withNodeFirst(root, node),
    stdio: ["ignore", "inherit", "inherit"],
    shell: windows && command.file === "npm", // npm.cmd
    graceMs: 0, // npm does not heed SIGTERM while scripts run; the next `npm ci` removes what it leaves half done
  });
  const { code, error } = await exited;
  if (error) throw new Error(`npm could not be started: ${error.message}`);
  if (code !== 0) throw new Error(`npm ${args[0]} failed; its own words are above. Nothing was started.`);
}

// NODE_ENV=production would leave the tools out. npm's warnings are about the old Node, which only installs the new one.
const NPM_FLAGS = ["--include=dev", "--loglevel=error"];

function systemNode() {
  const { npm_node_execpath: node } = process.env;
  return node && existsSync(node) ? node : process.execPath;
}

// `npm ci` deletes node_modules first; a node from there must not be the one that its scripts find.
function withNodeFirst(root, node) {
  const own = path.join(root, "node_modules");
  const key = Object.keys(process.env).find((name) => name.toUpperCase() === "PATH") ?? "PATH";
  const others = (process.env[key] ?? "").split(path.delimiter).filter((folder) => !folder.startsWith(own));
  return { ...process.env, [key]: [path.dirname(node), ...others].join(path.delimiter) };
}
