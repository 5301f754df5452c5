/** The main walk through the page, the same in every browser. */

import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, expect, inject, it } from "vitest";
import type { Driver } from "#test/browser/drivers/driver.ts";
import { simulatorState } from "#test/integration/support/caller.ts";
import { temporaryFolder } from "#test/integration/support/processes.ts";
import { eventually } from "./eventually.ts";
import { sizeOfPng, statedSize } from "./png.ts";
import { phone } from "./product.ts";

const dialog = "dialog[open]";

/**
 * Registers the tests of the walk.
 * @param who names the sessions and prompts, which no other file uses.
 */
export function walk(who: string, open: () => Promise<Driver>): void {
  const { url, simulator } = inject("running");
  const jobsWith = async (text: string) =>
    (await simulatorState(simulator)).jobs.filter(({ prompt }) => prompt.includes(text));
  const folder = temporaryFolder();

  afterAll(() => folder.remove());

  it("the first visit leads to images, which a reload while they are made does not repeat, and to a saved file", async () => {
    const driver = await open();
    const prompt = `a lighthouse in ${who} sim:slow`;
    await driver.goto(url);
    await addSession(driver, `us-demo-us-walk-${who}`);
    await ask(driver, prompt);
    await eventually(() => driver.run(count, "article [role=progressbar]")).toBe(1);
    await driver.reload();
    await eventually(() => driver.run(loadedImages)).toBe(4);
    expect(await driver.run(count, "article")).toBe(1);
    expect(await jobsWith(prompt)).toHaveLength(1);

    await driver.click({ role: "button", name: await driver.run(nameOfFirstImage), within: "article" });
    const download = { role: "button", name: "Download", within: dialog } as const;
    const file = await driver.saved(() => driver.click(download));
    expect(file.name).toMatch(new RegExp(`^a-lighthouse-in-${who}.*-1\\.png$`));
    expect(sizeOfPng(file.bytes)).toEqual(statedSize(await driver.run(textOf, "article")));
    await driver.click({ role: "button", name: "Close", within: dialog });
    await eventually(() => driver.run(count, dialog)).toBe(0);
  });

  it("dropped and chosen files become reference images and reach Dreamina byte for byte", async () => {
    const driver = await open();
    const prompt = `two pictures in ${who}`;
    const dropped = await sample(simulator, "320x240.png");
    const chosen = await sample(simulator, "200x300.jpg");
    const file = path.join(folder.path, "chosen.jpg");
    writeFileSync(file, chosen);
    await driver.goto(url);
    await addSession(driver, `us-demo-us-files-${who}`);
    await driver.run(dropFile, dropped.toString("base64"), "dropped.png", "image/png");
    await eventually(() => driver.run(count, referenceImage)).toBe(1);
    await driver.setFiles(".references input[type=file]", [file]);
    await eventually(() => driver.run(count, referenceImage)).toBe(2);
    await ask(driver, prompt);
    await eventually(() => driver.run(loadedImages)).toBe(4);
    const jobs = await jobsWith(prompt);
    expect(jobs.map(({ inputs }) => inputs.map(({ sha256 }) => sha256))).toEqual([[dropped, chosen].map(checksum)]);
  });

  it("no width from a phone's to a desk's scrolls sideways, and every control of the form lies inside of the screen", async () => {
    const driver = await open();
    await driver.goto(url);
    await eventually(() => driver.run(textOf, "form")).toContain("Prompt");
    for (const size of [phone, { width: 768, height: 1024 }, { width: 1440, height: 900 }]) {
      await driver.resize(size);
      await eventually(() => driver.run(() => innerWidth)).toBe(size.width);
      expect(await driver.run(outside), `${size.width} wide`).toEqual([]);
    }
  });
}

async function addSession(driver: Driver, session: string): Promise<void> {
  await driver.click({ role: "button", name: "Add a session or key" });
  await driver.fill({ role: "textbox", name: "One or more sessions or keys", within: dialog }, session);
  await driver.click({ role: "button", name: "Add", within: dialog });
  await eventually(() => driver.run(textOf, dialog)).toContain("Works");
  await driver.click({ role: "button", name: "Close", within: dialog });
  await eventually(() => driver.run(count, dialog)).toBe(0);
}

async function ask(driver: Driver, prompt: string): Promise<void> {
  await driver.fill({ role: "textbox", name: "Prompt" }, prompt);
  await driver.click({ role: "button", name: "Make 4 images" });
  await eventually(() => driver.run(textOf, "body")).toContain(prompt);
}

async function sample(simulator: string, asked: string): Promise<Buffer> {
  return Buffer.from(await (await fetch(`${simulator}/_samples/${asked}`)).arrayBuffer());
}

const checksum = (bytes: Buffer): string => createHash("sha256").update(bytes).digest("hex");

const referenceImage = "form .references img";

// These run in the page.

const count = (selector: string): number => document.querySelectorAll(selector).length;

const textOf = (selector: string): string => document.querySelector<HTMLElement>(selector)?.innerText ?? "";

const loadedImages = (): number =>
  [...document.querySelectorAll<HTMLImageElement>("article[aria-busy=false] img")].filter(
    ({ naturalWidth }) => naturalWidth > 0,
  ).length;

const nameOfFirstImage = (): string =>
  document.querySelector("article button:has(img)")?.getAttribute("aria-label") ?? "";

function dropFile(base64: string, name: string, type: string): void {
  const dataTransfer = new DataTransfer();
  const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  dataTransfer.items.add(new File([bytes], name, { type }));
  for (const kind of ["dragenter", "dragover", "drop"]) {
    document.body.dispatchEvent(new DragEvent(kind, { dataTransfer, bubbles: true, cancelable: true }));
  }
}

/** Controls outside of the screen's width, and whether the page scrolls sideways. */
function outside(): string[] {
  const controls = [...document.querySelectorAll<HTMLElement>("button, a, input, select, textarea, label")];
  const names = controls
    .filter((element) => {
      const { left, right, width, height } = element.getBoundingClientRect();
      return width > 1 && height > 1 && (left < -1 || right > innerWidth + 1) && element.checkVisibility();
    })
    .map((element) => element.getAttribute("aria-label") ?? element.innerText);
  const { scrollWidth, clientWidth } = document.documentElement;
  return scrollWidth > clientWidth ? [...names, `the page is ${scrollWidth} wide`] : names;
}
