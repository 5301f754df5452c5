/** Reference images, dropped, pasted or chosen: their order, and the bytes that Dreamina gets. */
import { writeFileSync } from "node:fs";
import path from "node:path";
import type { Page } from "playwright-core";
import { beforeAll, expect, it } from "vitest";
import { withClipboard } from "./support/clipboard.ts";
import { eventually } from "./support/eventually.ts";
import { dragFiles, dropFiles } from "./support/gestures.ts";
import { ask, cardOf, finished, promptField, sendButton } from "./support/person.ts";
import { product } from "./support/product.ts";
import { choose, images, namesIn, referenceImages, type Sample } from "./support/reference-images.ts";

const here = product();
const { folder, sample, visit, inputsOf } = referenceImages(here);

let cat: Sample;
let moon: Sample;
let harbour: Sample;

beforeAll(async () => {
  // A valid file name that must not break the header of a form part.
  cat = await sample('猫 "7"; name=x.png', "320x240.png");
  moon = await sample("moon.jpg", "200x300.jpg");
  harbour = await sample("harbour.webp", "256x256.webp");
});

it("images dropped on the page, which announces the drop, reach Dreamina byte for byte", async () => {
  const page = await visit("us-demo-us-drop");
  await dropFiles(page, [cat.file, moon.file], () => page.getByText("Drop to add as reference images").waitFor());
  await eventually(() => namesIn(page)).toEqual([cat.name, "moon.jpg"]);
  await page.getByText("Drop to add as reference images").waitFor({ state: "hidden" });
  await finished(await ask(page, "both of them at sea"));
  expect(await inputsOf("both of them at sea")).toEqual([[cat.sha256, moon.sha256]]);
});

it("a dropped image is taken although the element under the pointer is redrawn at every dragover", async () => {
  const page = await visit("us-demo-us-redrawn");
  await page.evaluate(() =>
    addEventListener("dragover", ({ target }) => {
      const isRedrawn = target instanceof HTMLElement && target.closest(".tasks") !== null;
      if (isRedrawn) target.replaceWith(target.cloneNode(true));
    }),
  );
  await dropFiles(page, [cat.file], hovering(page));
  await eventually(() => namesIn(page)).toEqual([cat.name]);
});

it("images are taken by an element that comes under the pointer just before they are dropped", async () => {
  const page = await visit("us-demo-us-covered");
  const drag = await dragFiles(page, [cat.file]);
  await drag("dragOver");
  await page.evaluate(() => {
    const cover = document.createElement("div");
    cover.style.cssText = "position: fixed; inset: 0; z-index: 9";
    document.body.append(cover);
  });
  await drag("drop");
  await eventually(() => namesIn(page)).toEqual([cat.name]);
});

it("a pasted image becomes a reference image, and pasted text stays text", async () => {
  const page = await visit("us-demo-us-paste");
  const prompt = page.getByRole("textbox", { name: "Prompt", exact: true });
  await withClipboard(async () => {
    await page.evaluate(async (base64) => {
      const blob = new Blob([Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))], { type: "image/png" });
      await navigator.clipboard.write([new ClipboardItem({ "image/png": blob })]);
    }, cat.bytes.toString("base64"));
    await prompt.focus();
    await page.keyboard.press("Control+v");
    await eventually(() => namesIn(page)).toHaveLength(1);
    await page.evaluate(() => navigator.clipboard.writeText("in the rain"));
    await prompt.focus();
    await page.keyboard.press("Control+v");
  });
  expect(await prompt.inputValue()).toBe("in the rain");
  expect(await namesIn(page)).toHaveLength(1);
  await finished(await ask(page, "in the rain"));
  // The clipboard encodes the image again: the pixels are the same, the bytes may differ.
  expect((await inputsOf("in the rain")).map((inputs) => inputs.length)).toEqual([1]);
});

it("chosen images can be reordered and removed, and a file that is no image is refused by name", async () => {
  const page = await visit("us-demo-us-choose");
  await page.getByRole("radio", { name: "From images" }).check();
  await choose(page, /choose files/, [cat, moon]);
  await choose(page, /Add more images/, [harbour]);
  await eventually(() => namesIn(page)).toEqual([cat.name, "moon.jpg", "harbour.webp"]);
  await images(page).getByRole("button", { name: "Move harbour.webp forward" }).click();
  await images(page)
    .getByRole("button", { name: `Remove ${cat.name}` })
    .click();
  await eventually(() => namesIn(page)).toEqual(["harbour.webp", "moon.jpg"]);

  const text = path.join(folder, "notes.txt");
  writeFileSync(text, "no image");
  await choose(page, /Add more images/, [{ file: text }]);
  await page.getByRole("status").filter({ hasText: "notes.txt is not an image." }).waitFor();
  expect(await namesIn(page)).toHaveLength(2);

  await finished(await ask(page, "one above the other"));
  expect(await inputsOf("one above the other")).toEqual([[harbour.sha256, moon.sha256]]);
});

/** Makes the page wait before it reads a file, until the returned function is called. */
async function holdReading(page: Page): Promise<() => Promise<void>> {
  await page.evaluate(() => {
    const { arrayBuffer } = Blob.prototype;
    const isTold = new Promise<void>((resolve) => Object.assign(window, { letRead: resolve }));
    Blob.prototype.arrayBuffer = async function read() {
      await isTold;
      return arrayBuffer.call(this);
    };
  });
  return () => page.evaluate(() => (window as unknown as { letRead: () => void }).letRead());
}

const hovering = (page: Page) => () => page.getByText("Drop to add as reference images").waitFor();

it("an image without a file extension is recognised by its bytes, and a submit waits until it is read", async () => {
  const page = await visit("us-demo-us-bytes");
  const letRead = await holdReading(page);
  const bare = path.join(folder, "harbour");
  writeFileSync(bare, harbour.bytes);
  await dropFiles(page, [bare], hovering(page));
  await promptField(page).fill("at low tide");
  await sendButton(page).click();
  expect(await cardOf(page, "at low tide").count()).toBe(0);

  await letRead();
  await finished(cardOf(page, "at low tide"));
  expect(await inputsOf("at low tide")).toEqual([[harbour.sha256]]);
});

it("a submit with a file that is no image sends nothing and names the file; the next one is sent", async () => {
  const page = await visit("us-demo-us-refused");
  const letRead = await holdReading(page);
  const text = path.join(folder, "letter.png");
  writeFileSync(text, "no image");
  await dropFiles(page, [text], hovering(page));
  await promptField(page).fill("in writing");
  await sendButton(page).click();
  await letRead();
  await page.getByRole("status").filter({ hasText: "letter.png is not an image" }).waitFor();
  expect(await cardOf(page, "in writing").count()).toBe(0);

  await sendButton(page).click();
  await finished(cardOf(page, "in writing"));
  expect(await inputsOf("in writing")).toEqual([[]]);
});
