/**
 * Where a Chrome, Chromium or Edge usually is on Linux, macOS and Windows. No I/O: the machine is told, files may or
 * may not be there.
 */

import path from "node:path";
import type { Env } from "#scripts/bootstrap/flags.mjs";

export type Machine = {
  platform: NodeJS.Platform;
  env: Env;
  /** The home folder. */
  home: string;
  /** The folder of playwright-core. */
  packageFolder: string;
  /** The names in a folder; none when it does not exist. */
  list: (folder: string) => string[];
};

/**
 * Every place worth a look, the best first: what the person names, browsers that Playwright keeps (made for driving,
 * the newest first), then those of the system.
 */
export function browserPlaces(machine: Machine): string[] {
  const { CHROME_PATH } = machine.env;
  if (CHROME_PATH) return [CHROME_PATH];
  const system = systems[machine.platform] ?? onLinux;
  return [...new Set([...ofPlaywright(machine), ...system(machine)])];
}

const systems: Partial<Record<NodeJS.Platform, (machine: Machine) => string[]>> = {
  linux: onLinux,
  darwin: onMac,
  win32: onWindows,
};

const pathOf = ({ platform }: Pick<Machine, "platform">) => (platform === "win32" ? path.win32 : path.posix);

function ofPlaywright(machine: Machine): string[] {
  const { join } = pathOf(machine);
  const cache = playwrightCache(machine);
  return machine
    .list(cache)
    .flatMap((name) => {
      const found = /^chromium(_headless_shell)?-(\d+)$/.exec(name);
      return found ? [{ name, shell: found[1] !== undefined, revision: Number(found[2]) }] : [];
    })
    .sort((a, b) => b.revision - a.revision || Number(b.shell) - Number(a.shell))
    .flatMap(({ name, shell }) =>
      machine
        .list(join(cache, name))
        .filter((folder) => folder.startsWith("chrome-"))
        .flatMap((folder) => programs(machine.platform, shell).map((program) => join(cache, name, folder, program))),
    );
}

function playwrightCache({ platform, env, home, packageFolder }: Machine): string {
  const { join } = pathOf({ platform });
  if (env.PLAYWRIGHT_BROWSERS_PATH === "0") return join(packageFolder, ".local-browsers");
  if (env.PLAYWRIGHT_BROWSERS_PATH) return env.PLAYWRIGHT_BROWSERS_PATH;
  if (platform === "win32") return join(env.LOCALAPPDATA ?? join(home, "AppData", "Local"), "ms-playwright");
  if (platform === "darwin") return join(home, "Library/Caches/ms-playwright");
  return join(env.XDG_CACHE_HOME || join(home, ".cache"), "ms-playwright");
}

// Names changed over the years; of each pair the later one is first.
function programs(platform: NodeJS.Platform, shell: boolean): string[] {
  if (platform === "win32") return shell ? ["chrome-headless-shell.exe", "headless_shell.exe"] : ["chrome.exe"];
  if (shell) return ["chrome-headless-shell", "headless_shell"];
  return platform === "darwin" ? ["Google Chrome for Testing", "Chromium"].map(inMacApp) : ["chrome"];
}

const inMacApp = (name: string): string => `${name}.app/Contents/MacOS/${name}`;

// The one without windows is first: without a toolbar to draw, the tests cost a quarter less.
const LINUX_NAMES = [
  "chromium-headless-shell",
  "google-chrome-stable",
  "google-chrome",
  "chromium",
  "chromium-browser",
  "microsoft-edge-stable",
  "microsoft-edge",
];
const LINUX_FOLDERS = ["/usr/bin", "/usr/local/bin"];
// Where packages put the program itself, should its link be missing. A browser in a snap comes last: it sees another
// /tmp.
const LINUX_PLACES = [
  "/usr/lib/chromium/chromium-headless-shell",
  "/opt/google/chrome/chrome",
  "/usr/lib/chromium/chromium",
  "/usr/lib64/chromium-browser/chromium-browser",
  "/opt/microsoft/msedge/msedge",
  "/var/lib/flatpak/exports/bin/com.google.Chrome",
  "/var/lib/flatpak/exports/bin/org.chromium.Chromium",
  "/snap/bin/chromium",
];

function onLinux({ env }: Machine): string[] {
  const folders = [...new Set([...(env.PATH ?? "").split(":").filter(Boolean), ...LINUX_FOLDERS])];
  const isSnap = (folder: string) => folder.startsWith("/snap/");
  const onPath = LINUX_NAMES.flatMap((name) =>
    folders.filter((folder) => !isSnap(folder)).map((folder) => `${folder}/${name}`),
  );
  return [...onPath, ...LINUX_PLACES];
}

const MAC_APPS = ["Google Chrome", "Chromium", "Microsoft Edge", "Google Chrome for Testing", "Google Chrome Canary"];

function onMac({ home }: Machine): string[] {
  return MAC_APPS.flatMap((app) =>
    ["/Applications", `${home}/Applications`].map((folder) => `${folder}/${inMacApp(app)}`),
  );
}

const WINDOWS_PROGRAMS = [
  String.raw`Google\Chrome\Application\chrome.exe`,
  String.raw`Chromium\Application\chrome.exe`,
  String.raw`Microsoft\Edge\Application\msedge.exe`,
];

function onWindows({ env }: Machine): string[] {
  const folders = ["PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA"].flatMap((name) => env[name] || []);
  return WINDOWS_PROGRAMS.flatMap((program) => folders.map((folder) => path.win32.join(folder, program)));
}
