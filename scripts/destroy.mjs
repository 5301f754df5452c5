// `npm run destroy`: takes off the Cloudflare account what `npm run deploy` put there. This file only reads the flags,
// before anything is installed (Node 18); scripts/destroy-run.mjs does the rest.

import { command } from "./command.mjs";
import { DESTROY_USAGE, readDestroyFlags } from "./deploy-flags.mjs";
import { flagsOrExit } from "./deploy-start.mjs";

const flags = flagsOrExit(readDestroyFlags, DESTROY_USAGE);

await command(async (root) => {
  const { destroyRun } = await import("./destroy-run.mjs");
  return destroyRun(root, flags);
});
