/**
 * One browser and one product for every browser test: each start costs as much as several of them. Vitest comes here only
 * if there is one to run. That no browser could be had fails those tests, and not the run with everything else in it.
 */
import { type BrowserServer, chromium } from "playwright-core";
import type { TestProject } from "vitest/node";
import { ensureBrowser, launchOptions } from "#scripts/browser.mjs";
import { tellSimulator } from "#test/integration/support/caller.ts";
import { type Running, startRuntime, temporaryFolder } from "#test/integration/support/processes.ts";

/** Simulated seconds per real second: a job of 14 s is seen to run, and soon over. */
const speed = 20;
/** Images are as large as asked, and quick to draw, send and show. */
const pictureDots = 128;
const slowMachineMs = 30_000;

export default async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  const state = temporaryFolder();
  const [browser, runtime] = await Promise.all([startBrowser(provide), startRuntime({ state: state.path })]);
  const simulator = await simulatorOf(runtime);
  await tellSimulator(simulator, "clock", { speed });
  await tellSimulator(simulator, "settings", { pictureDots });
  provide("running", { url: runtime.url, simulator });
  return async () => {
    await browser?.close();
    await runtime.stop();
    state.remove();
  };
}

const ARGS = [
  // No name but this machine's own leads anywhere, so that a forgotten address fails on every machine alike.
  "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
  // A process less to hand every frame to: an eighth of the whole.
  "--in-process-gpu",
];

async function startBrowser(provide: TestProject["provide"]): Promise<BrowserServer | undefined> {
  try {
    const browser = await chromium.launchServer(launchOptions(await ensureBrowser(), ARGS));
    provide("browser", { address: browser.wsEndpoint() });
    return browser;
  } catch (error) {
    provide("browser", { missing: error instanceof Error ? error.message : String(error) });
    return undefined;
  }
}

/** As `npm start` prints it, right after the line that says it is ready. */
async function simulatorOf(runtime: Running): Promise<string> {
  for (let waitedMs = 0; waitedMs < slowMachineMs; waitedMs += 50) {
    const found = /The simulator is at (\S+?);/.exec(runtime.output())?.[1];
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`no simulator in:\n${runtime.output()}`);
}
