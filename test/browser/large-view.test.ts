/** The large view: moving through the images and zooming. */
import type { Locator } from "playwright-core";
import { describe, expect, it } from "vitest";
import { eventually } from "./support/eventually.ts";
import { imagesMadeWith, made, shown, tile } from "./support/large-view.ts";
import { imagesIn } from "./support/person.ts";
import { product } from "./support/product.ts";

const here = product();
const { look } = imagesMadeWith(here, "us-demo-us-view");

describe("movement", () => {
  it("arrows step through the images, Escape and the back button close the large view, and the focus returns", async () => {
    const { page, view } = await look(2);
    await view.getByText(/^\d+ of \d+$/).waitFor();
    await page.keyboard.press("ArrowRight");
    await shown(view, 3).waitFor();
    await view.getByRole("button", { name: "Next image" }).click();
    await shown(view, 4).waitFor();
    await page.keyboard.press("ArrowLeft");
    await view.getByRole("button", { name: "Previous image" }).click();
    await shown(view, 2).waitFor();
    await view.getByRole("button", { name: `Image 1 of 4: ${made}` }).click();
    await shown(view, 1).waitFor();
    await page.keyboard.press("Escape");
    await view.waitFor({ state: "hidden" });
    await eventually(() => page.evaluate(() => document.activeElement?.getAttribute("aria-label"))).toBe(
      `Image 2 of 4: ${made}`,
    );

    await tile(page, 1).click();
    await shown(view, 1).waitFor();
    await page.goBack();
    await view.waitFor({ state: "hidden" });
    expect(new URL(page.url()).pathname).toBe("/");
    await tile(page, 1).waitFor();
  });

  it("the last image in the large view has no next button, and the first no previous one", async () => {
    const { page, view } = await look(1);
    const [previous, next] = ["Previous image", "Next image"].map((name) => view.getByRole("button", { name }));
    const leave = async (way: string, button: Locator | undefined) => {
      const total = await imagesIn(page).count();
      for (let press = 0; press < total; press += 1) await page.keyboard.press(way);
      await button?.waitFor({ state: "hidden" });
    };
    await leave("ArrowRight", next);
    expect(await previous?.count()).toBe(1);
    await leave("ArrowLeft", previous);
    expect(await next?.count()).toBe(1);
  });

  it("an image is enlarged by key, wheel, double click and button, and shown whole again", async () => {
    const { page, view } = await look(1);
    const image = shown(view, 1);
    const width = async () => Math.round((await image.boundingBox())?.width ?? 0);
    const left = async () => Math.round((await image.boundingBox())?.x ?? 0);
    const whole = await settled(width);
    const larger = "larger than the whole";
    await page.keyboard.press("+");
    await eventually(width, larger).toBeGreaterThan(whole);
    await page.keyboard.press("0");
    await eventually(width).toBe(whole);
    await image.hover();
    await page.mouse.wheel(0, -300);
    await eventually(width, larger).toBeGreaterThan(whole);
    await view.getByRole("button", { name: "Whole image" }).click();
    await eventually(width).toBe(whole);
    await image.dblclick();
    await eventually(width, larger).toBeGreaterThan(whole);
    const before = await settled(left);
    await page.mouse.move(400, 400);
    await page.mouse.down();
    await page.mouse.move(340, 380, { steps: 4 });
    await page.mouse.up();
    await eventually(left).toBeLessThan(before);
    await view.getByRole("button", { name: "Whole image" }).click();
    await eventually(width).toBe(whole);
    await view.getByRole("button", { name: "Enlarge" }).click();
    await eventually(width, larger).toBeGreaterThan(whole);
  });
});

/** A measure once it has stopped changing: the large view opens with an animation. */
async function settled(measure: () => Promise<number>): Promise<number> {
  let last = Number.NaN;
  await eventually(async () => {
    const before = last;
    last = await measure();
    return last === before;
  }).toBe(true);
  return last;
}
