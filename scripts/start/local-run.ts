/**
 * One local run: secrets, simulator, wrangler, and the message on the screen once the API answers.
 * Needs the project's Node and the installed dependencies.
 */
import { existsSync, mkdirSync, readFileSync, rmSync, watchFile, writeFileSync } from "node:fs";
import path from "node:path";
import type { Writable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { isAlive } from "#scripts/bootstrap/processes.mjs";
import type { StartFlags } from "#scripts/bootstrap/start-flags.mjs";
import { ensurePage, watchPage } from "#scripts/page/page.ts";
import { type DevRun, PortTaken, startDev } from "#scripts/wrangler/run.ts";
import { anyFree } from "./any-port.ts";
import { ensureDevVars } from "./dev-vars.ts";
import { isFree, nextFree } from "./ports.ts";
import { instructions } from "./ready-message.ts";
import { writeRunConfigs } from "./run-config.ts";
import { startSimulator } from "./simulator.ts";
import { useBundles } from "./use-bundles.ts";

const DEFAULT_PORT = 8787;
const CONFIG_FILES = [".dev.vars", "wrangler.api.toml", "wrangler.consumer.toml"];
const WATCH_EVERY_MS = 1_000;
const PING_EVERY_MS = 100;
const PING_TIMEOUT_MS = 5_000;
const SLOW_START_MS = 30_000;
/** Starts of wrangler, when an inner port is taken each time. */
const MAX_STARTS = 3;

/** For a command that uses a local run: `ready` is called once the API answers, `log` takes what wrangler prints. */
export type LocalUse = { ready: (url: string) => void; log: Writable };

/**
 * Rejects when a part of it ends by itself or cannot start; otherwise runs until the process is stopped. Without a
 * `use`, everything is for the person at the terminal.
 */
export async function localRun(root: string, flags: StartFlags, use?: LocalUse): Promise<void> {
  const state = path.resolve(root, flags.state);
  await refuseSharedState(state);
  const port = await choosePort(flags.port);
  const { text: devVars, admin } = ensureDevVars(root);
  await ensurePage(root);
  const { origin, died: simulatorDied } = await openUpstream(root, flags.upstream, state);

  const directory = path.join(state, `run-${port}`);
  rmSync(directory, { recursive: true, force: true });
  const run = { root, directory, origin };
  const adapt = flags.watch ? undefined : await useBundles(root, writeRunConfigs({ ...run, devVars }));
  const write = (secrets: string) => writeRunConfigs({ ...run, devVars: secrets, adapt });
  const configs = write(devVars);
  writeFileSync(inUseFile(state), JSON.stringify({ pid: process.pid, port }));

  const url = `http://localhost:${port}`;
  const registry = path.join(directory, "registry");
  const dev = { configs, port, state, registry, log: use?.log };
  const [wranglerDied] = await startUntilReady(dev, url, simulatorDied);
  if (use) use.ready(url);
  else console.log(instructions({ url, upstream: flags.upstream, origin, state: shortPath(root, state), admin }));
  for (const file of CONFIG_FILES)
    watchFile(path.join(root, file), { interval: WATCH_EVERY_MS }, () => rewrite(root, write));
  if (flags.watch) watchPage(root);
  await Promise.race([wranglerDied, simulatorDied]);
}

/**
 * Starts wrangler and waits for the API. When wrangler ends because one of its inner ports was taken, it is started
 * again.
 * @returns in an array, so that it is not awaited: a promise that rejects when wrangler ends.
 */
async function startUntilReady(
  run: Omit<DevRun, "inspectorPort">,
  url: string,
  simulatorDied: Promise<never>,
): Promise<[Promise<never>]> {
  for (let attempt = 1; ; attempt += 1) {
    const { died, unbuilt } = startDev({ ...run, inspectorPort: await anyFree() });
    try {
      await Promise.race([answers(url), died, simulatorDied, unbuilt]);
      return [died];
    } catch (error) {
      if (!(error instanceof PortTaken) || attempt === MAX_STARTS) throw error;
      console.error(`${error.message} Starting it again.`);
    }
  }
}

// wrangler watches its own copies of these files.
function rewrite(root: string, write: (secrets: string) => unknown): void {
  try {
    write(ensureDevVars(root).text);
  } catch (error) {
    console.error(`The change has no effect yet: ${error instanceof Error ? error.message : error}`);
  }
}

async function choosePort(asked: number | undefined): Promise<number> {
  if (asked === undefined) {
    const port = await nextFree(DEFAULT_PORT);
    if (port !== DEFAULT_PORT) console.log(`Port ${DEFAULT_PORT} is taken; using ${port}. --port N chooses another.`);
    return port;
  }
  if (await isFree(asked)) return asked;
  throw new Error(`Port ${asked} is taken by another program. Choose another with --port N, or leave --port out.`);
}

// Two runs on one state would write the same SQLite files and fail with "database is locked".
async function refuseSharedState(state: string): Promise<void> {
  mkdirSync(state, { recursive: true });
  if (!existsSync(inUseFile(state))) return;
  const { pid, port } = JSON.parse(readFileSync(inUseFile(state), "utf8"));
  if (!isAlive(pid) || (await isFree(port))) return;
  throw new Error(
    `Already running on http://localhost:${port} with this state (process ${pid}). Stop it, or give this one its own: --state DIR`,
  );
}

function inUseFile(state: string): string {
  return path.join(state, "in-use.json");
}

function shortPath(root: string, place: string): string {
  const relative = path.relative(root, place);
  return relative.startsWith("..") ? place : relative || ".";
}

async function openUpstream(
  root: string,
  upstream: string,
  state: string,
): Promise<{ origin: string; died: Promise<never> }> {
  const never = new Promise<never>(() => {});
  if (upstream === "live") return { origin: "", died: never };
  return upstream === "simulator" ? startSimulator(root, state) : { origin: upstream, died: never };
}

async function answers(url: string): Promise<void> {
  const startedAt = Date.now();
  let warned = false;
  for (;;) {
    const status = await ping(url);
    if (status === 200) return;
    if (!warned && Date.now() - startedAt > SLOW_START_MS) {
      warned = true;
      console.error(
        `Still waiting: ${url}/ping ${status ? `answers ${status}` : "does not answer"}. wrangler's messages are above.`,
      );
    }
    await sleep(PING_EVERY_MS);
  }
}

async function ping(url: string): Promise<number | undefined> {
  try {
    const response = await fetch(`${url}/ping`, { signal: AbortSignal.timeout(PING_TIMEOUT_MS) });
    await response.body?.cancel();
    return response.status;
  } catch {
    return undefined;
  }
}
