// @ts-check
// What every command does around its own work: goes to the project's folder, installs missing dependencies, hands over
// to the project's Node, stops children on a signal, prints errors. Runs on Node 18 until the hand-over.

import path from "node:path";
import { fileURLToPath } from "node:url";
import { install } from "./install.mjs";
import { stopAll, stopOnRequest } from "./processes.mjs";
import { handOver } from "./project-node.mjs";

const SIGNAL_EXIT_CODES = { SIGHUP: 129, SIGINT: 130, SIGPIPE: 141, SIGTERM: 143 };

/**
 * Runs a command and ends the process with the exit code it returns, or with 1 and the error's message.
 *
 * @param {(root: string) => Promise<number>} work
 * @param {{ stoppingIsSuccess?: boolean }} options `stoppingIsSuccess`: a signal ends the command with exit code 0
 */
export async function command(work, { stoppingIsSuccess = false } = {}) {
  const isStopping = stopOnRequest((reason) => (stoppingIsSuccess ? 0 : SIGNAL_EXIT_CODES[reason]));
  const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../..");
  process.chdir(root);
  try {
    await install(root);
    await handOver(root);
    await finish(await work(root), isStopping);
  } catch (error) {
    // A child that ends because the command stops is no failure.
    if (!isStopping()) console.error(/** @type {Error} */ (error).message);
    await finish(1, isStopping);
  }
}

/**
 * @param {number} code
 * @param {() => boolean} isStopping
 */
async function finish(code, isStopping) {
  if (isStopping()) return; // the handler of the signal exits
  await stopAll();
  process.exit(code);
}
