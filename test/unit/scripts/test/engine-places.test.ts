import { describe, expect, it } from "vitest";
import { firefoxPlaces, webKitPrograms } from "#scripts/test/engine-places.ts";

describe("Firefox", () => {
  const places = (platform: NodeJS.Platform, env: Record<string, string> = {}) =>
    firefoxPlaces({ platform, env, home: "/home/me" });

  it("FIREFOX_PATH alone is taken where it is set", () => {
    expect(places("linux", { FIREFOX_PATH: "/my/firefox", PATH: "/opt" })).toEqual(["/my/firefox"]);
  });

  it("on Linux, PATH and /usr/bin are searched, Debian's firefox-esr first, and no snap", () => {
    expect(places("linux", { PATH: "/opt:/snap/bin" })).toEqual([
      "/opt/firefox-esr",
      "/usr/bin/firefox-esr",
      "/opt/firefox",
      "/usr/bin/firefox",
    ]);
  });

  it.each([
    ["darwin", {}, "/Applications/Firefox.app/Contents/MacOS/firefox"],
    ["win32", { PROGRAMFILES: String.raw`C:\P` }, String.raw`C:\P\Mozilla Firefox\firefox.exe`],
  ] as const)("on %s it is looked for where it installs itself", (platform, env, place) => {
    expect(places(platform, env)[0]).toBe(place);
  });
});

describe("WebKitGTK", () => {
  const files = [
    "/usr/bin/WebKitWebDriver",
    "/usr/bin/Xvfb",
    "/usr/lib/aarch64-linux-gnu/webkitgtk-6.0/MiniBrowser",
    "/usr/lib/aarch64-linux-gnu/webkit2gtk-4.1/MiniBrowser",
  ];
  const programs = (there: string[]) =>
    webKitPrograms({ env: {}, list: () => ["python3", "aarch64-linux-gnu"] }, (file) => there.includes(file));

  it("its driver, its browser and the screen are found, in the library's folder of any processor", () => {
    expect(programs(files)).toEqual({
      driver: "/usr/bin/WebKitWebDriver",
      browser: "/usr/lib/aarch64-linux-gnu/webkit2gtk-4.1/MiniBrowser",
      screen: "/usr/bin/Xvfb",
    });
  });

  it.each([["/usr/bin/WebKitWebDriver"], ["/usr/bin/Xvfb"], ["MiniBrowser"]])("without %s it is none", (gone) => {
    expect(programs(files.filter((file) => !file.endsWith(gone)))).toBeUndefined();
  });
});
