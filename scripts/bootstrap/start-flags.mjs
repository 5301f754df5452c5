// @ts-check
// The flags of `npm start` and `npm run dev`. No I/O. Runs on Node 18.

import { parseFlags, UsageError } from "./flags.mjs";

const USAGE = `Usage: npm start [-- flags]

  --port N         where the API listens (default 8787, or the next free port)
  --state DIR      where tasks and images are kept (default .wrangler/state)
  --live           talk to the real Dreamina; without it images are simulated
  --upstream URL   talk to this address in place of the simulator
  --watch          reload the Workers and the page whenever their sources change
  --help           show this`;

const MAX_PORT = 65_535;
const OPTIONS = /** @type {const} */ ({
  port: { type: "string" },
  state: { type: "string" },
  upstream: { type: "string" },
  live: { type: "boolean" },
  watch: { type: "boolean" },
  help: { type: "boolean", short: "h" },
});

/**
 * `port` is undefined for the default port or the next free one.
 *
 * @typedef {{ help: boolean, watch: boolean, port: number | undefined, state: string, upstream: Upstream }} StartFlags
 */

/** @typedef {"simulator" | "live" | (string & {})} Upstream The last is an origin. */

/**
 * @param {string[]} args
 * @param {import("./flags.mjs").Env} [env]
 * @returns {StartFlags}
 */
function read(args, env = {}) {
  const values = parseFlags(args, env, { npmCommand: "npm start", options: OPTIONS });
  const { port, state, upstream, live = false, watch = false, help = false } = values;
  if (live && upstream !== undefined) throw new UsageError("--live and --upstream exclude each other.");
  if (state === "") throw new UsageError("--state needs a directory.");
  return {
    help,
    watch,
    port: port === undefined ? undefined : readPort(port),
    state: state ?? ".wrangler/state",
    upstream: live ? "live" : upstream === undefined ? "simulator" : readOrigin(upstream),
  };
}

/** @param {string} text */
function readPort(text) {
  const port = Number(text);
  if (/^\d+$/.test(text) && port >= 1 && port <= MAX_PORT) return port;
  throw new UsageError(`--port must be a number from 1 to ${MAX_PORT}, not "${text}".`);
}

/** @param {string} text */
function readOrigin(text) {
  const wrong = new UsageError(`--upstream must be an http or https URL without query, not "${text}".`);
  let url;
  try {
    url = new URL(text);
  } catch {
    throw wrong;
  }
  if (!/^https?:$/.test(url.protocol) || url.search || url.hash || url.username || url.password) throw wrong;
  return url.href.replace(/\/+$/, "");
}

export const startFlags = { usage: USAGE, read };
