// `npm run deploy`: both Workers and what they need, onto a Cloudflare account. This file only reads the flags, before
// anything is installed (Node 18); scripts/deploy-run.mjs does the rest.

import { command } from "./command.mjs";
import { DEPLOY_USAGE, readDeployFlags } from "./deploy-flags.mjs";
import { flagsOrExit } from "./deploy-start.mjs";

const flags = flagsOrExit(readDeployFlags, DEPLOY_USAGE);

await command(async (root) => {
  const { deployRun } = await import("./deploy-run.mjs");
  await deployRun(root, flags);
  return 0;
});
