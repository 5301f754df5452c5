/** The clipboard, which all pages of the browser share: test files run side by side, so each has it for a while. */
import { mkdirSync, rmdirSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Page } from "playwright-core";
import { eventually } from "./eventually.ts";

const lock = path.join(tmpdir(), "clipboard");

/** Runs what copies and pastes, while no other test does. */
export async function withClipboard<T>(run: () => Promise<T>): Promise<T> {
  await eventually(isTaken, "the clipboard is free").toBe(true);
  try {
    return await run();
  } finally {
    rmdirSync(lock);
  }
}

function isTaken(): boolean {
  try {
    mkdirSync(lock);
    return true;
  } catch {
    return false;
  }
}

/** @param copies makes the page copy a text, at once or soon. @returns that text. */
export const copiedBy = (page: Page, copies: () => Promise<unknown>): Promise<string> =>
  withClipboard(async () => {
    await page.evaluate(() => navigator.clipboard.writeText(""));
    await copies();
    let text = "";
    await eventually(async () => {
      text = await page.evaluate(() => navigator.clipboard.readText());
      return text;
    }).not.toBe("");
    return text;
  });
