/** A gallery of a thousand images: small versions, few of them at once, in rows that are even to the end. */
import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import { accessibilityFaults } from "./support/accessible.ts";
import { eventually } from "./support/eventually.ts";
import { serveManyImages } from "./support/many-images.ts";
import { arriveWith, imagesIn, largeView } from "./support/person.ts";
import { phone, product } from "./support/product.ts";

const here = product();

async function arrive(session: string, tasks: number, wishes = {}) {
  const context = await here.context(wishes);
  const { asked } = await serveManyImages(context, tasks);
  const page = await context.newPage();
  await arriveWith(page, session);
  return { page, asked };
}

/** Presses "Show older" to the end. */
async function showAll(page: Page): Promise<void> {
  const older = page.getByRole("button", { name: "Show older" });
  await imagesIn(page).first().waitFor();
  while ((await older.count()) > 0) {
    await older.click();
    await page.waitForFunction(() => document.querySelector(".older button:disabled") === null);
  }
}

const scrollTo = (page: Page, part: number): Promise<void> =>
  page.evaluate((part) => window.scrollTo(0, part * document.documentElement.scrollHeight), part);

/** Images in the document; how many of the tiles in the window have theirs, loaded; and all of these. */
const mounted = (page: Page) =>
  page.evaluate(() => {
    const tiles = [...document.querySelectorAll(".wall .tile")];
    const inWindow = tiles.filter((tile) => {
      const { top, bottom } = tile.getBoundingClientRect();
      return bottom > 0 && top < innerHeight;
    });
    const loaded = inWindow.filter((tile) => (tile.querySelector("img")?.naturalWidth ?? 0) > 0);
    return { images: document.images.length, loaded: loaded.length, inWindow: inWindow.length };
  });

/** Of each day: its rows, with the height of each, and whether it ends where the wall ends. */
const rowsOf = (page: Page) =>
  page.evaluate(() =>
    [...document.querySelectorAll(".wall")].map((wall) => {
      const { right } = wall.getBoundingClientRect();
      const boxes = [...wall.children].map((item) => item.getBoundingClientRect());
      return [...Map.groupBy(boxes, ({ top }) => Math.round(top)).values()].map((row) => ({
        height: row[0]?.height ?? 0,
        isFull: Math.abs((row.at(-1)?.right ?? 0) - right) < 2,
        isEven: row.every(({ height }) => Math.abs(height - (row[0]?.height ?? 0)) < 2),
      }));
    }),
  );

it("of a thousand images only those near the window are there, and each as its small version", async () => {
  const { page, asked } = await arrive("us-demo-us-gallery", 250);
  await showAll(page);
  // Those in sight above the gallery are large.
  const inGallery = page.getByRole("region", { name: "Gallery" });
  const count = await imagesIn(inGallery).count();
  expect(count).toBeGreaterThan(900);

  for (const part of [0, 0.3, 0.7, 1]) {
    await scrollTo(page, part);
    await eventually(async () => {
      const { loaded, inWindow } = await mounted(page);
      return loaded === inWindow;
    }).toBe(true);
    expect((await mounted(page)).images).toBeLessThan(count / 4);
  }
  expect((await mounted(page)).inWindow).toBeGreaterThan(0);

  const tiles = await page.evaluate(() =>
    [...document.querySelectorAll<HTMLImageElement>(".wall img")].map(({ src }) => src),
  );
  expect(tiles.filter((src) => !/\/images\/imgtask_many\d+\/\d\/small$/.test(src))).toEqual([]);
  const last = imagesIn(inGallery).last();
  const before = asked.length;
  await last.click();
  await largeView(page).waitFor();
  await eventually(() => asked.slice(before)).toContain("/images/imgtask_many00250/0.png");
});

it("the rows of the gallery are even to the last one, in wide and narrow windows", async () => {
  const { page } = await arrive("us-demo-us-gallery-rows", 60);
  await showAll(page);

  for (const size of [{ width: 1280, height: 800 }, { width: 2000, height: 900 }, { width: 820, height: 900 }, phone]) {
    await page.setViewportSize(size);
    const wanted = size.width >= 2000 ? 236 : size === phone ? (size.width - 32) * 0.31 : 200;
    // Until the page has laid out the rows for this width.
    await eventually(async () => {
      const days = await rowsOf(page);
      const alone = days.pop();
      const uneven = days.flat().filter(({ isFull, isEven, height }) => {
        return !isFull || !isEven || height < wanted * 0.5 || height > wanted * 1.7;
      });
      return { days: days.length, uneven, alone };
    }).toEqual({
      days: 2,
      uneven: [],
      // One image alone is not enlarged to fill the width.
      alone: [{ isFull: false, isEven: true, height: expect.closeTo(wanted, -1) }],
    });
  }
});

it("the gallery is walked by keyboard and read by axe as if every image were there", async () => {
  const { page } = await arrive("us-demo-us-gallery-keys", 60);
  await showAll(page);
  const tiles = imagesIn(page.getByRole("region", { name: "Gallery" }));
  await scrollTo(page, 0.5);
  expect(await accessibilityFaults(page)).toEqual([]);

  await tiles.nth(20).focus();
  for (let press = 0; press < 40; press += 1) await page.keyboard.press("Tab");

  expect(await tiles.nth(60).evaluate((tile) => tile === document.activeElement)).toBe(true);
  await eventually(() => tiles.nth(60).locator("img").count()).toBe(1);
  await page.keyboard.press("Enter");
  await largeView(page).waitFor();
});
