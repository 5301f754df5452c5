/**
 * Starts one browser and one product for all browser tests: a start costs as much time as several tests. Vitest runs it
 * only when a browser test is to run. Without a browser those tests fail, not the whole run. Finds the browsers of the
 * other tests, Firefox and WebKit, one after the other, because packages are installed one at a time.
 */
import { createHash } from "node:crypto";
import { availableParallelism } from "node:os";
import { type BrowserServer, chromium } from "playwright-core";
import type { TestProject } from "vitest/node";
import { ensureBrowser, launchOptions } from "#scripts/test/browser.ts";
import { ensureFirefox, ensureWebKit } from "#scripts/test/engines.ts";
import { controlSimulator } from "#test/integration/support/caller.ts";
import { type Running, startRuntime, temporaryFolder } from "#test/integration/support/processes.ts";
import { adminKey } from "./admin-key.ts";

/** Simulated seconds per real second: a job of 14 s runs long enough to be seen, and ends soon. */
const speed = 20;
/** Images have the requested size but few dots: fast to draw, send and show. */
const pictureDots = 128;
const slowMachineMs = 30_000;

export default async function setup({ provide, vitest }: TestProject): Promise<() => Promise<void>> {
  const isToRun = (file: string) => vitest.state.getPaths().some((one) => one.endsWith(file));
  const state = temporaryFolder();
  const [browser, runtime] = await Promise.all([
    startBrowser(provide),
    startRuntime({ state: state.path, settings: { ADMIN_KEY_HASH: sha256(adminKey) } }),
  ]);
  const simulator = await simulatorOf(runtime);
  await controlSimulator(simulator, "clock", { speed });
  await controlSimulator(simulator, "settings", { pictureDots });
  provide("running", { url: runtime.url, simulator });
  if (isToRun("-firefox.test.ts")) provide("firefox", await otherwiseMissing("Firefox", ensureFirefox));
  if (isToRun("-webkit.test.ts")) provide("webkit", await otherwiseMissing("WebKit", ensureWebKit));
  return async () => {
    await browser?.close();
    await runtime.stop();
    state.remove();
  };
}

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

const ARGS = [
  // Only local names resolve, so that a request elsewhere fails on every machine.
  "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
  // One process less for every frame: an eighth of the processor time.
  "--in-process-gpu",
  // No more renderers than processors: a start costs time, too.
  `--renderer-process-limit=${availableParallelism()}`,
];

async function startBrowser(provide: TestProject["provide"]): Promise<BrowserServer | undefined> {
  try {
    // Without a locale of UTF-8 Chromium attaches no file whose name has other letters than ASCII.
    const env = { ...process.env, LC_ALL: "C.UTF-8" };
    const browser = await chromium.launchServer({ ...launchOptions(await ensureBrowser(), ARGS), env });
    provide("browser", { address: browser.wsEndpoint() });
    return browser;
  } catch (error) {
    provide("browser", { missing: error instanceof Error ? error.message : String(error) });
    return undefined;
  }
}

/**
 * The page can be tested without a second and a third browser: their tests are skipped, in CI they fail, and the reason
 * is printed.
 */
async function otherwiseMissing<T>(name: string, ensure: () => Promise<T>): Promise<T | { missing: string }> {
  try {
    return await ensure();
  } catch (error) {
    const missing = `The page is not tested in ${name}. ${error instanceof Error ? error.message : String(error)}`;
    console.log(missing);
    return { missing };
  }
}

/** As `npm start` prints it, after the line that the product is ready. */
async function simulatorOf(runtime: Running): Promise<string> {
  for (let waitedMs = 0; waitedMs < slowMachineMs; waitedMs += 50) {
    const found = /The simulator is at (\S+?);/.exec(runtime.output())?.[1];
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`no simulator in:\n${runtime.output()}`);
}
