// Ways to a browser on a machine that has none, one after the other: Playwright's download, the system libraries that such
// a download may lack, the package of Debian and Ubuntu. Knows nothing of where browsers are.

import { existsSync } from "node:fs";
import { collect } from "#scripts/bootstrap/collect.mjs";
import { start } from "#scripts/bootstrap/processes.mjs";

const DOWNLOAD_TIMEOUT_MS = 300_000;
const PACKAGES_TIMEOUT_MS = 600_000;
const CONNECT_TIMEOUT_MS = 15_000;
const APT = ["/usr/bin/apt-get", "/bin/apt-get"];

/** Takes one way at a time, when the next is asked for. Each is `{ how, failure }`; failure is undefined if all went well. */
export async function* fetchBrowser(playwrightScript) {
  const playwright = [process.execPath, playwrightScript];
  const download = await way("Playwright's download", [...playwright, "install", "chromium", "--only-shell"], {
    timeoutMs: DOWNLOAD_TIMEOUT_MS,
    env: { PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT: String(CONNECT_TIMEOUT_MS) },
  });
  yield download;

  const asRoot = await rootPrefix();
  if (process.platform !== "linux" || !APT.some(existsSync)) return;
  if (asRoot === undefined) return yield { how: "apt-get", failure: "apt-get needs root or sudo without a password" };
  if (download.failure === undefined) {
    yield way("Playwright's download with its system libraries", [
      ...asRoot,
      ...playwright,
      "install-deps",
      "chromium",
    ]);
  }
  // Debian has both, Ubuntu only the second.
  for (const name of ["chromium-headless-shell", "chromium"]) yield aptGet(asRoot, name);
}

async function aptGet(asRoot, name) {
  const apt = [...asRoot, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-q", "-o", "DPkg::Lock::Timeout=60"];
  // A source that does not answer need not be the one that matters; what is missing then, the next step says.
  await run([...apt, "update"], { timeoutMs: PACKAGES_TIMEOUT_MS });
  return way(`apt-get install ${name}`, [
    ...apt,
    ...["install", "-y", "--no-install-recommends", name, "fonts-noto-cjk"],
  ]);
}

/** What to put before a command that needs root; undefined when we cannot be. */
async function rootPrefix() {
  if (process.getuid?.() === 0) return [];
  const { code } = await run(["sudo", "-n", "true"], { timeoutMs: CONNECT_TIMEOUT_MS });
  return code === 0 ? ["sudo", "-n"] : undefined;
}

async function way(how, command, options = { timeoutMs: PACKAGES_TIMEOUT_MS }) {
  const { code, output } = await run(command, options);
  return { how, failure: code === 0 ? undefined : `${how} failed (${reasonIn(output) ?? `exit code ${code}`})` };
}

async function run([command, ...args], { timeoutMs, env = {} }) {
  const child = start(command, args, { env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "pipe"] });
  const late = setTimeout(() => child.child.kill(), timeoutMs);
  const result = await collect(child);
  clearTimeout(late);
  return result;
}

/** The line of a tool's output that says what was wrong: apt's begin with "E:", Playwright's with "Error:". */
export function reasonIn(output) {
  const lines = output.split("\n").map((line) => line.trim());
  return lines.find((line) => /^(E|Error): /.test(line)) ?? lines.findLast((line) => line !== "");
}
