/** Any Firefox, over WebDriver BiDi, which Playwright speaks only to newer ones and its own build does not. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import puppeteer, { type Page } from "puppeteer-core";
import { savedIn } from "./downloads.ts";
import { type Driver, type OpenBrowser, type Size, type Target, waitMs } from "./driver.ts";

/** Firefox is slow at its first start. */
const startMs = 90_000;

export async function launchFirefox(executablePath: string, desk: Size, preferences = {}): Promise<OpenBrowser> {
  const folder = mkdtempSync(path.join(tmpdir(), "firefox-"));
  const downloads = path.join(folder, "downloads");
  const browser = await puppeteer.launch({
    browser: "firefox",
    executablePath,
    userDataDir: path.join(folder, "profile"),
    defaultViewport: desk,
    timeout: startMs,
    extraPrefsFirefox: {
      "browser.download.dir": downloads,
      "browser.download.folderList": 2,
      "intl.accept_languages": "en-US",
      "ui.prefersReducedMotion": 1,
      ...preferences,
    },
  });
  return {
    version: (await browser.version()).replace(/^\w/, (letter) => letter.toUpperCase()).replace("/", " "),
    async close() {
      await browser.close();
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
    async open() {
      const context = await browser.createBrowserContext();
      const page = await context.newPage();
      page.setDefaultTimeout(waitMs);
      return driverOf(page, await watch(page), downloads, () => context.close());
    },
  };
}

function driverOf(page: Page, faults: string[], downloads: string, close: () => Promise<void>): Driver {
  const find = ({ role, name, within = "body" }: Target) =>
    page.locator(`${within} ::-p-aria([name=${JSON.stringify(name)}][role="${role}"])`);
  return {
    goto: async (url) => void (await page.goto(url)),
    reload: async () => void (await page.reload()),
    click: (target) => find(target).click(),
    fill: (target, text) => find(target).fill(text),
    async setFiles(input, files) {
      const element = await page.waitForSelector(input);
      await (element as Awaited<ReturnType<typeof page.$<"input">>>)?.uploadFile(...files);
    },
    run: <A extends unknown[], R>(script: (...args: A) => R | Promise<R>, ...args: A) =>
      page.evaluate(`(${script})(...${JSON.stringify(args)})`) as Promise<R>,
    resize: (size) => page.setViewport(size),
    screenshot: () => page.screenshot(),
    saved: savedIn(downloads),
    faults: async () => faults,
    close,
  };
}

const breach = "Content-Security-Policy breach: ";

async function watch(page: Page): Promise<string[]> {
  const faults: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error") faults.push(`console: ${message.text()}`);
  });
  page.on("pageerror", (error) => faults.push(`uncaught: ${error instanceof Error ? error.message : String(error)}`));
  await page.evaluateOnNewDocument((breach) => {
    document.addEventListener("securitypolicyviolation", ({ effectiveDirective, blockedURI, sample }) =>
      console.error(`${breach}${effectiveDirective} blocked ${blockedURI} ${sample}`),
    );
  }, breach);
  return faults;
}
