/** Runs wrangler: offline, without telemetry, banners or update checks, and without writing outside this project. */

import type { StdioOptions } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import path from "node:path";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { stripVTControlCharacters } from "node:util";
import type { Env } from "#scripts/bootstrap/flags.mjs";
import { start } from "#scripts/bootstrap/processes.mjs";
import { isInnerPortTaken } from "./inner-port.ts";
import { isNoise } from "./output.ts";
import { pipeOf } from "./pipe.ts";

const require = createRequire(import.meta.url);

/** Environment that keeps wrangler offline and quiet. */
export const QUIET: Env = {
  WRANGLER_SEND_METRICS: "false",
  WRANGLER_SEND_ERROR_REPORTS: "false",
  WRANGLER_HIDE_BANNER: "true",
  WRANGLER_WRITE_LOGS: "false",
  CLOUDFLARE_CF_FETCH_ENABLED: "false",
  // Otherwise `wrangler dev` stores a trace of every binding call, at ten times the cost of the call.
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

/** Starts wrangler with these arguments. */
export function startWrangler(
  args: string[],
  { env = {}, stdio = ["ignore", "pipe", "pipe"] }: { env?: Env; stdio?: StdioOptions } = {},
): ReturnType<typeof start> {
  const guard = pathToFileURL(path.join(import.meta.dirname, "stop-with-parent.mjs")).href;
  return start(process.execPath, ["--no-warnings", "--import", guard, CLI, ...args], {
    env: { NODE_COMPILE_CACHE: COMPILED, ...process.env, ...QUIET, ...env },
    stdio,
  });
}

export type DevRun = {
  /** Paths of the wrangler files, the API's first. */
  configs: string[];
  port: number;
  inspectorPort: number;
  /** Folder of the local storage. */
  state: string;
  /** Folder of the dev registry. */
  registry: string;
  /** Takes what wrangler prints; the terminal without it. */
  log?: Writable | undefined;
};

/** wrangler ended before the API answered, because another program took one of its inner ports. */
export class PortTaken extends Error {}

/**
 * One `wrangler dev` with all Workers: one process, one state. `died` rejects when it ends, `unbuilt` when a Worker
 * cannot be built. wrangler recovers from that later, but not when it is the first build.
 */
export function startDev({ configs, port, inspectorPort, state, registry, log }: DevRun) {
  const { child, exited } = startWrangler(
    [
      "dev",
      ...configs.flatMap((config) => ["-c", config]),
      ...["--port", port, "--inspector-port", inspectorPort, "--persist-to", state, "--local"],
      ...["--show-interactive-dev-session=false", "--log-level", "log"],
    ].map(String),
    // A registry of its own: by default all `wrangler dev` of a machine see each other, and these Workers have equal
    // names.
    { env: { WRANGLER_REGISTRY_PATH: registry } },
  );
  let isPortTaken = false;
  const { promise: unbuilt, reject: refuse } = Promise.withResolvers<never>();
  const read = async (line: string) => {
    if (isInnerPortTaken(line)) isPortTaken = true;
    if (!BUILD_FAILED.test(line)) return;
    await sleep(REST_OF_MESSAGE_MS);
    refuse(new Error("A worker could not be built, see above. Nothing was started."));
  };
  const shown = [
    show(pipeOf(child.stdout), log ?? process.stdout, read),
    show(pipeOf(child.stderr), log ?? process.stderr, read),
  ];
  const died: Promise<never> = exited.then(async ({ code, signal }) => {
    // The last lines may arrive after the exit; a process left behind may keep the pipes open.
    await Promise.race([Promise.all(shown), sleep(REST_OF_MESSAGE_MS)]);
    if (isPortTaken) throw new PortTaken("wrangler found one of its inner ports taken by another program.");
    throw new Error(`wrangler dev ended by itself (${signal ?? `exit code ${code}`}); its last words are above.`);
  });
  for (const promise of [died, unbuilt]) promise.catch(() => {});
  return { died, unbuilt };
}

/** Prints the lines worth reading. Resolves at the end of the stream. */
async function show(
  from: Readable,
  to: Writable & { isTTY?: boolean },
  seen: (line: string) => unknown,
): Promise<void> {
  const lines = createInterface({ input: from });
  lines.on("line", (line) => {
    const plain = stripVTControlCharacters(line);
    seen(plain);
    if (!isNoise(plain)) to.write(`${to.isTTY ? line : plain}\n`);
  });
  await once(lines, "close");
}
