// @ts-check
// Runs a command of package.json: node scripts/bootstrap/run.mjs COMMAND [flags]
// Reads the flags that are known before the installation, installs missing dependencies, hands over to the project's
// Node, and there imports the command. Runs on Node 18 until then, so static imports stay within this folder.

import { command } from "./command.mjs";
import { deployFlags, destroyFlags } from "./deploy-flags.mjs";
import { flagsOrExit } from "./flags.mjs";
import { startFlags } from "./start-flags.mjs";

const [name = "", ...args] = process.argv.slice(2);

/** @type {Record<string, () => Promise<void>>} */
const commands = {
  /** Both Workers and their upstream on this machine. Stopping it is how it ends, so that exits with 0. */
  async start() {
    const flags = flagsOrExit(startFlags, args);
    const run = async (/** @type {string} */ root) => {
      await (await import("#scripts/start/local-run.ts")).localRun(root, flags);
      return 0;
    };
    await command(run, { stoppingIsSuccess: true });
  },

  /** The web page and the files of the API reference, into workers/web/dist. */
  build: () =>
    command(async (root) => {
      const { buildPage } = await import("#scripts/page/build.ts");
      console.log(await buildPage(root));
      return 0;
    }),

  /**
   * Types, format, lint and tests; `--check` leaves the slow tests out; other arguments choose tests and go to Vitest.
   */
  test: () =>
    command(async (root) => {
      const { check, chosenTests, everything } = await import("#scripts/test/run.ts");
      if (args.length === 0) return everything(root);
      return args[0] === "--check" ? check(root) : chosenTests(root, args);
    }),

  /** The types of both Workers' bindings, from their wrangler files. */
  types: () => command(async () => (await import("#scripts/wrangler/binding-types.ts")).writeBindingTypes()),

  /** Latency and cost of a task, measured on local runs with the simulated Dreamina. */
  bench: () =>
    command(async (root) => {
      const { benchFlags } = await import("#scripts/bench/flags.ts");
      const flags = flagsOrExit(benchFlags, args);
      return (await import("#scripts/bench/run.ts")).bench(root, flags);
    }),

  /** A file of prompts → a folder of images. */
  async batch() {
    // File names begin where the person is, not in the project's folder. npm sets this variable.
    process.env.INIT_CWD ??= process.cwd();
    await command(async (root) => (await import("#scripts/batch/command.ts")).batchCommand(root, args));
  },

  /** The batch command as a package that needs no clone. */
  "batch:pack": () =>
    command(async (root) => {
      console.log(await (await import("#scripts/batch/pack/pack.ts")).packBatch(root));
      return 0;
    }),

  /** Both Workers and their resources, onto a Cloudflare account. */
  async deploy() {
    const flags = flagsOrExit(deployFlags, args);
    await command(async (root) => {
      await (await import("#scripts/deploy/run.ts")).deployRun(root, flags);
      return 0;
    });
  },

  /** Deletes from the account everything that `deploy` made there. */
  async destroy() {
    const flags = flagsOrExit(destroyFlags, args);
    await command(async (root) => (await import("#scripts/deploy/destroy.ts")).destroyRun(root, flags));
  },

  /** The tables of costs in docs/deploy.md. */
  costs: () =>
    command(async () => {
      console.log((await import("#scripts/deploy/costs.ts")).tables());
      return 0;
    }),
};

const run = Object.hasOwn(commands, name) ? commands[name] : undefined;
if (run === undefined) {
  console.error(`Usage: node scripts/bootstrap/run.mjs ${Object.keys(commands).join("|")} [flags]`);
  process.exit(1);
}
await run();
