/** Made images used again: as a reference, run again, varied, or opened in another browser. */
import { describe, expect, it } from "vitest";
import { copiedBy } from "./support/clipboard.ts";
import { eventually } from "./support/eventually.ts";
import { filesInZip, saved } from "./support/files.ts";
import { choose, imagesMadeWith, made, tile } from "./support/large-view.ts";
import { arriveWith, ask, cardOf, finished, imagesIn, largeView, promptField } from "./support/person.ts";
import { product } from "./support/product.ts";

const here = product();
const session = "us-demo-us-going-on";
const { look } = imagesMadeWith(here, session);

describe("the next task", () => {
  it("an image becomes the reference of the next task, and Edit fills the form with the settings of its task", async () => {
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
    expect(await page.getByRole("radio", { name: "From text" }).isChecked()).toBe(true);
  });

  it("Run again repeats the settings and the seed, Vary takes another seed, and the new card keeps all its images", async () => {
    const { page, view } = await look(1);
    const sent: Record<string, unknown>[] = [];
    page.on("request", (request) => {
      if (request.method() === "POST" && request.url().endsWith("/generations")) sent.push(request.postDataJSON());
    });
    // It may have been stored before its terminal view was: then it still has a card.
    const before = await cardOf(page, made).count();
    await view.getByRole("button", { name: "Run again" }).click();
    await page.getByRole("status").filter({ hasText: "Started again with the same seed" }).waitFor();
    await view.getByRole("button", { name: "Vary" }).click();
    await page.getByRole("status").filter({ hasText: "Started with a new seed." }).waitFor();
    // The first task left its seed to the server, and its details tell the one that was drawn.
    await view.getByText(String(sent[0]?.seed), { exact: true }).waitFor();
    await page.keyboard.press("Escape");
    await eventually(() => cardOf(page, made).count()).toBe(before + 2);
    for (const place of [0, 1]) await finished(cardOf(page, made).nth(place));
    const [again, varied] = sent;
    expect(varied).toEqual({ ...again, seed: expect.any(Number) });
    expect(varied?.seed).not.toBe(again?.seed);

    const card = cardOf(page, made).first();
    const file = await saved(page, () => card.getByRole("button", { name: "Download all" }).click());
    expect(filesInZip(file.bytes)).toHaveLength(4);
    await card.getByRole("button", { name: "More actions" }).click();
    const links = await copiedBy(page, () => page.getByRole("menuitem", { name: "Copy all links" }).click());
    expect(links.split("\n")).toHaveLength(4);
  });
});

it("another browser with the same session shows the images with their prompt, and makes them again", async () => {
  const page = await (await here.context()).newPage();
  await arriveWith(page, session);
  await page.getByRole("heading", { name: "Gallery" }).waitFor();
  await imagesIn(page).first().click();
  await largeView(page).getByText(made).first().waitFor();
  const before = (await here.jobsWith(made)).length;
  await largeView(page).getByRole("button", { name: "Run again" }).click();
  await eventually(async () => (await here.jobsWith(made)).length).toBe(before + 1);
});
