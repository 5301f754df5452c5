// Runs wrangler: offline, without telemetry, banners or update checks, and without writing outside this project.

import { createRequire } from "node:module";
import path from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { stripVTControlCharacters } from "node:util";
import { start } from "#scripts/bootstrap/processes.mjs";
import { isNoise } from "./output.mjs";

const require = createRequire(import.meta.url);

export const QUIET = {
  WRANGLER_SEND_METRICS: "false",
  WRANGLER_SEND_ERROR_REPORTS: "false",
  WRANGLER_HIDE_BANNER: "true",
  WRANGLER_WRITE_LOGS: "false",
  CLOUDFLARE_CF_FETCH_ENABLED: "false",
  // Otherwise `wrangler dev` stores a trace of every binding call, which costs ten times what the call itself does.
  X_LOCAL_OBSERVABILITY: "false",
  CLOUDFLARE_ENV: undefined,
};

const BUILD_FAILED = /^✘ \[ERROR\] Build failed with /;
// The reasons follow that line.
const REST_OF_MESSAGE_MS = 300;

/** The program itself, not `bin/wrangler.js`: that one only starts this one as a further process. */
const CLI = path.join(path.dirname(require.resolve("wrangler/package.json")), "wrangler-dist/cli.js");

/** wrangler is 15 MB of source: compiled once, it starts a third faster. */
const COMPILED = path.join(import.meta.dirname, "../../node_modules/.cache/compiled");

export function startWrangler(args, { env = {}, stdio = ["ignore", "pipe", "pipe"] } = {}) {
  const guard = pathToFileURL(path.join(import.meta.dirname, "stop-with-parent.mjs")).href;
  return start(process.execPath, ["--no-warnings", "--import", guard, CLI, ...args], {
    env: { NODE_COMPILE_CACHE: COMPILED, ...process.env, ...QUIET, ...env },
    stdio,
  });
}

/**
 * One `wrangler dev` with all workers: one process, one state. `died` rejects when it ends, `unbuilt` when a worker
 * cannot be built. wrangler recovers from that later, but not when it is the first build.
 */
export function startDev({ configs, port, inspectorPort, state, registry }) {
  const { child, exited } = startWrangler(
    [
      "dev",
      ...configs.flatMap((config) => ["-c", config]),
      ...["--port", port, "--inspector-port", inspectorPort, "--persist-to", state, "--local"],
      ...["--show-interactive-dev-session=false", "--log-level", "log"],
    ].map(String),
    // A registry of its own: by default all `wrangler dev` of a machine see each other, and ours have equal names.
    { env: { WRANGLER_REGISTRY_PATH: registry } },
  );
  show(child.stdout, process.stdout);
  const died = exited.then(({ code, signal }) => {
    throw new Error(`wrangler dev ended by itself (${signal ?? `exit code ${code}`}); its last words are above.`);
  });
  const unbuilt = new Promise((_, reject) => {
    show(child.stderr, process.stderr, async (line) => {
      if (!BUILD_FAILED.test(line)) return;
      await sleep(REST_OF_MESSAGE_MS);
      reject(new Error("A worker could not be built, see above. Nothing was started."));
    });
  });
  for (const promise of [died, unbuilt]) promise.catch(() => {});
  return { died, unbuilt };
}

function show(from, to, seen = () => {}) {
  createInterface({ input: from }).on("line", (line) => {
    const plain = stripVTControlCharacters(line);
    seen(plain);
    if (!isNoise(plain)) to.write(`${to.isTTY ? line : plain}\n`);
  });
}
