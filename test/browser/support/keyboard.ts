/** Going through the page with the Tab key, and whether one can see where one is. */
import type { Locator, Page } from "playwright-core";

/** More stops than any way through the page has. */
const mostStops = 80;
/** What shows the focus may be a ring around, or a line some way beneath. */
const marginPixels = 40;

/**
 * Presses Tab until the target has the focus.
 * @returns what had the focus on the way without showing it; none is `[]`.
 */
export async function tabTo(page: Page, target: Locator, key: "Tab" | "Shift+Tab" = "Tab"): Promise<string[]> {
  const unseen: string[] = [];
  for (let stop = 0; stop < mostStops; stop += 1) {
    await page.keyboard.press(key);
    // A page that was still scrolling there is looked at again.
    if (!(await isFocusSeen(page)) && !(await isFocusSeen(page))) unseen.push(await focused(page));
    if (await hasFocus(target)) return unseen;
  }
  throw new Error(`no Tab leads to ${target}; the last stop was ${await focused(page)}`);
}

export const hasFocus = (target: Locator): Promise<boolean> =>
  target.evaluateAll((elements) => elements.some((element) => element === document.activeElement));

/** What has the focus, for a message. */
export const focused = (page: Page): Promise<string> =>
  page.evaluate(() => {
    const at = document.activeElement;
    const label = at?.getAttribute("aria-label") ?? at?.closest("label")?.textContent ?? at?.textContent ?? "";
    return `${at?.tagName.toLowerCase()} "${label.trim().slice(0, 60)}"`;
  });

/** Whether the page looks different there without the focus. */
async function isFocusSeen(page: Page): Promise<boolean> {
  const clip = await page.evaluate((margin) => {
    const at = document.activeElement;
    if (at === null || at === document.body) return null;
    // Of a field that is drawn by its label, the label is what one sees.
    const { x, y, width, height } = (at.closest("label") ?? at).getBoundingClientRect();
    const [left, top] = [Math.max(0, x - margin), Math.max(0, y - margin)];
    const [right, bottom] = [Math.min(innerWidth, x + width + margin), Math.min(innerHeight, y + height + margin)];
    return { x: left, y: top, width: right - left, height: bottom - top };
  }, marginPixels);
  // Where the focus leaves the page for the browser's own bar, there is nothing to see.
  if (clip === null) return true;
  if (clip.width <= 0 || clip.height <= 0) return false;
  const look = () => page.screenshot({ clip, animations: "disabled" });
  const there = await look();
  const held = await page.evaluateHandle(() => {
    const at = document.activeElement as HTMLElement;
    at.blur();
    return at;
  });
  const without = await look();
  await held.evaluate((at) => at.focus({ preventScroll: true }));
  return !there.equals(without);
}
