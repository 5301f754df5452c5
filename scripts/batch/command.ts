/** `npm run batch`: the command in a clone of the project, which can start a server of its own. */
import { flagsOrExit } from "#scripts/bootstrap/flags.mjs";
import { localRun } from "#scripts/start/local-run.ts";
import { batchFlags } from "./flags.ts";
import { runInProcess } from "./in-process.ts";

/** @returns the exit code */
export async function batchCommand(root: string, args: string[]): Promise<number> {
  const flags = flagsOrExit(batchFlags({ name: "npm run batch --", hasLocal: true }), args);
  const { promise: died, reject } = Promise.withResolvers<never>();
  const startServer = (live: boolean): Promise<string> =>
    new Promise((resolve, refuse) => {
      const upstream = live ? "live" : "simulator";
      const start = { help: false, watch: false, port: undefined, state: ".wrangler/state", upstream };
      localRun(root, start, resolve).catch((error) => {
        refuse(error);
        reject(error);
      });
    });
  died.catch(() => {}); // not awaited once the run has ended
  return Promise.race([runInProcess(flags, { folder: process.env.INIT_CWD ?? root, startServer }), died]);
}
