/**
 * The whole product for one file of browser tests: `npm start` on a free port (both Workers and the simulator, on state of
 * their own) and one browser.
 *
 *     const here = product({ speed: 8 });                // registers the hooks; once, at the top of the file
 *
 *     it("…", async () => {
 *       const page = await here.open("/", { locale: "zh-CN", colorScheme: "dark", viewport: phone });
 *       await page.getByRole("textbox").fill("…");      // Playwright's own words, in a context of its own
 *     });
 *
 * After each test its contexts are closed, and it fails if anything in faults.ts happened in them. A test that provokes an
 * error on purpose says which: `open("/", { expecting: [/401/] })`. A reload is `page.reload()`, a second tab
 * `page.context().newPage()`, the network gone `page.context().setOffline(true)`.
 *
 * Waiting: Playwright's locators wait by themselves (`locator.waitFor()`, `page.waitForURL`), `expect.poll(() => …)` for
 * the rest. `tellSimulator(here.simulator, …)` in test/integration/support/caller.ts makes trouble; which sessions and
 * prompts do so by themselves stands in test/simulator/README.md. Beside this file: `accessible.ts` (axe), `pace.ts`
 * (how fast a slow phone shows it), `weight.ts` (how large it is).
 */
import type { Browser, BrowserContext, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, vi } from "vitest";
import { tellSimulator } from "../../integration/support/caller.ts";
import { type Running, startRuntime, temporaryFolder } from "../../integration/support/processes.ts";
import { startBrowser } from "./chromium.ts";
import { watchForFaults } from "./faults.ts";

/** Vitest waits one second by itself. */
const slowMachineMs = 30_000;

/** Pictures are as large as asked, and quick to draw, send and show. */
const pictureDots = 128;

export const phone = { width: 390, height: 844 };
export const desk = { width: 1280, height: 800 };

/** Playwright's options of a context, and the faults that this test causes on purpose. */
export type Wishes = BrowserContextOptions & { expecting?: RegExp[] };

export type Product = {
  /** Where the page and the API are. */
  readonly url: string;
  readonly simulator: string;
  readonly browser: Browser;
  /** A page in a fresh context: nothing stored, English, light, at a desk, unless wished otherwise. */
  open: (path: string, wishes?: Wishes) => Promise<Page>;
  /** A fresh context alone, for a test that prepares it before its first page. */
  context: (wishes?: Wishes) => Promise<BrowserContext>;
};

type Visit = { context: BrowserContext; faults: string[]; expecting: RegExp[] };

/** @param options.speed simulated seconds per real second. */
export function product({ speed = 8 }: { speed?: number } = {}): Product {
  const state = temporaryFolder();
  let runtime: Running;
  let browser: Browser;
  let simulator: string;
  let visits: Visit[] = [];

  beforeAll(async () => {
    const starting = [
      startRuntime({ state: state.path }).then((started) => {
        runtime = started;
      }),
      startBrowser().then((started) => {
        browser = started;
      }),
    ];
    await Promise.allSettled(starting); // what did start is known to afterAll
    await Promise.all(starting);
    simulator = await vi.waitFor(() => simulatorOf(runtime), slowMachineMs);
    await tellSimulator(simulator, "clock", { speed });
    await tellSimulator(simulator, "settings", { pictureDots });
  });

  afterEach(async () => {
    const ended = visits;
    visits = [];
    await Promise.all(ended.map(({ context }) => context.close()));
    expect(ended.flatMap(unexpected), "what happened in the page besides").toEqual([]);
  });

  afterAll(async () => {
    await browser?.close();
    await runtime?.stop();
    state.remove();
  });

  const self: Product = {
    get url() {
      return runtime.url;
    },
    get simulator() {
      return simulator;
    },
    get browser() {
      return browser;
    },
    async context({ expecting = [], ...wishes } = {}) {
      const context = await browser.newContext({
        baseURL: runtime.url,
        locale: "en-US",
        colorScheme: "light",
        // Drawing every frame of it takes a processor that the next test needs; every-state.test.ts sees it move.
        reducedMotion: "reduce",
        viewport: desk,
        ...wishes,
      });
      visits.push({ context, expecting, faults: await watchForFaults(context, wishes.baseURL ?? runtime.url) });
      return context;
    },
    async open(path, wishes) {
      const page = await (await self.context(wishes)).newPage();
      await page.goto(path);
      return page;
    },
  };
  return self;
}

/** As `npm start` prints it, right after the line that says it is ready. */
function simulatorOf(runtime: Running): string {
  const found = /The simulator is at (\S+?);/.exec(runtime.output())?.[1];
  if (found === undefined) throw new Error(`no simulator in:\n${runtime.output()}`);
  return found;
}

const unexpected = ({ faults, expecting }: Visit): string[] =>
  faults.filter((fault) => !expecting.some((pattern) => pattern.test(fault)));
