/**
 * The browser of most browser tests: a Chromium that is on this machine, else one that is fetched. Whether it is usable
 * is found out by starting it. Needs the project's Node and the installed dependencies.
 */

import { existsSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { homedir } from "node:os";
import path from "node:path";
import { fetchBrowser } from "./browser-fetch.ts";
import { type BrowserMachine, findOrFetch } from "./browser-find.ts";
import { browserPlaces } from "./browser-places.ts";

const require = createRequire(import.meta.url);
const START_TIMEOUT_MS = 60_000;

/**
 * It must not call home, whatever it is: some of these Playwright says by itself, but only it knows to which version.
 */
const ARGS = [
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-domain-reliability",
  "--disable-sync",
  "--disable-quic",
  "--no-first-run",
];

/** How Playwright starts it. Without its sandbox: that needs rights which root and most containers do not have. */
export const launchOptions = (executablePath: string, args: string[] = []) => ({
  executablePath,
  args: [...ARGS, ...args],
  chromiumSandbox: false,
  timeout: START_TIMEOUT_MS,
});

/** Prints which. @returns its path. @throws Error with a sentence about what to install. */
export const ensureBrowser = (): Promise<string> => findOrFetch(thisMachine);

/** @returns the browser's version */
async function startOnce(executablePath: string): Promise<string> {
  const { chromium } = await import("playwright-core");
  const browser = await chromium.launch(launchOptions(executablePath));
  try {
    return `Chromium ${browser.version()}`;
  } finally {
    await browser.close();
  }
}

function placesHere(): string[] {
  return browserPlaces({
    platform: process.platform,
    env: process.env,
    home: homedir(),
    packageFolder,
    list: (folder) => (existsSync(folder) ? readdirSync(folder) : []),
  }).filter(existsSync);
}

const packageFolder = path.dirname(require.resolve("playwright-core/package.json"));

/** Playwright's command. */
export const playwrightScript = path.join(packageFolder, "cli.js");

const thisMachine: BrowserMachine = {
  wanted: { name: "Chrome, Chromium or Edge", variable: "CHROME_PATH" },
  env: process.env,
  say: console.log,
  places: placesHere,
  tryOut: startOnce,
  waysToFetch: () =>
    fetchBrowser(playwrightScript, {
      name: "chromium",
      args: ["--only-shell"],
      // Debian has both, Ubuntu only the second.
      packages: [
        ["chromium-headless-shell", "fonts-noto-cjk"],
        ["chromium", "fonts-noto-cjk"],
      ],
    }),
};
