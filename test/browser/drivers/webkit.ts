/**
 * WebKitGTK by the programs of Debian and Ubuntu: WebKitWebDriver and MiniBrowser, on a screen without a monitor. The
 * protocol is WebDriver (W3C), one HTTP request for a command.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { anyFree } from "#scripts/start/any-port.ts";
import type { WebKitPrograms } from "#scripts/test/engine-places.ts";
import type { OpenBrowser, Size } from "./driver.ts";
import { waitFor } from "./patience.ts";
import { type PolicyProxy, startPolicyProxy } from "./policy-proxy.ts";
import { commands, type Send } from "./webdriver.ts";
import { windowOf } from "./webkit-window.ts";

export async function launchWebKit(programs: WebKitPrograms, desk: Size, args: string[] = []): Promise<OpenBrowser> {
  const folder = mkdtempSync(path.join(tmpdir(), "webkit-"));
  const children: ChildProcess[] = [];
  const proxy = await startPolicyProxy();
  const close = async () => {
    proxy.close();
    for (const child of children.reverse()) await ended(child);
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    return { ...(await overWebDriver(programs, { folder, children, proxy, desk, args })), close };
  } catch (error) {
    await close();
    throw error;
  }
}

type Launch = { folder: string; children: ChildProcess[]; proxy: PolicyProxy; desk: Size; args: string[] };

/** @param launch its `children` get the processes that are started, in this process's group: they end with it. */
async function overWebDriver(programs: WebKitPrograms, { folder, children, proxy, desk, args }: Launch) {
  const screen = spawn(programs.screen, ["-displayfd", "1", "-screen", "0", "1600x1400x24", "-nolisten", "tcp"], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  children.push(screen);
  let display = "";
  screen.stdout.setEncoding("utf8").on("data", (text) => {
    display += text;
  });
  await waitFor("a screen of Xvfb", async () => (display.includes("\n") ? true : undefined));
  const port = await anyFree();
  const env = { ...process.env, ...homeIn(folder), DISPLAY: `:${display.trim()}`, GDK_BACKEND: "x11" };
  children.push(spawn(programs.driver, [`--port=${port}`], { stdio: "ignore", env }));
  const send = commands(`http://127.0.0.1:${port}`);
  await waitFor("WebKitWebDriver", () => send("GET", "/status").catch(() => undefined));

  async function openSession(): Promise<{ id: string; version: string }> {
    const options = { binary: programs.browser, args: ["--automation", "--full-screen", ...args] };
    const made = (await send("POST", "/session", {
      capabilities: {
        alwaysMatch: {
          "webkitgtk:browserOptions": options,
          proxy: { proxyType: "manual", httpProxy: `127.0.0.1:${proxy.port}` },
        },
      },
    })) as { sessionId: string; capabilities: { browserVersion: string } };
    return { id: made.sessionId, version: made.capabilities.browserVersion };
  }

  // WebKitWebDriver has one session at a time.
  let session = await openSession();
  let isUsed = false;
  const end = async () => void (await send("DELETE", `/session/${session.id}`));
  return {
    version: `WebKitGTK ${session.version}`,
    async open() {
      if (isUsed) session = await openSession();
      isUsed = true;
      const inSession: Send = (method, command, body) => send(method, `/session/${session.id}${command}`, body);
      proxy.violations.length = 0;
      const window = windowOf(inSession, { downloads: path.join(folder, "downloads"), ...proxy, close: end });
      await window.resize(desk);
      return window;
    },
  };
}

/** Ends a process and waits for it. */
async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const gone = once(child, "exit");
  child.kill();
  const late = setTimeout(() => child.kill("SIGKILL"), graceMs);
  await gone;
  clearTimeout(late);
}

const graceMs = 5_000;

/** Settings and downloads of the user stay as they are. */
function homeIn(folder: string): Record<string, string> {
  const config = path.join(folder, "config");
  mkdirSync(config);
  writeFileSync(path.join(config, "user-dirs.dirs"), `XDG_DOWNLOAD_DIR="${folder}/downloads"\n`);
  return { HOME: folder, XDG_CONFIG_HOME: config, LC_ALL: "C.UTF-8", LANGUAGE: "en_US" };
}
