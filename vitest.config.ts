import { availableParallelism } from "node:os";
import { cloudflareTest } from "@cloudflare/vitest-pool-workers";
import { defineConfig, type TestProjectInlineConfiguration } from "vitest/config";
import { MixedSequencer } from "./test/support/sequencer.ts";

/** Long enough for a busy two-core machine; a test that waits for a condition gives up by itself before. */
const slowMachineMs = 30_000;
const cores = availableParallelism();

/** Most of such a test is waiting for pictures, so more of them run than there are processors. */
const wholeProduct = {
  maxConcurrency: 12,
  maxWorkers: cores + 3,
  sequence: { groupOrder: 1 },
  testTimeout: 4 * slowMachineMs,
  hookTimeout: 4 * slowMachineMs,
};

/**
 * Both Workers' code inside the Workers runtime, with local KV, R2, queue and coordinator. The consumer's bindings are
 * a superset of the API's, so one environment serves both. Files share a runtime; the setup file clears it between
 * tests.
 */
const inWorkersRuntime = (name: string, include: string[]): TestProjectInlineConfiguration => ({
  plugins: [
    cloudflareTest({
      wrangler: { configPath: "./wrangler.consumer.toml" },
      miniflare: {
        bindings: { SECRET_KEY: "dGVzdCBrZXkgb2YgMzIgYnl0ZXMsIG5vdCBzZWNyZXQ" },
        // Messages stay in the queue: each test delivers its own by hand.
        queueConsumers: { "dreamina-tasks": { maxBatchTimeout: 60, maxBatchSize: 100 } },
      },
    }),
  ],
  test: {
    name,
    include,
    setupFiles: ["test/workers/support/setup.ts"],
    isolate: false,
    maxWorkers: cores,
    testTimeout: slowMachineMs,
  },
});

export default defineConfig({
  test: {
    sequence: { sequencer: MixedSequencer },
    projects: [
      {
        // Plain functions in Node: no bindings, no network. The contract suite may be sent to the real upstream
        // instead.
        test: {
          name: "unit",
          include: ["test/unit/**/*.test.ts", "test/contract/**/*.test.ts"],
          exclude: ["test/unit/workers/web/**"],
          pool: "threads",
          isolate: false,
          maxWorkers: cores,
          testTimeout: slowMachineMs,
        },
      },
      {
        // The page's own functions. Its state lives in modules, so each file has modules of its own.
        test: {
          name: "page",
          include: ["test/unit/workers/web/**/*.test.ts"],
          pool: "threads",
          maxWorkers: cores,
          testTimeout: slowMachineMs,
        },
      },
      inWorkersRuntime("workers", [
        "test/workers/!(faults)/**/*.test.ts",
        "test/workers/*.test.ts",
        "test/deploy/workers/**/*.test.ts",
      ]),
      // Everything that can go wrong with each call, played to the end: not needed after every change.
      inWorkersRuntime("faults", ["test/workers/faults/**/*.test.ts"]),
      {
        // Both Workers from their wrangler files and the simulator, over real HTTP.
        test: { name: "integration", include: ["test/integration/**/*.test.ts"], ...wholeProduct },
      },
      {
        // Clients as people use them, against one such product.
        test: {
          name: "clients",
          include: ["test/clients/**/*.test.ts"],
          globalSetup: ["test/clients/support/global-setup.ts"],
          ...wholeProduct,
        },
      },
      {
        // `npm run deploy` with the real wrangler against a stand-in for Cloudflare's API.
        test: { name: "deploy", include: ["test/deploy/*.test.ts"], ...wholeProduct, testTimeout: 8 * slowMachineMs },
      },
      {
        // One product, and one real browser in front of it.
        test: {
          name: "browser",
          include: ["test/browser/**/*.test.ts"],
          globalSetup: ["test/browser/support/global-setup.ts"],
          ...wholeProduct,
          // Loading what drives the browser takes as long as a short file.
          isolate: false,
        },
      },
    ],
  },
});
