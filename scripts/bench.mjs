// `npm run bench`: what a task costs and how long callers wait, measured on a local run of the whole product with the
// simulated Dreamina. Prints a table; `--json FILE` writes the figures. Figures of one machine, to compare with its own.

import { command } from "./command.mjs";

await command(async (root) => {
  const { bench } = await import("./bench-run.mjs");
  const { readBenchFlags } = await import("./bench-flags.mjs");
  return bench(root, readBenchFlags(process.argv.slice(2)));
});
