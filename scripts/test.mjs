// `npm test`: binding types, type check, Biome, Vitest. All of them run, so that one sees every failure at once.
// Further arguments go to Vitest. The last line is "N passed, N failed": tests, plus one for each other step.

import { command } from "./command.mjs";

await command(async (root) => {
  const { testRun } = await import("./test-run.mjs");
  return testRun(root, process.argv.slice(2));
});
