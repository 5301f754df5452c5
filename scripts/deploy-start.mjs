// Reads a command's flags or ends the process with what is wrong with them. Runs on Node 18.

import { UsageError } from "./deploy-flags.mjs";

export function flagsOrExit(read, usage) {
  try {
    const flags = read(process.argv.slice(2), process.env);
    if (!flags.help) return flags;
    console.log(usage);
    process.exit(0);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.error(`${error.message}\n\n${usage}`);
    process.exit(1);
  }
}
