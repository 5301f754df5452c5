/**
 * Ways to a browser on a machine that has none, one after the other: Playwright's download, the system libraries that
 * such a download may lack, the package of Debian and Ubuntu. Knows nothing of where browsers are.
 */

import { existsSync } from "node:fs";
import { collect } from "#scripts/bootstrap/collect.mjs";
import type { Env } from "#scripts/bootstrap/flags.mjs";
import { start } from "#scripts/bootstrap/processes.mjs";

const DOWNLOAD_TIMEOUT_MS = 300_000;
const PACKAGES_TIMEOUT_MS = 600_000;
const CONNECT_TIMEOUT_MS = 15_000;
const APT = ["/usr/bin/apt-get", "/bin/apt-get"];

/** What brings one kind of browser. */
export type Sources = {
  /** Playwright's name of it. */
  name: "chromium" | "firefox" | "webkit";
  /** Further arguments of Playwright's `install`. */
  args: string[];
  /** Packages of Debian and Ubuntu; each list is tried by itself. */
  packages: string[][];
};

/** One way to a browser; `failure` is undefined when it worked. */
export type Way = { how: string; failure: string | undefined };

/** Tries one way at a time, when the next is requested. */
export async function* fetchBrowser(
  playwrightScript: string,
  { name, args, packages }: Sources,
): AsyncGenerator<Way, void> {
  const playwright = [process.execPath, playwrightScript];
  const download = await way("Playwright's download", [...playwright, "install", name, ...args], {
    timeoutMs: DOWNLOAD_TIMEOUT_MS,
    env: { PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT: String(CONNECT_TIMEOUT_MS) },
  });
  yield download;

  const asRoot = await rootPrefix();
  if (process.platform !== "linux" || !APT.some(existsSync)) return;
  if (asRoot === undefined) {
    yield { how: "apt-get", failure: "apt-get needs root or sudo without a password" };
    return;
  }
  if (download.failure === undefined) {
    yield way("Playwright's download with its system libraries", [...asRoot, ...playwright, "install-deps", name]);
  }
  for (const list of packages) yield aptGet(asRoot, list);
}

async function aptGet(asRoot: string[], packages: string[]): Promise<Way> {
  const apt = [...asRoot, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-q", "-o", "DPkg::Lock::Timeout=60"];
  // A source that does not answer need not be the one that matters; the next step names a missing package.
  await run([...apt, "update"], { timeoutMs: PACKAGES_TIMEOUT_MS });
  return way(`apt-get install ${packages[0]}`, [...apt, "install", "-y", "--no-install-recommends", ...packages]);
}

/** The prefix of a command that needs root; undefined without root rights. */
async function rootPrefix(): Promise<string[] | undefined> {
  if (process.getuid?.() === 0) return [];
  const { code } = await run(["sudo", "-n", "true"], { timeoutMs: CONNECT_TIMEOUT_MS });
  return code === 0 ? ["sudo", "-n"] : undefined;
}

type RunOptions = { timeoutMs: number; env?: Env };

async function way(
  how: string,
  command: string[],
  options: RunOptions = { timeoutMs: PACKAGES_TIMEOUT_MS },
): Promise<Way> {
  const { code, output } = await run(command, options);
  return { how, failure: code === 0 ? undefined : `${how} failed (${reasonIn(output) ?? `exit code ${code}`})` };
}

async function run([command = "", ...args]: string[], { timeoutMs, env = {} }: RunOptions) {
  const child = start(command, args, { env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "pipe"] });
  const late = setTimeout(() => child.child.kill(), timeoutMs);
  const result = await collect(child);
  clearTimeout(late);
  return result;
}

/** The line of a tool's output with the fault: apt's begin with "E:", Playwright's with "Error:". */
export function reasonIn(output: string): string | undefined {
  const lines = output.split("\n").map((line) => line.trim());
  return lines.find((line) => /^(E|Error): /.test(line)) ?? lines.findLast((line) => line !== "");
}
