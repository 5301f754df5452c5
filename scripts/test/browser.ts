/**
 * The browser of the browser tests: one that is on this machine, else one that is fetched. Whether a browser is usable
 * is found out by starting it. Needs the project's Node and the installed dependencies.
 */

import { existsSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { homedir } from "node:os";
import path from "node:path";
import type { Env } from "#scripts/bootstrap/flags.mjs";
import { fetchBrowser, type Way } from "./browser-fetch.ts";
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

export type BrowserMachine = {
  env: Env;
  say: (line: string) => void;
  places: () => string[];
  /** Starts the browser once. @returns its version. */
  tryOut: (place: string) => Promise<string>;
  waysToFetch: () => AsyncIterable<Way>;
};

/**
 * Finds or fetches a browser, and prints which. @returns its path. @throws Error with a sentence about what to install.
 */
export async function ensureBrowser(machine: BrowserMachine = thisMachine): Promise<string> {
  const { env, say, places, tryOut, waysToFetch } = machine;
  const found = await firstUsable(places(), tryOut);
  if (found.browser) {
    say(`Browser: ${found.browser.version} (${found.browser.place})`);
    return found.browser.place;
  }
  if (env.CHROME_PATH) {
    throw new Error(`CHROME_PATH is ${env.CHROME_PATH}, which ${found.failures[0]?.reason ?? "is not there"}.`);
  }
  say("No usable Chrome, Chromium or Edge found. Fetching one for the browser tests; this happens once.");
  const tried = found.failures.map(({ place, reason }) => `${place} ${reason}`);
  for await (const { how, failure } of waysToFetch()) {
    const { browser, failures } = await firstUsable(places(), tryOut);
    if (browser) {
      say(`Browser: ${browser.version} (${browser.place}), by ${how}`);
      return browser.place;
    }
    const [first] = failures;
    tried.push(failure ?? `${how}: ${first ? `${first.place} ${first.reason}` : "no browser came of it"}`);
  }
  throw new Error(
    "The browser tests need Chrome, Chromium or Edge, and none could be found or fetched. Install one of them, " +
      `or set CHROME_PATH to one. Tried: ${tried.join("; ")}.`,
  );
}

type Found = {
  browser: { place: string; version: string } | undefined;
  failures: { place: string; reason: string }[];
};

async function firstUsable(places: string[], tryOut: BrowserMachine["tryOut"]): Promise<Found> {
  const failures: Found["failures"] = [];
  for (const place of places) {
    try {
      return { browser: { place, version: await tryOut(place) }, failures };
    } catch (error) {
      failures.push({ place, reason: `does not start (${firstLine(error)})` });
    }
  }
  return { browser: undefined, failures };
}

// Playwright's errors begin with the call and hold the browser's own words further down.
function firstLine(error: unknown): string {
  const { message } = error instanceof Error ? error : new Error(String(error));
  const lines = message.split("\n").map((line) => line.trim());
  const own = lines.find((line) =>
    /error while loading shared libraries|requires the chromium snap|\[err\]/.test(line),
  );
  return (own ?? lines[0] ?? "").replace(/^.*\[err\]\s*/, "");
}

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

const thisMachine: BrowserMachine = {
  env: process.env,
  say: console.log,
  places: placesHere,
  tryOut: startOnce,
  waysToFetch: () => fetchBrowser(path.join(packageFolder, "cli.js")),
};
