// `npm start` and `npm run dev`: both workers and their upstream on this machine.
// This file only reads the flags, before anything is installed (Node 18); scripts/local-run.mjs does the rest.

import { command } from "./command.mjs";
import { readFlags, USAGE, UsageError } from "./start-flags.mjs";

const flags = flagsOrExit();

await command(
  async (root) => {
    const { localRun } = await import("./local-run.mjs");
    await localRun(root, flags);
  },
  { stoppingIsSuccess: true },
);

function flagsOrExit() {
  try {
    const read = readFlags(process.argv.slice(2), process.env);
    if (!read.help) return read;
    console.log(USAGE);
    process.exit(0);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.error(`${error.message}\n\n${USAGE}`);
    process.exit(1);
  }
}
