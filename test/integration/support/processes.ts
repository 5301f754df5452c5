/**
 * The project's commands as child processes: the simulator, and `npm start` with its runtime. Processes are ended by id
 * and do not outlive the test.
 */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { anyFree } from "#scripts/start/any-port.ts";
import { controlSimulator } from "./caller.ts";

const root = path.resolve(import.meta.dirname, "../../..");

export type Running = {
  url: string;
  pid: number;
  /** Output so far, of both streams. */
  output: () => string;
  /** Sends SIGKILL to the process and all its descendants, so that none can clean up. */
  kill: () => Promise<void>;
  /** Sends SIGTERM and waits. @returns the exit code. */
  stop: () => Promise<number | null>;
};

/** Dots of the longer side of simulated images; few, because the tests only compare bytes. */
const pictureDots = 48;

/** @param speed simulated seconds per real second. */
export async function startSimulator(speed: number): Promise<Running> {
  const flags = ["--port", "0", "--speed", String(speed)];
  const simulator = await start(["test/simulator/main.ts", ...flags], /"url":"(http:[^"]+)"/);
  await controlSimulator(simulator.url, "settings", { pictureDots });
  return simulator;
}

/** Runs `npm start` on a free port, with its own simulator unless `upstream` is set. */
export async function startRuntime(options: {
  state: string;
  upstream?: string;
  /** By default a free one. */
  port?: number;
  /** Of the environment. */
  settings?: Record<string, string>;
}): Promise<Running> {
  const port = options.port ?? (await anyFree());
  const upstream = options.upstream === undefined ? [] : ["--upstream", options.upstream];
  const flags = ["--port", String(port), "--state", options.state, ...upstream];
  return start(["scripts/bootstrap/run.mjs", "start", ...flags], /Ready on (\S+)/, options.settings);
}

export function temporaryFolder(): { path: string; remove: () => void } {
  const folder = mkdtempSync(path.join(tmpdir(), "dreamina-test-"));
  return { path: folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

async function start(args: string[], ready: RegExp, settings: Record<string, string> = {}): Promise<Running> {
  const env = { ...process.env, ...settings };
  const child = spawn(process.execPath, args, { cwd: root, stdio: ["ignore", "pipe", "pipe"], env });
  const exited = once(child, "exit");
  let output = "";
  const url = await new Promise<string>((resolve, reject) => {
    const take = (text: string) => {
      output += text;
      const found = ready.exec(output)?.[1];
      if (found !== undefined) resolve(found);
    };
    child.stdout.setEncoding("utf8").on("data", take);
    child.stderr.setEncoding("utf8").on("data", take);
    child.on("exit", (code) => reject(new Error(`${args.join(" ")} ended with ${code}:\n${output}`)));
  });
  const pid = child.pid ?? 0;
  return {
    url,
    pid,
    output: () => output,
    async kill() {
      const family = [pid, ...descendantsOf(pid)];
      for (const id of family) kill(id);
      await exited;
      // A killed process holds its files until it is gone.
      while (family.some(isAlive)) await new Promise((resolve) => setTimeout(resolve, 10));
    },
    async stop() {
      child.kill("SIGTERM");
      await exited;
      return exitCode(child);
    },
  };
}

const exitCode = (child: ChildProcess) => child.exitCode;

export function descendantsOf(pid: number): number[] {
  const table = execFileSync("ps", ["-A", "-o", "pid=,ppid="], { encoding: "utf8" });
  const rows = table
    .trim()
    .split("\n")
    .map((line) => line.trim().split(/\s+/).map(Number));
  const childrenOf = (parent: number): number[] =>
    rows.flatMap(([id = 0, ppid]) => (ppid === parent ? [id, ...childrenOf(id)] : []));
  return childrenOf(pid);
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // The process has ended already.
  }
}
