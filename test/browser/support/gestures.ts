/** What hands do that Playwright has no word for: a stroke on a touch screen, a file dropped from outside. */
import type { Locator, Page } from "playwright-core";

/** Steps of a stroke: as many events as a short one has. */
const strokeSteps = 6;
const secondsPerStep = 0.05;

/** One finger from the middle of the place, by so many pixels. */
export async function swipe(page: Page, place: Locator, by: { x: number; y: number }): Promise<void> {
  const box = await place.boundingBox();
  if (box === null) throw new Error(`${place} is not to be seen`);
  const from = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  const debug = await page.context().newCDPSession(page);
  // By the clock of the events a finger takes its time: a stroke without any is a fling, which swallows the next tap.
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
  // It rests before it is lifted.
  await touch("touchMove", [{ x: from.x + by.x, y: from.y + by.y }]);
  await touch("touchEnd", []);
  await debug.detach();
}

/** Files from the desktop: they hover above the page, then are let go. @param hovering looks at the page meanwhile. */
export async function dropFiles(page: Page, files: string[], hovering: () => Promise<void>): Promise<void> {
  const debug = await page.context().newCDPSession(page);
  const { width, height } = page.viewportSize() ?? { width: 0, height: 0 };
  const drag = (type: "dragEnter" | "dragOver" | "drop") =>
    debug.send("Input.dispatchDragEvent", {
      type,
      x: width / 2,
      y: height / 2,
      data: { items: [], files, dragOperationsMask: 1 },
    });
  await drag("dragEnter");
  let isSeen = false;
  const seen = hovering().finally(() => {
    isSeen = true;
  });
  // A hand never rests: the browser hears of it again and again.
  while (!isSeen) await drag("dragOver");
  await seen;
  await drag("drop");
  await debug.detach();
}
