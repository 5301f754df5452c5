// What every command does around its own work: go to the project, install what is missing, use the project's Node,
// stop children when asked to, say what went wrong. Runs on Node 18; the work itself runs on the project's Node.

import path from "node:path";
import { fileURLToPath } from "node:url";
import { install } from "./install.mjs";
import { stopAll, stopOnRequest } from "./processes.mjs";
import { handOver } from "./project-node.mjs";

const SIGNAL_EXIT_CODES = { SIGHUP: 129, SIGINT: 130, SIGPIPE: 141, SIGTERM: 143 };

/** Runs `work(root)`; what it returns is the exit code. A command made to be stopped says `stoppingIsSuccess`. */
export async function command(work, { stoppingIsSuccess = false } = {}) {
  const isStopping = stopOnRequest((reason) => (stoppingIsSuccess ? 0 : SIGNAL_EXIT_CODES[reason]));
  const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
  process.chdir(root);
  try {
    await install(root);
    await handOver(root);
    await finish(await work(root), isStopping);
  } catch (error) {
    // A child that ends because we are stopping is no news.
    if (!isStopping()) console.error(error.message);
    await finish(1, isStopping);
  }
}

async function finish(code, isStopping) {
  if (isStopping()) return; // the one who stops also exits
  await stopAll();
  process.exit(code);
}
