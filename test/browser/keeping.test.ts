/** Downloads, copies, removal and Undo of a task. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { copiedBy } from "./support/clipboard.ts";
import { eventually } from "./support/eventually.ts";
import { filesInZip, saved } from "./support/files.ts";
import { choose, imagesMadeWith, made, tile } from "./support/large-view.ts";
import { sizeOfPng } from "./support/png.ts";
import { product } from "./support/product.ts";

const here = product();
const { look } = imagesMadeWith(here, "us-demo-us-keeping");

describe("downloads, copies and removal", () => {
  it("all images of a task are downloaded as one ZIP file, each with the bytes that the server has", async () => {
    const { page, view } = await look(1);
    const file = await saved(page, () => choose(page, view, "Download all"));
    expect(file.name).toMatch(/^it-s-four-for-HOME-ls-[\d-]+\.zip$/);
    const files = filesInZip(file.bytes);
    expect(files.map(({ name }) => name.slice(-5))).toEqual(["1.png", "2.png", "3.png", "4.png"]);
    const link = await copiedBy(page, () => choose(page, view, "Copy link"));
    expect(link.startsWith(`${here.url}/images/`)).toBe(true);
    const first = Buffer.from(await (await fetch(link)).arrayBuffer());
    expect(files[0]?.bytes.equals(first)).toBe(true);
    for (const { bytes } of files) expect(sizeOfPng(bytes)).toEqual(sizeOfPng(first));
  });

  it("the prompt and a curl command can be and the command with a session makes a task", async () => {
    const { page, view } = await look(1);
    expect(await copiedBy(page, () => choose(page, view, "Copy prompt"))).toBe(made);
    const command = await copiedBy(page, () => choose(page, view, "Copy as curl command"));
    expect(command).toContain("YOUR_SESSION_OR_KEY");
    expect(command).not.toContain("demo-us-view");
    const { stdout } = await promisify(execFile)("sh", [
      "-c",
      command.replace("YOUR_SESSION_OR_KEY", "us-demo-us-shell"),
    ]);
    expect(JSON.parse(stdout)).toMatchObject({ object: "image.generation.task", status: "pending" });
    await eventually(async () => (await here.jobsWith(made)).map(({ session: one }) => one)).toContain("demo-us-shell");
  });

  it("a task removed from the page comes back by Undo, and otherwise stays away after a reload", async () => {
    const { page, view } = await look(1);
    await choose(page, view, "Hide on this page");
    await view.waitFor({ state: "hidden" });
    await tile(page, 1).waitFor({ state: "hidden" });
    await page.getByRole("button", { name: "Undo" }).click();
    await tile(page, 1).click();
    await choose(page, view, "Hide on this page");
    await tile(page, 1).waitFor({ state: "hidden" });
    const read = page.waitForResponse(/\/v1\/images\/tasks\?/);
    await page.reload();
    await (await read).finished();
    await page.getByRole("heading", { name: /Your images will appear here|Gallery/ }).waitFor();
    expect(await tile(page, 1).count()).toBe(0);
  });
});
