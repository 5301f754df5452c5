/** The files that people have, through the file input of the page: taken, converted or refused, each as it should be. */
import { createHash } from "node:crypto";
import { crc32, deflateSync } from "node:zlib";
import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import { eventually } from "./support/eventually.ts";
import { type PictureFile, pictureFiles, type Refusal } from "./support/picture-files.ts";
import { product } from "./support/product.ts";
import { images, namesIn } from "./support/reference-images.ts";

const here = product();

/** A page that keeps the contents of object URLs, which its thumbnails show. */
async function open(): Promise<Page> {
  const page = await here.visit("us-demo-us-picture-files");
  await page.evaluate(() => {
    const blobs = new Map<string, Blob>();
    const { createObjectURL } = URL;
    URL.createObjectURL = (blob: Blob) => {
      const url = createObjectURL(blob);
      blobs.set(url, blob);
      return url;
    };
    Object.assign(window, { blobs });
  });
  await page.getByRole("radio", { name: "From images" }).check();
  return page;
}

const add = (page: Page, files: readonly PictureFile[]): Promise<void> =>
  page
    .locator("input[type=file]")
    .setInputFiles(files.map(({ name, bytes }) => ({ name, mimeType: "image/png", buffer: bytes })));

/** The images of the form: what would be sent, and the colours of the quarters that the thumbnail shows. */
async function shown(page: Page): Promise<{ type: string; base64: string; quarters: string }[]> {
  const found = await images(page)
    .locator("img")
    .evaluateAll((thumbnails) =>
      Promise.all(
        (thumbnails as HTMLImageElement[]).map(async (image) => {
          await image.decode();
          const { blobs } = window as unknown as { blobs: Map<string, Blob> };
          const blob = blobs.get(image.src) ?? new Blob();
          const bytes = new Uint8Array(await blob.arrayBuffer());
          const canvas = new OffscreenCanvas(2, 2);
          const context = canvas.getContext("2d");
          // The middle of each quarter.
          for (const [x, y] of [
            [0, 0],
            [1, 0],
            [0, 1],
            [1, 1],
          ] as const) {
            const { naturalWidth: width, naturalHeight: height } = image;
            context?.drawImage(image, (width * (1 + 2 * x)) / 4, (height * (1 + 2 * y)) / 4, 1, 1, x, y, 1, 1);
          }
          const pixels = [...(context?.getImageData(0, 0, 2, 2).data ?? [])];
          return { type: blob.type, base64: btoa(String.fromCharCode(...bytes)), pixels };
        }),
      ),
    );
  return found.map(({ pixels, ...image }) => ({
    ...image,
    quarters: [0, 4, 8, 12].map((at) => colour(pixels.slice(at, at + 4))).join(""),
  }));
}

/** By which of red, green and blue are above a half. */
const letters: Record<string, string> = { "100": "R", "010": "G", "001": "B", "110": "Y" };
const colour = (pixel: number[]): string => {
  if ((pixel[3] ?? 0) < 128) return "-";
  return (
    letters[
      pixel
        .slice(0, 3)
        .map((value) => (value > 127 ? 1 : 0))
        .join("")
    ] ?? "?"
  );
};

const sha256 = (bytes: Buffer): string => createHash("sha256").update(bytes).digest("hex");

/** The model that the page chooses first takes this many images. */
const batch = 10;
const good = pictureFiles.filter(({ chromium }) => ["taken", "jpeg", "png"].includes(chromium));

it("each file that the browser reads is taken byte for byte or converted, upright and with its transparency", async () => {
  const page = await open();
  for (let start = 0; start < good.length; start += batch) {
    const files = good.slice(start, start + batch);
    await add(page, files);
    await eventually(() => namesIn(page)).toEqual(files.map(({ name }) => name));
    const results = await shown(page);
    const outcomes = results.map(({ type, base64, quarters }, index) => {
      const { name, bytes, quarters: wanted } = files[index] as PictureFile;
      const isSame = sha256(Buffer.from(base64, "base64")) === sha256(bytes);
      return [name, isSame ? "taken" : type.slice("image/".length), wanted === "grey" ? wanted : quarters];
    });
    expect(outcomes).toEqual(files.map(({ name, chromium, quarters }) => [name, chromium, quarters]));
    for (const { name } of files)
      await images(page)
        .getByRole("button", { name: `Remove ${name}`, exact: true })
        .click();
  }
});

const sentences: Record<Refusal, (names: string) => string> = {
  empty: (names) => `Empty, with no bytes in it: ${names}.`,
  notImages: (names) => `These are not images: ${names}.`,
  heic: (names) => `This browser cannot read the HEIC photo ${names}. Add it in Safari, or save it as JPEG first`,
  unknown: (names) => `This browser cannot read ${names}. Save it as PNG or JPEG`,
  cutOff: (names) => `Not complete, the end is missing: ${names}.`,
  broken: (names) => `Damaged, so it cannot be shown: ${names}.`,
  tooLarge: (names) => `Too large for this browser to read: ${names}.`,
};

it("each file that cannot be used is refused at once, with its name and the reason", async () => {
  const page = await open();
  for (const [reason, sentence] of Object.entries(sentences)) {
    const files = pictureFiles.filter(({ chromium }) => chromium === reason);
    await add(page, files);
    const text = sentence(files.map(({ name }) => name).join(", "));
    await page.getByRole("status").filter({ hasText: text }).waitFor();
    expect(await namesIn(page)).toEqual([]);
  }
});

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
  const page = await open();
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
