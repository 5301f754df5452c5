/** Moves through the page with the Tab key and checks that the focus is visible. */
import type { Locator, Page } from "playwright-core";

/** More stops than the page has. */
const maxStops = 80;
/** Margin in pixels around an element for its focus ring or underline. */
const marginPixels = 40;

/**
 * Presses Tab until the target has the focus.
 * @returns the elements on the way whose focus was not visible.
 */
export async function tabTo(page: Page, target: Locator, key: "Tab" | "Shift+Tab" = "Tab"): Promise<string[]> {
  const unseen: string[] = [];
  for (let stop = 0; stop < maxStops; stop += 1) {
    await page.keyboard.press(key);
    // The page may still have been scrolling: checked again.
    if (!(await isFocusSeen(page)) && !(await isFocusSeen(page))) unseen.push(await focused(page));
    if (await hasFocus(target)) return unseen;
  }
  throw new Error(`no Tab leads to ${target}; the last stop was ${await focused(page)}`);
}

export const hasFocus = (target: Locator): Promise<boolean> =>
  target.evaluateAll((elements) => elements.some((element) => element === document.activeElement));

/** Describes the focused element, for a message. */
export const focused = (page: Page): Promise<string> =>
  page.evaluate(() => {
    const at = document.activeElement;
    const label = at?.getAttribute("aria-label") ?? at?.closest("label")?.textContent ?? at?.textContent ?? "";
    return `${at?.tagName.toLowerCase()} "${label.trim().slice(0, 60)}"`;
  });

/** Whether the element looks different without the focus. */
async function isFocusSeen(page: Page): Promise<boolean> {
  const clip = await page.evaluate((margin) => {
    const at = document.activeElement;
    if (at === null || at === document.body) return null;
    // For a hidden input, its visible label.
    const { x, y, width, height } = (at.closest("label") ?? at).getBoundingClientRect();
    const [left, top] = [Math.max(0, x - margin), Math.max(0, y - margin)];
    const [right, bottom] = [Math.min(innerWidth, x + width + margin), Math.min(innerHeight, y + height + margin)];
    return { x: left, y: top, width: right - left, height: bottom - top };
  }, marginPixels);
  // The focus has left the page for the browser's toolbar.
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
