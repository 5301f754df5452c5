import { describe, expect, it } from "vitest";
import { browserPlaces, type Machine } from "#scripts/test/browser-places.ts";

/** A machine with these folders: `{ folder: names in it }`. */
type Given = { env?: Record<string, string>; folders?: Record<string, string[]>; home?: string };

const machine = (platform: NodeJS.Platform, { env = {}, folders = {}, home = "/home/me" }: Given = {}): Machine => ({
  platform,
  env,
  home,
  packageFolder: "/project/node_modules/playwright-core",
  list: (folder: string) => folders[folder] ?? [],
});

describe("where a browser may be", () => {
  it("the browser that CHROME_PATH names is the only one looked for", () => {
    const env = { CHROME_PATH: "/my/chrome", PATH: "/usr/bin" };
    const folders = { "/home/me/.cache/ms-playwright": ["chromium-1255"] };
    expect(browserPlaces(machine("linux", { env, folders }))).toEqual(["/my/chrome"]);
  });

  it("on Linux, PATH and /usr/bin are searched for Chrome, Chromium and Edge in this order", () => {
    const places = browserPlaces(machine("linux", { env: { PATH: "/home/me/bin::/opt/tools" } }));
    const order = [
      "/home/me/bin/google-chrome",
      "/usr/bin/google-chrome",
      "/opt/tools/chromium",
      "/usr/bin/microsoft-edge",
    ];
    expect(order.map((place) => places.indexOf(place))).toEqual(
      order.map((place) => places.indexOf(place)).toSorted((a, b) => a - b),
    );
    expect(places).toEqual(expect.arrayContaining(order));
    expect(places).not.toContain("/google-chrome");
  });

  it("on Linux a snap comes last, even when PATH has it early", () => {
    const places = browserPlaces(machine("linux", { env: { PATH: "/snap/bin:/usr/bin" } }));
    expect(places.at(-1)).toBe("/snap/bin/chromium");
    expect(places.filter((place) => place.startsWith("/snap/"))).toHaveLength(1);
  });

  it("on macOS the applications of everybody and of this user are searched", () => {
    const places = browserPlaces(machine("darwin", { home: "/Users/me" }));
    expect(places.slice(0, 3)).toEqual([
      "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
      "/Users/me/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
      "/Applications/Chromium.app/Contents/MacOS/Chromium",
    ]);
    expect(places).toContain("/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge");
  });

  it("on Windows the three program folders are searched, for Chrome before Edge", () => {
    const env = {
      PROGRAMFILES: String.raw`C:\Program Files`,
      "PROGRAMFILES(X86)": String.raw`C:\Program Files (x86)`,
      LOCALAPPDATA: String.raw`C:\Users\me\AppData\Local`,
    };
    const places = browserPlaces(machine("win32", { env, home: String.raw`C:\Users\me` }));
    expect(places[0]).toBe(String.raw`C:\Program Files\Google\Chrome\Application\chrome.exe`);
    expect(places).toContain(String.raw`C:\Users\me\AppData\Local\Google\Chrome\Application\chrome.exe`);
    expect(places).toContain(String.raw`C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe`);
  });

  it("on Windows a program folder whose variable is not set is left out", () => {
    const places = browserPlaces(machine("win32", { env: { PROGRAMFILES: String.raw`C:\P` }, home: String.raw`C:\U` }));
    expect(places.every((place) => place.startsWith(String.raw`C:\P`))).toBe(true);
  });
});

describe("browsers that Playwright keeps", () => {
  const cache = "/home/me/.cache/ms-playwright";
  const kept = (folders: Record<string, string[]>, env = {}, platform: NodeJS.Platform = "linux", home = "/home/me") =>
    browserPlaces(machine(platform, { folders, env, home })).filter((place) => place.includes("chrom"));

  it("browsers of Playwright come before those of the system, the newest first, headless before full", () => {
    const folders = {
      [cache]: ["chromium-1255", "firefox-1500", "chromium-980", ".links", "chromium_headless_shell-1255"],
      [`${cache}/chromium-1255`]: ["INSTALLATION_COMPLETE", "chrome-linux64"],
      [`${cache}/chromium-980`]: ["chrome-linux"],
      [`${cache}/chromium_headless_shell-1255`]: ["chrome-headless-shell-linux64"],
    };
    expect(kept(folders).slice(0, 4)).toEqual([
      `${cache}/chromium_headless_shell-1255/chrome-headless-shell-linux64/chrome-headless-shell`,
      `${cache}/chromium_headless_shell-1255/chrome-headless-shell-linux64/headless_shell`,
      `${cache}/chromium-1255/chrome-linux64/chrome`,
      `${cache}/chromium-980/chrome-linux/chrome`,
    ]);
  });

  it.each<[NodeJS.Platform, Record<string, string>, string]>([
    ["linux", {}, "/home/me/.cache/ms-playwright"],
    ["linux", { XDG_CACHE_HOME: "/cache" }, "/cache/ms-playwright"],
    ["darwin", {}, "/home/me/Library/Caches/ms-playwright"],
    ["linux", { PLAYWRIGHT_BROWSERS_PATH: "/ms-playwright" }, "/ms-playwright"],
    ["linux", { PLAYWRIGHT_BROWSERS_PATH: "0" }, "/project/node_modules/playwright-core/.local-browsers"],
  ])("browsers of Playwright are looked for where Playwright keeps them: %s %j", (platform, env, folder) => {
    const folders = { [folder]: ["chromium-7"], [`${folder}/chromium-7`]: ["chrome-here"] };
    expect(kept(folders, env, platform)[0]).toMatch(new RegExp(`^${folder}/chromium-7/chrome-here/`));
  });

  it("on Windows a browser of Playwright is looked for as chrome.exe", () => {
    const folder = String.raw`C:\Local\ms-playwright`;
    const folders = { [folder]: ["chromium-7"], [`${folder}\\chromium-7`]: ["chrome-win64"] };
    const places = browserPlaces(
      machine("win32", { folders, env: { LOCALAPPDATA: String.raw`C:\Local` }, home: "C:" }),
    );
    expect(places[0]).toBe(String.raw`C:\Local\ms-playwright\chromium-7\chrome-win64\chrome.exe`);
  });
});
