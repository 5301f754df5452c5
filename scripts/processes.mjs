// Starts child processes and makes sure that none of them outlives this one.
// Every child leads a process group of its own: a signal from the terminal reaches only us, and what a child
// leaves behind can be ended by that group. Processes are ended by id, never by name. Runs on Node 18.

import { spawn, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";

// wrangler needs up to 2 s to stop; a script handed over to another Node stops its own wrangler first.
const GRACE_MS = 8_000;
const PARENT_CHECK_MS = 500;
const SHELLS = /^-?(sh|ash|bash|dash|ksh|zsh|busybox)$/;
const windows = process.platform === "win32";

const running = new Set();
let stopping = false;

/**
 * Starts a child. `exited` resolves, and never rejects, to `{ code, signal, error }`; by then whatever the child
 * itself had started is gone too.
 */
export function start(command, args, { graceMs = GRACE_MS, ...options } = {}) {
  if (stopping) throw new Error(`stopping: ${command} is not started any more`);
  const child = spawn(command, args, { ...options, detached: !windows, windowsHide: true });
  const entry = { child, graceMs };
  running.add(entry);
  entry.exited = new Promise((resolve) => {
    child.once("error", (error) => child.pid === undefined && resolve({ code: null, signal: null, error }));
    child.once("exit", (code, signal) => {
      killGroup(child);
      resolve({ code, signal });
    });
  }).finally(() => running.delete(entry));
  return entry;
}

/** Waits for a child and returns its exit code with everything it wrote, both streams in the order they came. */
export async function collect({ child, exited }) {
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream?.setEncoding("utf8").on("data", (text) => (output += text));
  const closed = new Promise((resolve) => child.once("close", resolve));
  const { code, error } = await exited;
  if (error) return { code: 1, output: error.message };
  await closed;
  return { code: code ?? 1, output };
}

/** Asks every child to stop, and ends those that do not in time. No new ones can be started from then on. */
export async function stopAll() {
  stopping = true;
  await Promise.all([...running].map(stop));
}

/** On Ctrl-C, SIGTERM, SIGHUP, or when whoever started us is gone: stops every child, then exits with `exitCode(reason)`. */
export function stopOnRequest(exitCode) {
  let requested = false;
  const request = async (reason) => {
    if (requested) return; // npm repeats the signal that the terminal already sent
    requested = true;
    await stopAll();
    process.exit(exitCode(reason));
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => request(signal));
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => request("SIGPIPE"));
  whenParentGone(() => request("SIGHUP"));
  return () => requested;
}

async function stop({ child, exited, graceMs }) {
  if (windows) killGroup(child);
  else child.kill("SIGTERM");
  const late = setTimeout(() => killGroup(child), graceMs);
  await exited;
  clearTimeout(late);
}

function killGroup({ pid }) {
  if (pid === undefined) return;
  if (windows) {
    spawnSync("taskkill", ["/pid", String(pid), "/t", "/f"], { stdio: "ignore" });
    return;
  }
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // The group is empty: everything has stopped by itself.
  }
}

// npm does not forward SIGHUP, and dies of SIGTERM without waiting for us. Under npm our parent may be a shell that
// lives on after npm's death, so that its parent counts as well.
function whenParentGone(gone) {
  const parent = process.ppid;
  const shell = process.env.npm_lifecycle_event && !windows ? look(parent) : undefined;
  const npm = shell && SHELLS.test(shell.name) ? shell.parent : undefined;
  const timer = setInterval(() => {
    if (process.ppid === parent && isAlive(parent) && (npm === undefined || hasParent(parent, npm))) return;
    clearInterval(timer);
    gone();
  }, PARENT_CHECK_MS);
  timer.unref();
}

function hasParent(pid, parent) {
  return process.platform === "linux" ? look(pid)?.parent === parent : isAlive(parent);
}

export function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}

/** Name and parent of a process; undefined when it is gone. */
function look(pid) {
  try {
    if (process.platform === "linux") {
      // "pid (name) state ppid …"; the name may itself hold brackets and blanks.
      const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
      const end = stat.lastIndexOf(")");
      return { name: stat.slice(stat.indexOf("(") + 1, end), parent: Number(stat.slice(end + 2).split(" ")[1]) };
    }
    const line = spawnSync("ps", ["-o", "ppid=,comm=", "-p", String(pid)], { encoding: "utf8" }).stdout.trim();
    const [, id, command] = /^(\d+)\s+(.*)$/.exec(line);
    return { name: command.split("/").pop(), parent: Number(id) };
  } catch {
    return undefined;
  }
}
