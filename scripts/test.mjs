// `npm test`: binding types, types, format and lint, tests; `npm run check` (`--check`): the same without the slow tests.
// All steps run, so that one sees every failure at once. Other arguments go to Vitest, and then only tests are run.
// The last line is "N passed, N failed": tests, plus one for each other step and each file above its budget.

import { command } from "./command.mjs";

await command(async (root) => {
  const { check, chosenTests, everything } = await import("./test-run.mjs");
  const args = process.argv.slice(2);
  if (args.length === 0) return everything(root);
  return args[0] === "--check" ? check(root) : chosenTests(root, args);
});
