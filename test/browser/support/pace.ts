/**
 * Measures the page on a slow phone: processor and network are throttled as Lighthouse does for mobile. The figures
 * depend on the machine; nothing is asserted.
 */
import type { Browser, Page } from "playwright-core";
import { phone } from "./product.ts";

/** Milliseconds since navigation. `interactiveMs`: then no long task and no request follow for a while. */
export type Pace = { firstPaintMs: number; interactiveMs: number; transferredBytes: number; requests: number };

const slowdown = 4;
const bytesPerSecond = (1.6 * 1024 * 1024) / 8;
const network = {
  offline: false,
  latency: 150,
  downloadThroughput: bytesPerSecond,
  uploadThroughput: bytesPerSecond / 2,
};
/** The page counts as interactive after this quiet time. Lighthouse takes 5 s; the page starts nothing that late. */
const quietMs = 2_000;
const timeoutMs = 60_000;

export async function paceOf(browser: Browser, url: string): Promise<Pace> {
  const context = await browser.newContext({ viewport: phone, deviceScaleFactor: 3, isMobile: true, hasTouch: true });
  try {
    const page = await context.newPage();
    await throttle(page);
    await page.addInitScript(observe);
    await page.goto(url);
    await page.waitForFunction(isQuiet, quietMs, { polling: 250, timeout: timeoutMs });
    return await page.evaluate(figures);
  } finally {
    await context.close();
  }
}

async function throttle(page: Page): Promise<void> {
  const debug = await page.context().newCDPSession(page);
  await debug.send("Network.enable");
  await debug.send("Network.emulateNetworkConditions", network);
  await debug.send("Emulation.setCPUThrottlingRate", { rate: slowdown });
}

type Observed = Window & { lastBusyAt: number };

/** Runs in the page before its scripts: notes when the last task over 50 ms ended. */
function observe() {
  const self = window as unknown as Observed;
  self.lastBusyAt = 0;
  new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries())
      self.lastBusyAt = Math.max(self.lastBusyAt, startTime + duration);
  }).observe({ type: "longtask", buffered: true });
}

function isQuiet(ms: number): boolean {
  const requests = performance.getEntriesByType("resource") as PerformanceResourceTiming[];
  const painted = performance.getEntriesByName("first-contentful-paint")[0]?.startTime;
  const lastRequestAt = Math.max(0, ...requests.map(({ responseEnd }) => responseEnd));
  const { lastBusyAt } = window as unknown as Observed;
  return painted !== undefined && performance.now() - Math.max(painted, lastRequestAt, lastBusyAt) > ms;
}

function figures(): Pace {
  const [navigation] = performance.getEntriesByType("navigation") as PerformanceNavigationTiming[];
  const requests = performance.getEntriesByType("resource") as PerformanceResourceTiming[];
  const firstPaintMs = performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? 0;
  const { lastBusyAt } = window as unknown as Observed;
  return {
    firstPaintMs: Math.round(firstPaintMs),
    interactiveMs: Math.round(Math.max(firstPaintMs, lastBusyAt, navigation?.domContentLoadedEventEnd ?? 0)),
    transferredBytes: [navigation, ...requests].reduce((sum, one) => sum + (one?.transferSize ?? 0), 0),
    requests: requests.length + 1,
  };
}
