/** Firefox and WebKit for a file of tests: one start, and a window with empty storage for each test. */
import { firefox, webkit } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, inject, it } from "vitest";
import type { FoundFirefox, FoundWebKit } from "#scripts/test/engines.ts";
import type { Driver, OpenBrowser } from "#test/browser/drivers/driver.ts";
import { launchFirefox } from "#test/browser/drivers/firefox.ts";
import { launchPlaywright } from "#test/browser/drivers/playwright.ts";
import { launchWebKit } from "#test/browser/drivers/webkit.ts";
import { desk } from "./product.ts";

declare module "vitest" {
  interface ProvidedContext {
    firefox: FoundFirefox | { missing: string };
    webkit: FoundWebKit | { missing: string };
  }
}

/**
 * @param open a window that is closed after the test, which fails if anything happened in it besides
 * @param openUnwatched a window that is left to the test
 */
type Tests = (open: () => Promise<Driver>, openUnwatched: () => Promise<Driver>) => void;

export const inFirefox = (tests: Tests): void =>
  inBrowser(
    inject("firefox"),
    ({ by, program }) =>
      by === "bidi" ? launchFirefox(program, desk) : launchPlaywright(firefox, inject("running").url, desk),
    tests,
  );

export const inWebKit = (tests: Tests): void =>
  inBrowser(
    inject("webkit"),
    (found) =>
      found.by === "webdriver" ? launchWebKit(found, desk) : launchPlaywright(webkit, inject("running").url, desk),
    tests,
  );

/** Registers hooks and tests. Without the browser they are skipped; in CI, where it is to be there, one fails. */
function inBrowser<Found extends object>(
  found: Found | { missing: string },
  launch: (found: Found) => Promise<OpenBrowser>,
  tests: Tests,
): void {
  if ("missing" in found) {
    const { missing } = found;
    it.skipIf(!process.env.CI)(missing, () => {
      throw new Error(missing);
    });
    return;
  }
  let browser: OpenBrowser;
  let driver: Driver | undefined;

  beforeAll(async () => {
    browser = await launch(found);
    console.log(browser.version);
  });

  afterEach(async () => {
    const faults = (await driver?.faults()) ?? [];
    await driver?.close();
    driver = undefined;
    expect(faults, "what happened in the page besides").toEqual([]);
  });

  afterAll(() => browser?.close());

  tests(
    async () => {
      driver = await browser.open();
      return driver;
    },
    () => browser.open(),
  );
}
