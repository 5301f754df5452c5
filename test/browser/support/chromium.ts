/** The browser that test/browser/support/global-setup.mjs found, started. Nothing in it gets past this machine. */
import { type Browser, chromium } from "playwright-core";
import { inject } from "vitest";
import { launchOptions } from "../../../scripts/browser.mjs";

declare module "vitest" {
  interface ProvidedContext {
    browser: { path: string } | { missing: string };
  }
}

/** No name but this machine's own leads anywhere, so that a forgotten address fails on every machine alike. */
const onlyThisMachine = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1";

export async function startBrowser(): Promise<Browser> {
  const found = inject("browser");
  if ("missing" in found) throw new Error(found.missing);
  return chromium.launch(launchOptions(found.path, [onlyThisMachine]));
}
