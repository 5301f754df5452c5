/** The table of files through the file input of the page, the same in every browser. */
import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, expect, inject, it } from "vitest";
import type { Driver } from "#test/browser/drivers/driver.ts";
import { temporaryFolder } from "#test/integration/support/processes.ts";
import { eventually } from "./eventually.ts";
import { type PictureFile, pictureFiles, type Refusal } from "./picture-files.ts";

type BrowserName = "chromium" | "firefox" | "webkit";

/** The model that the page chooses first takes this many images. */
const batch = 10;

/** Registers the tests. @param open a window with empty storage. */
export function pictureWalk(browser: BrowserName, open: () => Promise<Driver>): void {
  const folder = temporaryFolder();

  beforeAll(() => {
    mkdirSync(folder.path, { recursive: true });
    for (const { name, bytes } of pictureFiles) writeFileSync(path.join(folder.path, name), bytes);
  });

  afterAll(() => folder.remove());

  const coloursIn = ({ quarters, webkitQuarters }: PictureFile) => (browser === "webkit" ? webkitQuarters : quarters);
  const add = (driver: Driver, files: readonly PictureFile[]) =>
    driver.setFiles(
      ".references input[type=file]",
      files.map(({ name }) => path.join(folder.path, name)),
    );

  it("each file that the browser reads is taken byte for byte or converted, upright and with its transparency", async () => {
    const driver = await openForm(open);
    const good = pictureFiles.filter((file) => ["taken", "jpeg", "png"].includes(file[browser]));
    for (let start = 0; start < good.length; start += batch) {
      const files = good.slice(start, start + batch);
      await add(driver, files);
      await eventually(() => driver.run(namesInForm)).toEqual(files.map(({ name }) => name));
      const outcomes = async () => {
        const results = await driver.run(shown);
        return results.map(({ type, base64, pixels }, index) => {
          const file = files[index] as PictureFile;
          const isSame = sha256(Buffer.from(base64, "base64")) === sha256(file.bytes);
          const colours = coloursIn(file) === "grey" ? "grey" : letters(pixels);
          return [file.name, isSame ? "taken" : type.slice("image/".length), colours];
        });
      };
      // WebKitGTK at times draws nothing of a large image that it has just decoded.
      await eventually(outcomes).toEqual(files.map((file) => [file.name, file[browser], coloursIn(file)]));
      await driver.run(removeAll);
    }
  });

  it("each file that cannot be used is refused at once, with its name and the reason", async () => {
    const driver = await openForm(open);
    for (const [reason, sentence] of Object.entries(sentences)) {
      const files = pictureFiles.filter((file) => file[browser] === reason);
      await add(driver, files);
      await eventually(() => driver.run(notices)).toContain(sentence(files.map(({ name }) => name).join(", ")));
      expect(await driver.run(namesInForm)).toEqual([]);
    }
  });

  it("images of the form are there after a reload", async () => {
    const driver = await openForm(open);
    const files = pictureFiles.filter(({ name }) => ["truecolour.png", "turned.heic"].includes(name));
    await add(driver, files);
    await eventually(() => driver.run(storedImages)).toBe(files.length);
    await driver.reload();
    await eventually(() => driver.run(namesInForm)).toEqual(files.map(({ name }) => name));
    const colours = async () => (await driver.run(shown)).map(({ pixels }) => letters(pixels));
    await eventually(colours).toEqual(files.map(coloursIn));
  });
}

const sentences: Record<Refusal, (names: string) => string> = {
  empty: (names) => `Empty, with no bytes in it: ${names}.`,
  notImages: (names) => `These are not images: ${names}.`,
  unknown: (names) => `This browser cannot read ${names}. Save it as PNG or JPEG`,
  cutOff: (names) => `Not complete, the end is missing: ${names}.`,
  broken: (names) => `Damaged, so it cannot be shown: ${names}.`,
  tooLarge: (names) => `Too large for this browser to read: ${names}.`,
};

async function openForm(open: () => Promise<Driver>): Promise<Driver> {
  const driver = await open();
  await driver.goto(inject("running").url);
  await eventually(() => driver.run(chooseFromImages)).toBe(true);
  await driver.run(keepObjectUrls);
  return driver;
}

const sha256 = (bytes: Buffer): string => createHash("sha256").update(bytes).digest("hex");

/** By which of red, green and blue are above a half. */
const colours: Record<string, string> = { "100": "R", "010": "G", "001": "B", "110": "Y" };

/** @param pixels four, of four bytes. */
const letters = (pixels: number[]): string =>
  [0, 4, 8, 12]
    .map((at) => {
      if ((pixels[at + 3] ?? 0) < 128) return "-";
      const bits = pixels.slice(at, at + 3).map((value) => (value > 127 ? 1 : 0));
      return colours[bits.join("")] ?? "?";
    })
    .join("");

// These run in the page.

/** By its label: the radio button itself is not displayed. @returns whether the file input is there. */
function chooseFromImages(): boolean {
  const labels = [...document.querySelectorAll<HTMLElement>("form label")];
  labels.find(({ innerText }) => innerText.trim() === "From images")?.click();
  return document.querySelector(".references input[type=file]") !== null;
}

/** Keeps the contents of object URLs, which the thumbnails show. */
function keepObjectUrls(): void {
  const blobs = new Map<string, Blob>();
  const { createObjectURL } = URL;
  URL.createObjectURL = (blob: Blob) => {
    const url = createObjectURL(blob);
    blobs.set(url, blob);
    return url;
  };
  Object.assign(window, { blobs });
}

const namesInForm = (): string[] =>
  [...document.querySelectorAll<HTMLImageElement>(".references img")].map(({ alt }) =>
    alt.replace(/^Reference image \d+: /, ""),
  );

const notices = (): string => document.querySelector<HTMLElement>(".toasts")?.innerText ?? "";

/** The images of the form: what would be sent, and the middle of each quarter that the thumbnail shows. */
async function shown(): Promise<{ type: string; base64: string; pixels: number[] }[]> {
  const { blobs = new Map() } = window as unknown as { blobs?: Map<string, Blob> };
  const results = [];
  for (const image of document.querySelectorAll<HTMLImageElement>(".references img")) {
    await image.decode();
    const blob = blobs.get(image.src) ?? new Blob();
    const bytes = new Uint8Array(await blob.arrayBuffer());
    const context = new OffscreenCanvas(2, 2).getContext("2d");
    const { naturalWidth: width, naturalHeight: height } = image;
    for (const [x, y] of [
      [0, 0],
      [1, 0],
      [0, 1],
      [1, 1],
    ] as const) {
      context?.drawImage(image, (width * (1 + 2 * x)) / 4, (height * (1 + 2 * y)) / 4, 1, 1, x, y, 1, 1);
    }
    const pixels = [...(context?.getImageData(0, 0, 2, 2).data ?? [])];
    results.push({ type: blob.type, base64: btoa(String.fromCharCode(...bytes)), pixels });
  }
  return results;
}

/** How many images of the form the browser has stored. */
async function storedImages(): Promise<number> {
  const answerOf = <T>(request: IDBRequest<T>) =>
    new Promise<T>((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
  const database = await answerOf(indexedDB.open("dreamina-draft"));
  const images: unknown[] | undefined = await answerOf(
    database.transaction("images").objectStore("images").get("images"),
  );
  database.close();
  return images?.length ?? 0;
}

/** One after the other: each button knows the images that were there when it was drawn. */
async function removeAll(): Promise<void> {
  const next = () => document.querySelector<HTMLElement>(".references .take-out");
  for (let button = next(); button !== null; button = next()) {
    button.click();
    await new Promise((resolve) => setTimeout(resolve));
  }
}
