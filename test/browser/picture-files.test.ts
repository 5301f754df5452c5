/** The files that people have, in Chromium, and an image above the limit. */
import { expect, it } from "vitest";
import { driverOf } from "./drivers/playwright.ts";
import { eventually } from "./support/eventually.ts";
import { pictureWalk } from "./support/picture-walk.ts";
import { product } from "./support/product.ts";
import { images, namesIn } from "./support/reference-images.ts";
import { whitePng } from "./support/white-png.ts";

const here = product();

pictureWalk("chromium", async () => driverOf(await (await here.context()).newPage(), []));

it("an image of more than 36 megapixels is added once its offer to be scaled down is accepted, in its shape", async () => {
  const page = await here.visit("us-demo-us-picture-files");
  await page.getByRole("radio", { name: "From images" }).check();
  await page
    .locator("input[type=file]")
    .setInputFiles({ name: "wall.png", mimeType: "image/png", buffer: whitePng(8_000, 5_000) });
  await page.getByRole("status").filter({ hasText: "Larger than 30 MB or 36 megapixels: wall.png." }).waitFor();
  expect(await namesIn(page)).toEqual([]);
  await page.getByRole("button", { name: "Scale down and add" }).click();
  await eventually(() => namesIn(page)).toEqual(["wall.png"]);
  const size = await images(page)
    .locator("img")
    .evaluate(async (image: HTMLImageElement) => {
      await image.decode();
      return [image.naturalWidth, image.naturalHeight];
    });
  expect(size).toEqual([7_589, 4_743]);
});
