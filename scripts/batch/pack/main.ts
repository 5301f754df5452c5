/** The package's command: the same as `npm run batch`, without a server of its own. Runs on Node 20. */

import { batchFlags } from "#scripts/batch/flags.ts";
import { runInProcess } from "#scripts/batch/in-process.ts";
import { flagsOrExit } from "#scripts/bootstrap/flags.mjs";

const exitCodes = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

const flags = flagsOrExit(batchFlags({ name: "dreamina-batch", hasLocal: false }), process.argv.slice(2));
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  // After the listener that tells the person what becomes of the run.
  process.once(signal, () => setImmediate(() => process.exit(exitCodes[signal])));
}
const startServer = () => Promise.reject(new Error("A server of one's own needs a clone of the project."));
try {
  process.exitCode = await runInProcess(flags, { folder: process.cwd(), startServer });
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
