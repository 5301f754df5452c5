/** Finds a browser among places, or fetches one and looks again. The machine is told. */
import type { Env } from "#scripts/bootstrap/flags.mjs";
import type { Way } from "./browser-fetch.ts";

export type BrowserMachine = {
  /** What a person installs, and the variable that names a program of it. */
  wanted: { name: string; variable?: string };
  env: Env;
  say: (line: string) => void;
  places: () => string[];
  /** Starts the browser once. @returns its version. */
  tryOut: (place: string) => Promise<string>;
  waysToFetch: () => AsyncIterable<Way>;
};

/** Prints which browser it is. @returns its path. @throws Error with a sentence about what to install. */
export async function findOrFetch(machine: BrowserMachine): Promise<string> {
  const { wanted, env, say, places, tryOut, waysToFetch } = machine;
  const named = wanted.variable === undefined ? undefined : env[wanted.variable];
  const found = await firstUsable(places(), tryOut);
  if (found.browser) {
    say(`Browser: ${found.browser.version} (${found.browser.place})`);
    return found.browser.place;
  }
  if (named) throw new Error(`${wanted.variable} is ${named}, which ${found.failures[0]?.reason ?? "is not there"}.`);
  say(`No usable ${wanted.name} found. Fetching one for the browser tests; this happens once.`);
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
    `The browser tests need ${wanted.name}, and none could be found or fetched. Install one` +
      `${wanted.variable === undefined ? "" : `, or set ${wanted.variable} to one`}. Tried: ${tried.join("; ")}.`,
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
