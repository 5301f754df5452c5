/** The files that people have, in Chromium, and an image above the limit. */
import { crc32, deflateSync } from "node:zlib";
import { expect, it } from "vitest";
import { driverOf } from "./drivers/playwright.ts";
import { eventually } from "./support/eventually.ts";
import { pictureWalk } from "./support/picture-walk.ts";
import { product } from "./support/product.ts";
import { images, namesIn } from "./support/reference-images.ts";

const here = product();

pictureWalk("chromium", async () => driverOf(await (await here.context()).newPage(), []));

/** A white PNG with one bit a pixel: few bytes, many pixels. */
function whitePng(width: number, height: number): Buffer {
  const chunk = (name: string, data: Buffer) => {
    const named = Buffer.concat([Buffer.from(name), data]);
    const ends = Buffer.alloc(8);
    ends.writeUInt32BE(data.length, 0);
    ends.writeUInt32BE(crc32(named), 4);
    return Buffer.concat([ends.subarray(0, 4), named, ends.subarray(4)]);
  };
  const head = Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0]);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  const row = Buffer.concat([Buffer.from([0]), Buffer.alloc(Math.ceil(width / 8), 255)]);
  const rows = Buffer.concat(Array.from({ length: height }, () => row));
  const start = Buffer.from("\x89PNG\r\n\x1a\n", "latin1");
  return Buffer.concat([start, chunk("IHDR", head), chunk("IDAT", deflateSync(rows)), chunk("IEND", Buffer.alloc(0))]);
}

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
