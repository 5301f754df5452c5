/**
 * The whole product and a browser in front of it, for one file of browser tests. Both are shared with the other files
 * (global-setup.ts), so each test has a session that no other test uses, and leaves the simulator's settings alone.
 *
 *     const here = product();                            // registers the hooks; once, at the top of the file
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
 * the rest. Which sessions and prompts make trouble stands in test/simulator/README.md. Beside this file: `accessible.ts`
 * (axe), `pace.ts` (how fast a slow phone shows it), `weight.ts` (how large it is).
 */
import type { Browser, BrowserContext, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, inject } from "vitest";
import { simulatorState } from "#test/integration/support/caller.ts";
import type { JobState } from "#test/simulator/state.ts";
import { openBrowser } from "./chromium.ts";
import { watchForFaults } from "./faults.ts";
import { arriveWith } from "./person.ts";

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
  /** Opens the page with this session already stored. */
  visit: (session: string, wishes?: Wishes) => Promise<Page>;
  /** The upstream's jobs whose prompt has these words. */
  jobsWith: (words: string) => Promise<JobState[]>;
};

type Visit = { context: BrowserContext; faults: string[]; expecting: RegExp[] };

export function product(): Product {
  const { url, simulator } = inject("running");
  let browser: Browser;
  let visits: Visit[] = [];

  beforeAll(async () => {
    browser = await openBrowser();
  });

  afterEach(async () => {
    const ended = visits;
    visits = [];
    await Promise.all(ended.map(({ context }) => context.close()));
    expect(ended.flatMap(unexpected), "what happened in the page besides").toEqual([]);
  });

  afterAll(() => browser?.close());

  const self: Product = {
    url,
    simulator,
    get browser() {
      return browser;
    },
    async context({ expecting = [], ...wishes } = {}) {
      const context = await browser.newContext({
        baseURL: url,
        locale: "en-US",
        colorScheme: "light",
        // Drawing every frame of it takes a processor that the next test needs; every-state.test.ts sees it move.
        reducedMotion: "reduce",
        viewport: desk,
        ...wishes,
      });
      visits.push({ context, expecting, faults: await watchForFaults(context, wishes.baseURL ?? url) });
      return context;
    },
    async open(path, wishes) {
      const page = await (await self.context(wishes)).newPage();
      await page.goto(path);
      return page;
    },
    async visit(session, wishes) {
      const page = await (await self.context(wishes)).newPage();
      await arriveWith(page, session);
      return page;
    },
    jobsWith: async (words) => (await simulatorState(simulator)).jobs.filter(({ prompt }) => prompt.includes(words)),
  };
  return self;
}

const unexpected = ({ faults, expecting }: Visit): string[] =>
  faults.filter((fault) => !expecting.some((pattern) => pattern.test(fault)));
