/** The large view, and everything one can do with a picture that is there. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { Locator, Page } from "playwright-core";
import { beforeAll, describe, expect, it } from "vitest";
import { eventually } from "./support/eventually.ts";
import { filesInZip, saved } from "./support/files.ts";
import { arriveWith, ask, cardOf, finished, largeView, picturesIn, promptField } from "./support/person.ts";
import { sizeOfPng } from "./support/png.ts";
import { product, type Wishes } from "./support/product.ts";

const here = product();
const session = "us-demo-us-view";
/** Of the pictures that every test finds in its gallery. A shell must not take it for more than words. */
const made = 'it\'s "four" for $HOME & `ls`';
/** The browser in which they were made, as it was afterwards. */
let afterwards: Wishes["storageState"];

beforeAll(async () => {
  const context = await here.context();
  const page = await context.newPage();
  await arriveWith(page, session);
  await finished(await ask(page, made));
  afterwards = await context.storageState({ indexedDB: true });
});

/** In the browser that made the pictures, at a later time: the large view open on one of them. */
async function look(place: number): Promise<{ page: Page; view: Locator }> {
  const page = await here.open("/", {
    storageState: afterwards,
    permissions: ["clipboard-read", "clipboard-write"],
  });
  await tile(page, place).click();
  const view = largeView(page);
  await shown(view, place).waitFor();
  return { page, view };
}

const tile = (page: Page, place: number): Locator =>
  page.getByRole("button", { name: `Picture ${place} of 4: ${made}`, exact: true }).first();

const shown = (view: Locator, place: number): Locator =>
  view.getByRole("img", { name: `Picture ${place}: ${made}`, exact: true });

/** Chooses from the large view's menu. */
async function choose(page: Page, view: Locator, item: string): Promise<void> {
  await view.getByRole("button", { name: "More actions" }).click();
  await page.getByRole("menuitem", { name: item, exact: true }).click();
}

const copied = (page: Page): Promise<string> => page.evaluate(() => navigator.clipboard.readText());

describe("moving about", () => {
  it("arrows lead through the pictures, Escape and the back button lead out, and the focus goes back", async () => {
    const { page, view } = await look(2);
    await view.getByText(/^\d+ of \d+$/).waitFor();
    await page.keyboard.press("ArrowRight");
    await shown(view, 3).waitFor();
    await view.getByRole("button", { name: "Next picture" }).click();
    await shown(view, 4).waitFor();
    await page.keyboard.press("ArrowLeft");
    await view.getByRole("button", { name: "Previous picture" }).click();
    await shown(view, 2).waitFor();
    await view.getByRole("button", { name: `Picture 1 of 4: ${made}` }).click();
    await shown(view, 1).waitFor();
    await page.keyboard.press("Escape");
    await view.waitFor({ state: "hidden" });
    await eventually(() => page.evaluate(() => document.activeElement?.getAttribute("aria-label"))).toBe(
      `Picture 2 of 4: ${made}`,
    );

    await tile(page, 1).click();
    await shown(view, 1).waitFor();
    await page.goBack();
    await view.waitFor({ state: "hidden" });
    expect(new URL(page.url()).pathname).toBe("/");
    await tile(page, 1).waitFor();
  });

  it("the last picture of all has no next one, the first none before it", async () => {
    const { page, view } = await look(1);
    const [previous, next] = ["Previous picture", "Next picture"].map((name) => view.getByRole("button", { name }));
    const leave = async (way: string, button: Locator | undefined) => {
      const total = await picturesIn(page).count();
      for (let press = 0; press < total; press += 1) await page.keyboard.press(way);
      await button?.waitFor({ state: "hidden" });
    };
    await leave("ArrowRight", next);
    expect(await previous?.count()).toBe(1);
    await leave("ArrowLeft", previous);
    expect(await next?.count()).toBe(1);
  });

  it("enlarges by key, wheel, double click and button, and back to the whole picture", async () => {
    const { page, view } = await look(1);
    const picture = shown(view, 1);
    const width = async () => Math.round((await picture.boundingBox())?.width ?? 0);
    const left = async () => Math.round((await picture.boundingBox())?.x ?? 0);
    const whole = await settled(width);
    const larger = "larger than the whole";
    await page.keyboard.press("+");
    await eventually(width, larger).toBeGreaterThan(whole);
    await page.keyboard.press("0");
    await eventually(width).toBe(whole);
    await picture.hover();
    await page.mouse.wheel(0, -300);
    await eventually(width, larger).toBeGreaterThan(whole);
    await view.getByRole("button", { name: "Whole picture" }).click();
    await eventually(width).toBe(whole);
    await picture.dblclick();
    await eventually(width, larger).toBeGreaterThan(whole);
    const before = await settled(left);
    await page.mouse.move(400, 400);
    await page.mouse.down();
    await page.mouse.move(340, 380, { steps: 4 });
    await page.mouse.up();
    await eventually(left).toBeLessThan(before);
    await view.getByRole("button", { name: "Whole picture" }).click();
    await eventually(width).toBe(whole);
    await view.getByRole("button", { name: "Enlarge" }).click();
    await eventually(width, larger).toBeGreaterThan(whole);
  });
});

/** A measure once it has stopped changing: the large view may come in with a movement. */
async function settled(measure: () => Promise<number>): Promise<number> {
  let last = Number.NaN;
  await eventually(async () => {
    const before = last;
    last = await measure();
    return last === before;
  }).toBe(true);
  return last;
}

describe("keeping", () => {
  it("all pictures are downloaded as one file, each the bytes the server has", async () => {
    const { page, view } = await look(1);
    const file = await saved(page, () => choose(page, view, "Download all"));
    expect(file.name).toMatch(/^it-s-four-for-HOME-ls-[\d-]+\.zip$/);
    const files = filesInZip(file.bytes);
    expect(files.map(({ name }) => name.slice(-5))).toEqual(["1.png", "2.png", "3.png", "4.png"]);
    await choose(page, view, "Copy link");
    const link = await copied(page);
    expect(link.startsWith(`${here.url}/images/`)).toBe(true);
    const first = Buffer.from(await (await fetch(link)).arrayBuffer());
    expect(files[0]?.bytes.equals(first)).toBe(true);
    for (const { bytes } of files) expect(sizeOfPng(bytes)).toEqual(sizeOfPng(first));
  });

  it("prompt and curl can be copied; the curl makes a task for whoever puts in a session", async () => {
    const { page, view } = await look(1);
    await choose(page, view, "Copy prompt");
    expect(await copied(page)).toBe(made);
    await choose(page, view, "Copy as curl");
    const command = await copied(page);
    expect(command).toContain("YOUR_SESSION");
    expect(command).not.toContain("demo-us-view");
    const { stdout } = await promisify(execFile)("sh", ["-c", command.replace("YOUR_SESSION", "us-demo-us-shell")]);
    expect(JSON.parse(stdout)).toMatchObject({ object: "image.generation.task", status: "pending" });
    await eventually(async () => (await here.jobsWith(made)).map(({ session: one }) => one)).toContain("demo-us-shell");
  });

  it("a work removed from the page comes back by Undo, and otherwise stays away", async () => {
    const { page, view } = await look(1);
    await choose(page, view, "Remove from page");
    await view.waitFor({ state: "hidden" });
    await tile(page, 1).waitFor({ state: "hidden" });
    await page.getByRole("button", { name: "Undo" }).click();
    await tile(page, 1).click();
    await choose(page, view, "Remove from page");
    await tile(page, 1).waitFor({ state: "hidden" });
    const read = page.waitForResponse(/\/v1\/images\/tasks\?/);
    await page.reload();
    await (await read).finished();
    await page.getByRole("heading", { name: /Your pictures will appear here|Gallery/ }).waitFor();
    expect(await tile(page, 1).count()).toBe(0);
  });
});

describe("going on from a picture", () => {
  it("it becomes the reference of the next, and the settings of its work fill the form", async () => {
    const { page, view } = await look(3);
    await view.getByRole("button", { name: "Use as reference" }).click();
    await view.waitFor({ state: "hidden" });
    await page.getByRole("img", { name: `Reference image 1: ${made}` }).waitFor();
    expect(await page.getByRole("radio", { name: "From images" }).isChecked()).toBe(true);
    await finished(await ask(page, "the same in snow"));
    const [job] = await here.jobsWith("the same in snow");
    expect(job?.inputs.map(({ format, width, height }) => ({ format, width, height }))).toEqual([
      { format: "png", width: 2048, height: 2048 },
    ]);

    await tile(page, 1).click();
    await choose(page, view, "Edit");
    await eventually(() => promptField(page).inputValue()).toBe(made);
    expect(await page.getByRole("radio", { name: "From words" }).isChecked()).toBe(true);
  });

  it("run again repeats the settings, vary takes another seed; the card keeps all of them", async () => {
    const { page, view } = await look(1);
    const sent: Record<string, unknown>[] = [];
    page.on("request", (request) => {
      if (request.method() === "POST" && request.url().endsWith("/generations")) sent.push(request.postDataJSON());
    });
    // It may have been kept before it was kept as finished: then it has a card still.
    const before = await cardOf(page, made).count();
    await view.getByRole("button", { name: "Run again" }).click();
    await page.getByRole("status").filter({ hasText: "Started again." }).waitFor();
    await view.getByRole("button", { name: "Vary" }).click();
    await page.getByRole("status").filter({ hasText: "Started with a new seed." }).waitFor();
    await page.keyboard.press("Escape");
    await eventually(() => cardOf(page, made).count()).toBe(before + 2);
    for (const place of [0, 1]) await finished(cardOf(page, made).nth(place));
    const [again, varied] = sent;
    expect(again).not.toHaveProperty("seed");
    expect(varied).toEqual({ ...again, seed: expect.any(Number) });

    const card = cardOf(page, made).first();
    const file = await saved(page, () => card.getByRole("button", { name: "Download all" }).click());
    expect(filesInZip(file.bytes)).toHaveLength(4);
    await card.getByRole("button", { name: "More actions" }).click();
    await page.getByRole("menuitem", { name: "Copy all links" }).click();
    await eventually(async () => (await copied(page)).split("\n").length).toBe(4);
  });
});

it("another browser with the same session sees what was made, without knowing the words", async () => {
  const page = await (await here.context()).newPage();
  await arriveWith(page, session);
  await page.getByRole("heading", { name: "Gallery" }).waitFor();
  await picturesIn(page).first().click();
  await largeView(page).getByText("Made elsewhere").first().waitFor();
  expect(await page.getByText(made).count()).toBe(0);
});
