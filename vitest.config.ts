import { availableParallelism } from "node:os";
import { cloudflareTest } from "@cloudflare/vitest-pool-workers";
import { defineConfig } from "vitest/config";
import { MixedSequencer } from "./test/support/sequencer.ts";

/** Long enough for a busy two-core machine. */
const slowMachineMs = 60_000;

/** A wait gives up earlier than the test, so that the error names it. */
const patience = (testTimeout: number) => ({
  testTimeout,
  hookTimeout: testTimeout,
  expect: { poll: { timeout: testTimeout / 2 } },
});
const cores = availableParallelism();

/** These tests mostly wait for images, so more of them run than there are processors. */
const wholeProduct = {
  maxConcurrency: 12,
  maxWorkers: cores + 2,
  sequence: { groupOrder: 1 },
  ...patience(2 * slowMachineMs),
};

export default defineConfig({
  test: {
    sequence: { sequencer: MixedSequencer },
    projects: [
      {
        // Plain functions in Node: no bindings, no network. Only the contract suite can run against the real upstream.
        test: {
          name: "unit",
          include: ["test/unit/**/*.test.ts", "test/contract/**/*.test.ts"],
          exclude: ["test/unit/workers/web/**"],
          pool: "threads",
          isolate: false,
          maxWorkers: cores,
          ...patience(slowMachineMs),
        },
      },
      {
        // Functions of the page. Its state is in modules, so each test file loads its own.
        test: {
          name: "page",
          include: ["test/unit/workers/web/**/*.test.ts"],
          pool: "threads",
          maxWorkers: cores,
          ...patience(slowMachineMs),
        },
      },
      {
        // Both Workers' code inside the Workers runtime, with local KV, R2, queue and coordinator. The consumer's
        // bindings are a superset of the API's, so one environment serves both. Files share a runtime; the setup file
        // clears it between tests.
        plugins: [
          cloudflareTest({
            wrangler: { configPath: "./wrangler.consumer.toml" },
            miniflare: {
              // Each test runs queue and alarms by hand, so these prove that the queue suffices alone.
              bindings: { SECRET_KEY: "dGVzdCBrZXkgb2YgMzIgYnl0ZXMsIG5vdCBzZWNyZXQ", FAST_PATH: "false" },
              // Messages stay in the queue, because each test delivers its own messages.
              queueConsumers: { "dreamina-tasks": { maxBatchTimeout: 60, maxBatchSize: 100 } },
            },
          }),
        ],
        test: {
          name: "workers",
          include: ["test/workers/**/*.test.ts", "test/deploy/workers/**/*.test.ts"],
          setupFiles: ["test/workers/support/setup.ts"],
          isolate: false,
          maxWorkers: cores,
          ...patience(slowMachineMs),
        },
      },
      {
        // Both Workers from their wrangler files, and the simulator, over real HTTP.
        test: { name: "integration", include: ["test/integration/**/*.test.ts"], ...wholeProduct },
      },
      {
        // Client programs and packages against one such product.
        test: {
          name: "clients",
          include: ["test/clients/**/*.test.ts"],
          globalSetup: ["test/clients/support/global-setup.ts"],
          ...wholeProduct,
        },
      },
      {
        // `npm run deploy` with the real wrangler and a simulated Cloudflare API.
        test: { name: "deploy", include: ["test/deploy/*.test.ts"], ...wholeProduct, ...patience(4 * slowMachineMs) },
      },
      {
        // One real browser against one product.
        test: {
          name: "browser",
          include: ["test/browser/**/*.test.ts"],
          globalSetup: ["test/browser/support/global-setup.ts"],
          ...wholeProduct,
          // Loading the browser driver takes as long as a short test file.
          isolate: false,
        },
      },
    ],
  },
});
