/**
 * The whole product and a browser in front of it, for one file of browser tests. Both are shared with the other files
 * (global-setup.ts), so each test has a session that no other test uses, and leaves the simulator's settings alone.
 *
 *     const here = product();                            // registers the hooks; once, at the top of the file
 *
 *     it("…", async () => {
 *       const page = await here.open("/", { locale: "zh-CN", colorScheme: "dark", viewport: phone });
 *       await page.getByRole("textbox").fill("…");      // Playwright's API, in a context of its own
 *     });
 *
 * After each test its contexts are closed, and it fails if anything in faults.ts happened in them. A test that provokes
 * an error on purpose lists it: `open("/", { expecting: [/401/] })`. A reload is `page.reload()`, a second tab
 * `page.context().newPage()`, the network gone `page.context().setOffline(true)`.
 *
 * Waiting: Playwright's locators wait by themselves (`locator.waitFor()`, `page.waitForURL`), `expect.poll(() => …)`
 * for the rest. test/simulator/README.md lists the sessions and prompts that cause faults. Beside this file:
 * `accessible.ts` (axe), `pace.ts` (its speed on a slow phone), `weight.ts` (its size).
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

/** Playwright's options of a context, and the faults that a test causes on purpose. */
export type Wishes = BrowserContextOptions & { expecting?: RegExp[] };

export type Product = {
  /** URL of the page and the API. */
  readonly url: string;
  readonly simulator: string;
  readonly browser: Browser;
  /** A page in a new context: empty storage, English, light, desktop size, unless `wishes` differ. */
  open: (path: string, wishes?: Wishes) => Promise<Page>;
  /** A new context without a page, for a test that prepares it. */
  context: (wishes?: Wishes) => Promise<BrowserContext>;
  /** Opens the page with this session already stored. */
  visit: (session: string, wishes?: Wishes) => Promise<Page>;
  /** The upstream's jobs whose prompt contains a text. */
  jobsWith: (text: string) => Promise<JobState[]>;
};

type Visit = { context: BrowserContext; faults: string[]; expecting: RegExp[] };

/** Closes a context; a test's route whose request is still under way then is no error (Playwright rejects its `fetch`). */
async function close(context: BrowserContext): Promise<void> {
  await Promise.all(context.pages().map((page) => page.unrouteAll({ behavior: "ignoreErrors" })));
  await context.close();
}

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
    await Promise.all(ended.map(({ context }) => close(context)));
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
        // Animations take processor time from the next test; looks.test.ts runs with them.
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
    jobsWith: async (text) => (await simulatorState(simulator)).jobs.filter(({ prompt }) => prompt.includes(text)),
  };
  return self;
}

const unexpected = ({ faults, expecting }: Visit): string[] =>
  faults.filter((fault) => !expecting.some((pattern) => pattern.test(fault)));
