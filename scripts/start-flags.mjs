// The flags of `npm start` and `npm run dev`. No I/O: text in, flags or a sentence about what is wrong out.
// Runs on Node 18.

import { parseArgs } from "node:util";

export const USAGE = `Usage: npm start [-- flags]

  --port N         where the API listens (default 8787, or the next free port)
  --state DIR      where tasks and images are kept (default .wrangler/state)
  --live           talk to the real Dreamina; without it pictures are simulated
  --upstream URL   talk to this address in place of the simulator
  --watch          build the page again whenever its sources change
  --help           show this`;

const HIGHEST_PORT = 65_535;
const OPTIONS = {
  port: { type: "string" },
  state: { type: "string" },
  upstream: { type: "string" },
  live: { type: "boolean" },
  watch: { type: "boolean" },
  help: { type: "boolean", short: "h" },
};

export class UsageError extends Error {}

/** `port` is undefined when the choice is ours. `upstream` is "simulator", "live" or an origin. */
export function readFlags(args, env = {}) {
  refuseSwallowed(args, env);
  const { port, state, upstream, live = false, watch = false, help = false } = parse(args);
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

// `npm start --live` without the dashes before it is kept by npm and would silently start the simulator.
function refuseSwallowed(args, env) {
  const name = ["port", "state", "upstream", "live", "watch"].find(
    (flag) => env[`npm_config_${flag}`] && !args.includes(`--${flag}`),
  );
  if (name) throw new UsageError(`npm kept --${name} for itself. Put -- before the flags: npm start -- --${name} …`);
}

function parse(args) {
  try {
    return parseArgs({ args, options: OPTIONS, strict: true, allowPositionals: false }).values;
  } catch (error) {
    // "Unknown option '--x'. To specify a positional …": the first sentence is what a person needs.
    throw new UsageError(`${error.message.split(/\.\s|\n/)[0].replace(/\.$/, "")}.`);
  }
}

function readPort(text) {
  const port = Number(text);
  if (/^\d+$/.test(text) && port >= 1 && port <= HIGHEST_PORT) return port;
  throw new UsageError(`--port must be a number from 1 to ${HIGHEST_PORT}, not "${text}".`);
}

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
