/** The Firefox and the WebKit that Playwright builds, by Playwright. */
import type { BrowserType, Page } from "playwright-core";
import { watchForFaults } from "#test/browser/support/faults.ts";
import { saved } from "#test/browser/support/files.ts";
import { type Driver, type OpenBrowser, type Size, type Target, waitMs } from "./driver.ts";

/** @param origin of the product; requests elsewhere are faults. */
export async function launchPlaywright(type: BrowserType, origin: string, size: Size): Promise<OpenBrowser> {
  const browser = await type.launch();
  return {
    version: `${type.name()} ${browser.version()} (Playwright)`,
    close: () => browser.close(),
    async open() {
      const context = await browser.newContext({ viewport: size, locale: "en-US", reducedMotion: "reduce" });
      context.setDefaultTimeout(waitMs);
      const faults = await watchForFaults(context, origin);
      return driverOf(await context.newPage(), faults);
    },
  };
}

/** A window of any of Playwright's browsers. @param faults a list that grows. */
export function driverOf(page: Page, faults: string[]): Driver {
  const find = ({ role, name, within = "body" }: Target) =>
    page.locator(within).getByRole(role, { name, exact: true }).first();
  return {
    goto: async (url) => void (await page.goto(url)),
    reload: async () => void (await page.reload()),
    click: (target) => find(target).click(),
    fill: (target, text) => find(target).fill(text),
    setFiles: (input, files) => page.locator(input).setInputFiles(files),
    run: <A extends unknown[], R>(script: (...args: A) => R | Promise<R>, ...args: A) =>
      page.evaluate(`(${script})(...${JSON.stringify(args)})`) as Promise<R>,
    resize: (size) => page.setViewportSize(size),
    screenshot: () => page.screenshot(),
    saved: (act) => saved(page, act),
    faults: async () => faults,
    close: () => page.context().close(),
  };
}
