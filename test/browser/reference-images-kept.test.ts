/** Reference images by URL, image mode without images, and files stored over a reload. */
import { beforeAll, expect, it } from "vitest";
import { eventually } from "./support/eventually.ts";
import { ask, cardOf, finished, imagesIn, largeView } from "./support/person.ts";
import { product } from "./support/product.ts";
import { choose, namesIn, referenceImages, type Sample } from "./support/reference-images.ts";

const here = product();
const { sample, visit, inputsOf } = referenceImages(here);

let cat: Sample;
let moon: Sample;

beforeAll(async () => {
  cat = await sample("cat.png", "320x240.png");
  moon = await sample("moon.jpg", "200x300.jpg");
});

it("Enter in the URL field adds the image or refuses other text, and never sends the form", async () => {
  const page = await visit("us-demo-us-link");
  await page.getByRole("radio", { name: "From images" }).check();
  const address = page.getByRole("textbox", { name: "Image address" });
  await address.fill("a cat, please");
  await page.keyboard.press("Enter");
  await page.getByRole("alert").filter({ hasText: "Enter an address that begins with http:// or https://." }).waitFor();
  await address.fill(`${here.simulator}/_samples/320x240.png`);
  await page.keyboard.press("Enter");
  await eventually(() => namesIn(page)).toEqual(["320x240.png"]);
  expect(await page.getByRole("article").count()).toBe(0);
  await finished(await ask(page, "the same by night"));
  expect(await inputsOf("the same by night")).toEqual([[cat.sha256]]);
});

it("the form in image mode without an image is not sent, and reports that one is missing", async () => {
  const page = await visit("us-demo-us-none");
  await page.getByRole("radio", { name: "From images" }).check();
  await page.getByRole("textbox", { name: "Prompt", exact: true }).fill("nothing to go by");
  await page.keyboard.press("Control+Enter");
  await page.getByRole("alert").filter({ hasText: "Add at least one reference image." }).waitFor();
  expect(await inputsOf("nothing to go by")).toEqual([]);
});

it("reference files outlive a reload, both in the form and in a task that is run again", async () => {
  const page = await visit("us-demo-us-again");
  await page.getByRole("radio", { name: "From images" }).check();
  await choose(page, /choose files/, [moon]);
  await finished(await ask(page, "a second moon"));
  await page.reload();
  await eventually(() => namesIn(page)).toEqual(["moon.jpg"]);
  await imagesIn(page).first().click();
  await largeView(page).getByRole("button", { name: "Run again" }).click();
  await page.keyboard.press("Escape");
  await finished(cardOf(page, "a second moon").first());
  expect(await inputsOf("a second moon")).toEqual([[moon.sha256], [moon.sha256]]);
});
