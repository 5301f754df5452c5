/** A connection to the browser that test/browser/support/global-setup.ts started; its contexts close with it. */
import { type Browser, chromium } from "playwright-core";
import { inject } from "vitest";

declare module "vitest" {
  interface ProvidedContext {
    browser: { address: string } | { missing: string };
    /** The product that all browser tests share. */
    running: { url: string; simulator: string };
  }
}

export async function openBrowser(): Promise<Browser> {
  const found = inject("browser");
  if ("missing" in found) throw new Error(found.missing);
  return chromium.connect(found.address);
}
