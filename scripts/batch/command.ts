/** `npm run batch`: the command in a clone of the project, which can start a server of its own. */
import { createWriteStream, mkdirSync } from "node:fs";
import path from "node:path";
import { flagsOrExit } from "#scripts/bootstrap/flags.mjs";
import { localRun } from "#scripts/start/local-run.ts";
import { batchFlags } from "./flags.ts";
import { runInProcess } from "./in-process.ts";

/** The state of `npm start`: the page of a later one shows the batch's tasks. */
const state = ".wrangler/state";

/** @returns the exit code */
export async function batchCommand(root: string, args: string[]): Promise<number> {
  const flags = flagsOrExit(batchFlags({ name: "npm run batch --", hasLocal: true }), args);
  const { promise: died, reject } = Promise.withResolvers<never>();
  died.catch(() => {}); // not awaited once the run has ended
  const startServer = (live: boolean): Promise<string> =>
    new Promise((ready) => {
      const file = path.join(root, state, "batch.log");
      mkdirSync(path.dirname(file), { recursive: true });
      const upstream = live ? "live" : "simulator";
      localRun(
        root,
        { help: false, watch: false, port: undefined, state, upstream },
        { ready, log: createWriteStream(file) },
      ).catch((error) => reject(new Error(`${error.message} The server's log: ${file}`)));
    });
  return Promise.race([runInProcess(flags, { folder: process.env.INIT_CWD ?? root, startServer }), died]);
}
