// One local run: secrets, simulator, wrangler, and the words on the screen once the API answers.
// Needs the project's Node and the installed dependencies.

import { existsSync, mkdirSync, readFileSync, rmSync, watchFile, writeFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { isAlive } from "#scripts/bootstrap/processes.mjs";
import { ensurePage, watchPage } from "#scripts/page/page.mjs";
import { startDev } from "#scripts/wrangler/run.mjs";
import { ensureDevVars } from "./dev-vars.mjs";
import { anyFree, isFree, nextFree } from "./ports.mjs";
import { instructions } from "./ready-message.mjs";
import { writeRunConfigs } from "./run-config.mjs";
import { startSimulator } from "./simulator.mjs";

const DEFAULT_PORT = 8787;
const CONFIG_FILES = [".dev.vars", "wrangler.api.toml", "wrangler.consumer.toml"];
const WATCH_EVERY_MS = 1_000;
const PING_EVERY_MS = 100;
const PING_TIMEOUT_MS = 5_000;
const SLOW_START_MS = 30_000;

/** Rejects when a part of it ends by itself or cannot start; otherwise runs until the process is stopped. */
export async function localRun(root, flags) {
  const state = path.resolve(root, flags.state);
  await refuseSharedState(state);
  const port = await choosePort(flags.port);
  const devVars = ensureDevVars(root);
  await ensurePage(root);
  const { origin, died: simulatorDied } = await openUpstream(root, flags.upstream, state);

  const directory = path.join(state, `run-${port}`);
  rmSync(directory, { recursive: true, force: true });
  const write = (secrets) => writeRunConfigs({ root, directory, devVars: secrets, origin });
  const configs = write(devVars);
  writeFileSync(inUseFile(state), JSON.stringify({ pid: process.pid, port }));

  const inspectorPort = await anyFree();
  const { died, unbuilt } = startDev({
    configs,
    port,
    inspectorPort,
    state,
    registry: path.join(directory, "registry"),
  });
  const ended = Promise.race([died, simulatorDied]);

  const url = `http://localhost:${port}`;
  await Promise.race([answers(url), ended, unbuilt]);
  console.log(instructions({ url, upstream: flags.upstream, origin, state: shortPath(root, state) }));
  for (const file of CONFIG_FILES)
    watchFile(path.join(root, file), { interval: WATCH_EVERY_MS }, () => rewrite(root, write));
  if (flags.watch) watchPage(root);
  await ended;
}

// wrangler watches its own copies of these files; sources it watches where they are.
function rewrite(root, write) {
  try {
    write(ensureDevVars(root));
  } catch (error) {
    console.error(`The change has no effect yet: ${error.message}`);
  }
}

async function choosePort(asked) {
  if (asked === undefined) {
    const port = await nextFree(DEFAULT_PORT);
    if (port !== DEFAULT_PORT) console.log(`Port ${DEFAULT_PORT} is taken; using ${port}. --port N chooses another.`);
    return port;
  }
  if (await isFree(asked)) return asked;
  throw new Error(`Port ${asked} is taken by another program. Choose another with --port N, or leave --port out.`);
}

// Two runs on one state would write the same SQLite files and fail with "database is locked".
async function refuseSharedState(state) {
  mkdirSync(state, { recursive: true });
  if (!existsSync(inUseFile(state))) return;
  const { pid, port } = JSON.parse(readFileSync(inUseFile(state), "utf8"));
  if (!isAlive(pid) || (await isFree(port))) return;
  throw new Error(
    `Already running on http://localhost:${port} with this state (process ${pid}). Stop it, or give this one its own: --state DIR`,
  );
}

function inUseFile(state) {
  return path.join(state, "in-use.json");
}

function shortPath(root, place) {
  const relative = path.relative(root, place);
  return relative.startsWith("..") ? place : relative || ".";
}

async function openUpstream(root, upstream, state) {
  const never = new Promise(() => {});
  if (upstream === "live") return { origin: "", died: never };
  return upstream === "simulator" ? startSimulator(root, state) : { origin: upstream, died: never };
}

async function answers(url) {
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

async function ping(url) {
  try {
    const response = await fetch(`${url}/ping`, { signal: AbortSignal.timeout(PING_TIMEOUT_MS) });
    await response.body?.cancel();
    return response.status;
  } catch {
    return undefined;
  }
}
