/**
 * The other browsers of the main walk: Firefox and WebKit. Those of the system, else those that Playwright keeps, else
 * one that is fetched. Needs the project's Node and the installed dependencies.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { firefox, webkit } from "playwright-core";
import { collect } from "#scripts/bootstrap/collect.mjs";
import { start } from "#scripts/bootstrap/processes.mjs";
import { playwrightScript } from "./browser.ts";
import { fetchBrowser } from "./browser-fetch.ts";
import { findOrFetch } from "./browser-find.ts";
import { firefoxPlaces, type WebKitPrograms, webKitPrograms } from "./engine-places.ts";

/** By whom it is driven. */
export type FoundFirefox = { by: "bidi" | "playwright"; program: string };
export type FoundWebKit = ({ by: "webdriver" } & WebKitPrograms) | { by: "playwright"; program: string };

/** Prints which. @throws Error with a sentence about what to install. */
export async function ensureFirefox(): Promise<FoundFirefox> {
  const program = await findOrFetch({
    wanted: { name: "Firefox (on Debian: firefox-esr)", variable: "FIREFOX_PATH" },
    env: process.env,
    say: console.log,
    places: () => [...firefoxPlaces(here), firefox.executablePath()].filter(existsSync),
    tryOut: (place) => (place === firefox.executablePath() ? startOnce(firefox) : versionOf(place, "--version")),
    waysToFetch: () => fetchBrowser(playwrightScript, { name: "firefox", args: [], packages: [["firefox-esr"]] }),
  });
  return { by: program === firefox.executablePath() ? "playwright" : "bidi", program };
}

/** Prints which. @throws Error with a sentence about what to install. */
export async function ensureWebKit(): Promise<FoundWebKit> {
  const program = await findOrFetch({
    wanted: { name: "WebKit (on Debian and Ubuntu: webkit2gtk-driver and xvfb)" },
    env: process.env,
    say: console.log,
    places: () => [programsHere()?.driver ?? "", webkit.executablePath()].filter(existsSync),
    tryOut: (place) => (place === webkit.executablePath() ? startOnce(webkit) : versionOf(place, "--help")),
    waysToFetch: () =>
      fetchBrowser(playwrightScript, { name: "webkit", args: [], packages: [["webkit2gtk-driver", "xvfb"]] }),
  });
  const programs = programsHere();
  return programs?.driver === program ? { by: "webdriver", ...programs } : { by: "playwright", program };
}

const here = {
  platform: process.platform,
  env: process.env,
  home: homedir(),
  list: (folder: string) => (existsSync(folder) ? readdirSync(folder) : []),
};

const programsHere = (): WebKitPrograms | undefined => webKitPrograms(here, existsSync);

async function startOnce(type: typeof firefox | typeof webkit): Promise<string> {
  const browser = await type.launch();
  await browser.close();
  return `${type.name()} ${browser.version()}`;
}

/** Without a window: a program that lacks libraries fails here, too. @throws Error with its words. */
async function versionOf(program: string, argument: string): Promise<string> {
  // Ubuntu's is a script that starts a snap, which sees another /tmp.
  if (readFileSync(program).subarray(0, scriptBytes).includes("/snap/")) throw new Error("it is a snap");
  const { code, output } = await collect(start(program, [argument], { stdio: ["ignore", "pipe", "pipe"] }));
  if (code !== 0) throw new Error(output.trim());
  return argument === "--version" ? output.trim() : "WebKitGTK";
}

const scriptBytes = 4_096;
