/** Pictures made from pictures: in every way they can come into the form, in their order, and as Dreamina gets them. */
import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { Locator, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { simulatorState } from "../integration/support/caller.ts";
import { temporaryFolder } from "../integration/support/processes.ts";
import { eventually } from "./support/eventually.ts";
import { dropFiles } from "./support/gestures.ts";
import { arriveWith, ask, cardOf, finished, largeView, picturesIn } from "./support/person.ts";
import { product } from "./support/product.ts";

const here = product();
const folder = temporaryFolder();

type Sample = { file: string; name: string; bytes: Buffer; sha256: string };
let cat: Sample;
let moon: Sample;
let harbour: Sample;

beforeAll(async () => {
  mkdirSync(folder.path, { recursive: true });
  cat = await sample("cat.png", "320x240.png");
  moon = await sample("moon.jpg", "200x300.jpg");
  harbour = await sample("harbour.webp", "256x256.webp");
});

afterAll(() => folder.remove());

async function sample(name: string, asked: string): Promise<Sample> {
  const answer = await fetch(`${here.simulator}/_samples/${asked}`);
  expect(answer.status).toBe(200);
  const bytes = Buffer.from(await answer.arrayBuffer());
  const file = path.join(folder.path, name);
  writeFileSync(file, bytes);
  return { file, name, bytes, sha256: createHash("sha256").update(bytes).digest("hex") };
}

async function visit(session: string): Promise<Page> {
  const page = await here.open("/", { permissions: ["clipboard-read", "clipboard-write"] });
  await arriveWith(page, session);
  return page;
}

const images = (page: Page): Locator => page.getByRole("group", { name: /^Reference images/ });

/** What the form shows, in its order. */
async function namesIn(page: Page): Promise<string[]> {
  const shown = await images(page).getByRole("img").all();
  const labels = await Promise.all(
    shown.map(async (image) => (await image.getAttribute("alt")) ?? (await image.getAttribute("aria-label")) ?? ""),
  );
  return labels.map((label) => label.replace(/^Reference image \d+: /, ""));
}

/** Checksums of what the job was made from. */
async function inputsOf(prompt: string): Promise<(string | null)[][]> {
  const { jobs } = await simulatorState(here.simulator);
  return jobs.filter((job) => job.prompt.includes(prompt)).map((job) => job.inputs.map(({ sha256 }) => sha256));
}

it("dropped on the page: the page says so beforehand, and Dreamina gets the bytes", async () => {
  const page = await visit("us-demo-us-drop");
  await dropFiles(page, [cat.file, moon.file], () =>
    page.getByText("Let go to use these as reference images").waitFor(),
  );
  await eventually(() => namesIn(page)).toEqual(["cat.png", "moon.jpg"]);
  await page.getByText("Let go to use these as reference images").waitFor({ state: "hidden" });
  await finished(await ask(page, "both of them at sea"));
  expect(await inputsOf("both of them at sea")).toEqual([[cat.sha256, moon.sha256]]);
});

it("pasted, while pasted text stays text", async () => {
  const page = await visit("us-demo-us-paste");
  await page.evaluate(async (base64) => {
    const blob = new Blob([Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))], { type: "image/png" });
    await navigator.clipboard.write([new ClipboardItem({ "image/png": blob })]);
  }, cat.bytes.toString("base64"));
  const prompt = page.getByRole("textbox", { name: "Prompt", exact: true });
  await prompt.focus();
  await page.keyboard.press("Control+v");
  await eventually(() => namesIn(page)).toHaveLength(1);
  await page.evaluate(() => navigator.clipboard.writeText("in the rain"));
  await prompt.focus();
  await page.keyboard.press("Control+v");
  expect(await prompt.inputValue()).toBe("in the rain");
  expect(await namesIn(page)).toHaveLength(1);
  await finished(await ask(page, "in the rain"));
  // The clipboard writes the picture anew: its pixels are the same, its bytes need not be.
  expect((await inputsOf("in the rain")).map((inputs) => inputs.length)).toEqual([1]);
});

it("chosen, put in another order, one taken out again; what is no picture is refused by name", async () => {
  const page = await visit("us-demo-us-choose");
  await page.getByRole("radio", { name: "From images" }).check();
  await choose(page, /choose files/, [cat, moon]);
  await choose(page, /Add more images/, [harbour]);
  await eventually(() => namesIn(page)).toEqual(["cat.png", "moon.jpg", "harbour.webp"]);
  await images(page).getByRole("button", { name: "Move harbour.webp forward" }).click();
  await images(page).getByRole("button", { name: "Remove cat.png" }).click();
  await eventually(() => namesIn(page)).toEqual(["harbour.webp", "moon.jpg"]);

  const text = path.join(folder.path, "notes.txt");
  writeFileSync(text, "no picture");
  await choose(page, /Add more images/, [{ file: text }]);
  await page
    .getByRole("status")
    .filter({ hasText: "notes.txt is not a JPEG, PNG, WebP, GIF or BMP picture." })
    .waitFor();
  expect(await namesIn(page)).toHaveLength(2);

  await finished(await ask(page, "one above the other"));
  expect(await inputsOf("one above the other")).toEqual([[harbour.sha256, moon.sha256]]);
});

it("by their address; what is no address is refused, and the form is not sent by Enter there", async () => {
  const page = await visit("us-demo-us-link");
  await page.getByRole("radio", { name: "From images" }).check();
  const address = page.getByRole("textbox", { name: "Address of a picture" });
  await address.fill("a cat, please");
  await page.keyboard.press("Enter");
  await page.getByRole("alert").filter({ hasText: "This is not an http or https address." }).waitFor();
  await address.fill(`${here.simulator}/_samples/320x240.png`);
  await page.keyboard.press("Enter");
  await eventually(() => namesIn(page)).toEqual(["320x240.png"]);
  expect(await page.getByRole("article").count()).toBe(0);
  await finished(await ask(page, "the same by night"));
  expect(await inputsOf("the same by night")).toEqual([[cat.sha256]]);
});

it("image mode without an image is not sent, and says so", async () => {
  const page = await visit("us-demo-us-none");
  await page.getByRole("radio", { name: "From images" }).check();
  await page.getByRole("textbox", { name: "Prompt", exact: true }).fill("nothing to go by");
  await page.keyboard.press("Control+Enter");
  await page.getByRole("alert").filter({ hasText: "Add at least one reference image." }).waitFor();
  expect(await inputsOf("nothing to go by")).toEqual([]);
});

it("files outlive a reload, in the form and in a work that is run again", async () => {
  const page = await visit("us-demo-us-again");
  await page.getByRole("radio", { name: "From images" }).check();
  await choose(page, /choose files/, [moon]);
  await finished(await ask(page, "a second moon"));
  await page.reload();
  await eventually(() => namesIn(page)).toEqual(["moon.jpg"]);
  await picturesIn(page).first().click();
  await largeView(page).getByRole("button", { name: "Run again" }).click();
  await page.keyboard.press("Escape");
  await finished(cardOf(page, "a second moon").first());
  expect(await inputsOf("a second moon")).toEqual([[moon.sha256], [moon.sha256]]);
});

async function choose(page: Page, button: RegExp, files: { file: string }[]): Promise<void> {
  const [chooser] = await Promise.all([
    page.waitForEvent("filechooser"),
    images(page).getByRole("button", { name: button }).click(),
  ]);
  await chooser.setFiles(files.map(({ file }) => file));
}
