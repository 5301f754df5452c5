/** The large view: moving about in it, and keeping its pictures. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { Locator } from "playwright-core";
import { describe, expect, it } from "vitest";
import { eventually } from "./support/eventually.ts";
import { filesInZip, saved } from "./support/files.ts";
import { choose, copied, made, picturesMadeWith, shown, tile } from "./support/large-view.ts";
import { picturesIn } from "./support/person.ts";
import { sizeOfPng } from "./support/png.ts";
import { product } from "./support/product.ts";

const here = product();
const { look } = picturesMadeWith(here, "us-demo-us-view");

describe("movement", () => {
  it("arrows lead through the pictures, Escape and the back button close the large view, the focus goes back", async () => {
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

  it("the last picture in the large view has no next one, and the first has none before it", async () => {
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

  it("a picture is enlarged by key, wheel, double click and button, and goes back to its whole", async () => {
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

describe("downloads, copies and removal", () => {
  it("all pictures of a work are downloaded as one ZIP file, each with the bytes that the server has", async () => {
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

  it("the prompt and a curl command can be copied, and the command makes a task once a session is put in", async () => {
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

  it("a work removed from the page comes back by Undo, and otherwise stays away after a reload", async () => {
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
