/**
 * Where Firefox and the programs of WebKitGTK usually are. No I/O: the machine is told, files may or may not be there.
 */
import type { Machine } from "./browser-places.ts";

/** Firefox of the system; FIREFOX_PATH names another. */
export function firefoxPlaces({ platform, env, home }: Omit<Machine, "packageFolder" | "list">): string[] {
  if (env.FIREFOX_PATH) return [env.FIREFOX_PATH];
  if (platform === "darwin") return ["", home].map((root) => `${root}/Applications/Firefox.app/Contents/MacOS/firefox`);
  if (platform === "win32")
    return ["PROGRAMFILES", "PROGRAMFILES(X86)"].flatMap((name) =>
      env[name] ? String.raw`${env[name]}\Mozilla Firefox\firefox.exe` : [],
    );
  return onPath(env.PATH, ["firefox-esr", "firefox"]);
}

export type WebKitPrograms = { driver: string; browser: string; screen: string };

/**
 * The programs of Debian's and Ubuntu's packages `webkit2gtk-driver`, `xvfb` and of the library that the first needs.
 * @param exists of a path
 * @returns undefined unless all three are there
 */
export function webKitPrograms(
  { env, list }: Pick<Machine, "env" | "list">,
  exists: (file: string) => boolean,
): WebKitPrograms | undefined {
  const driver = onPath(env.PATH, ["WebKitWebDriver"]).find(exists);
  const screen = onPath(env.PATH, ["Xvfb"]).find(exists);
  const browser = list("/usr/lib")
    .flatMap((folder) => LIBRARIES.map((library) => `/usr/lib/${folder}/${library}/MiniBrowser`))
    .find(exists);
  return driver && screen && browser ? { driver, browser, screen } : undefined;
}

/** By the version of GTK that they are built with. */
const LIBRARIES = ["webkit2gtk-4.1", "webkitgtk-6.0", "webkit2gtk-4.0"];

/** A browser in a snap sees another /tmp, so it finds neither profile nor downloads. */
const onPath = (path: string | undefined, names: string[]): string[] => {
  const folders = [...new Set([...(path ?? "").split(":").filter(Boolean), "/usr/bin"])];
  return names.flatMap((name) =>
    folders.filter((folder) => !folder.startsWith("/snap/")).map((folder) => `${folder}/${name}`),
  );
};
