// @ts-check
// Starts child processes and ends all of them before this process ends.
// Every child leads a process group of its own: a signal from the terminal reaches only this process, and processes
// that a child leaves behind are ended by their group. Processes are ended by id, never by name. Runs on Node 18.

import { spawn, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";

// wrangler needs up to 2 s to stop; a script handed over to another Node stops its own wrangler first.
const GRACE_MS = 8_000;
const PARENT_CHECK_MS = 500;
const SHELLS = /^-?(sh|ash|bash|dash|ksh|zsh|busybox)$/;
const windows = process.platform === "win32";

/**
 * @typedef {{ code: number | null, signal: NodeJS.Signals | null, error?: Error }} Exit `error`: it could not be started
 */
/** @typedef {{ child: import("node:child_process").ChildProcess, exited: Promise<Exit>, graceMs: number }} Running */
/** @typedef {"SIGINT" | "SIGTERM" | "SIGHUP" | "SIGPIPE"} StopReason */

/** @type {Set<Running>} */
const running = new Set();
let stopping = false;

/**
 * Starts a child. `exited` never rejects; when it resolves, the child's own children have ended too.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {import("node:child_process").SpawnOptions & { graceMs?: number }} options `graceMs`: from SIGTERM to SIGKILL
 * @returns {Running}
 */
export function start(command, args, { graceMs = GRACE_MS, ...options } = {}) {
  if (stopping) throw new Error(`stopping: ${command} is not started any more`);
  const child = spawn(command, args, { ...options, detached: !windows, windowsHide: true });
  /** @type {Promise<Exit>} */
  const exited = new Promise((resolve) => {
    child.once("error", (error) => child.pid === undefined && resolve({ code: null, signal: null, error }));
    child.once("exit", (code, signal) => {
      killGroup(child);
      resolve({ code, signal });
    });
  });
  /** @type {Running} */
  const entry = { child, graceMs, exited: exited.finally(() => running.delete(entry)) };
  running.add(entry);
  return entry;
}

/** Sends every child SIGTERM, and SIGKILL after its grace. From then on no child can be started. */
export async function stopAll() {
  stopping = true;
  await Promise.all([...running].map(stop));
}

/**
 * On Ctrl-C, SIGTERM, SIGHUP, a closed output, or when the parent process has ended: stops every child, then exits.
 *
 * @param {(reason: StopReason) => number} exitCode
 * @returns whether a stop was requested
 */
export function stopOnRequest(exitCode) {
  let requested = false;
  const request = async (/** @type {StopReason} */ reason) => {
    if (requested) return; // npm repeats the signal that the terminal already sent
    requested = true;
    await stopAll();
    process.exit(exitCode(reason));
  };
  for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"]))
    process.on(signal, () => request(signal));
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => request("SIGPIPE"));
  whenParentGone(() => request("SIGHUP"));
  return () => requested;
}

/**
 * Sends a child SIGTERM, and SIGKILL to its group after its grace. Resolves when it has ended.
 *
 * @param {Running} entry
 */
export async function stop({ child, exited, graceMs }) {
  if (windows) killGroup(child);
  else child.kill("SIGTERM");
  const late = setTimeout(() => killGroup(child), graceMs);
  await exited;
  clearTimeout(late);
}

/** @param {{ pid?: number | undefined }} child */
function killGroup({ pid }) {
  if (pid === undefined) return;
  if (windows) {
    spawnSync("taskkill", ["/pid", String(pid), "/t", "/f"], { stdio: "ignore" });
    return;
  }
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // The group is empty: all of it has ended by itself.
  }
}

/**
 * npm does not forward SIGHUP, and ends on SIGTERM without waiting for its child. Under npm the parent may be a shell
 * that outlives npm, so the shell's parent is watched as well.
 *
 * @param {() => void} gone
 */
function whenParentGone(gone) {
  const parent = process.ppid;
  const shell = process.env.npm_lifecycle_event && !windows ? parentAndName(parent) : undefined;
  const npm = shell && SHELLS.test(shell.name) ? shell.parent : undefined;
  const timer = setInterval(() => {
    if (process.ppid === parent && isAlive(parent) && (npm === undefined || hasParent(parent, npm))) return;
    clearInterval(timer);
    gone();
  }, PARENT_CHECK_MS);
  timer.unref();
}

/**
 * @param {number} pid
 * @param {number} parent
 */
function hasParent(pid, parent) {
  return process.platform === "linux" ? parentAndName(pid)?.parent === parent : isAlive(parent);
}

/** @param {number} pid */
export function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === "EPERM";
  }
}

/**
 * Undefined when the process has ended.
 *
 * @param {number} pid
 * @returns {{ name: string, parent: number } | undefined}
 */
function parentAndName(pid) {
  try {
    if (process.platform === "linux") {
      // "pid (name) state ppid …"; the name may itself contain brackets and blanks.
      const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
      const end = stat.lastIndexOf(")");
      return { name: stat.slice(stat.indexOf("(") + 1, end), parent: Number(stat.slice(end + 2).split(" ")[1]) };
    }
    const line = spawnSync("ps", ["-o", "ppid=,comm=", "-p", String(pid)], { encoding: "utf8" }).stdout.trim();
    const [, id, command = ""] = /^(\d+)\s+(.*)$/.exec(line) ?? [];
    return id === undefined ? undefined : { name: path.basename(command), parent: Number(id) };
  } catch {
    return undefined;
  }
}
