/** Gestures that Playwright lacks: a swipe on a touch screen, a file dropped from outside. */
import type { Locator, Page } from "playwright-core";

/** Events of a short swipe. */
const strokeSteps = 6;
const secondsPerStep = 0.05;

/** Swipes with one finger from the centre of an element. @param by pixels. */
export async function swipe(page: Page, place: Locator, by: { x: number; y: number }): Promise<void> {
  const box = await place.boundingBox();
  if (box === null) throw new Error(`${place} is not to be seen`);
  const from = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  const debug = await page.context().newCDPSession(page);
  // The timestamps of the events leave time between them: a swipe without any is a fling, which swallows the next tap.
  let timestamp = Date.now() / 1000;
  const touch = (type: "touchStart" | "touchMove" | "touchEnd", touchPoints: { x: number; y: number }[]) => {
    timestamp += secondsPerStep;
    return debug.send("Input.dispatchTouchEvent", { type, touchPoints, timestamp });
  };
  await touch("touchStart", [from]);
  for (let step = 1; step <= strokeSteps; step += 1) {
    const part = step / strokeSteps;
    await touch("touchMove", [{ x: from.x + by.x * part, y: from.y + by.y * part }]);
  }
  // The finger rests before it is lifted.
  await touch("touchMove", [{ x: from.x + by.x, y: from.y + by.y }]);
  await touch("touchEnd", []);
  await debug.detach();
}

/** Drags files from the desktop over the page and drops them. @param hovering runs while they are over the page. */
export async function dropFiles(page: Page, files: string[], hovering: () => Promise<void>): Promise<void> {
  const drag = await dragFiles(page, files);
  let isSeen = false;
  const seen = hovering().finally(() => {
    isSeen = true;
  });
  // The browser fires `dragover` again and again.
  while (!isSeen) await drag("dragOver");
  await seen;
  await drag("drop");
}

/** Files that have entered the page. @returns the next step of the drag. */
export async function dragFiles(page: Page, files: string[]): Promise<(type: "dragOver" | "drop") => Promise<void>> {
  const debug = await page.context().newCDPSession(page);
  const { width, height } = page.viewportSize() ?? { width: 0, height: 0 };
  const drag = async (type: "dragEnter" | "dragOver" | "drop") => {
    await debug.send("Input.dispatchDragEvent", {
      type,
      x: width / 2,
      y: height / 2,
      data: { items: [], files, dragOperationsMask: 1 },
    });
    if (type === "drop") await debug.detach();
  };
  await drag("dragEnter");
  return drag;
}
