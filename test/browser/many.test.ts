/** Several prompts at once: counted before, sent and paid once, followed, retried and cancelled on one card. */
import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import { accessibilityFaults } from "./support/accessible.ts";
import { eventually } from "./support/eventually.ts";
import { brokenOff } from "./support/faults.ts";
import { dropFiles } from "./support/gestures.ts";
import { imagesIn, largeView, promptField } from "./support/person.ts";
import { phone, product } from "./support/product.ts";
import { referenceImages } from "./support/reference-images.ts";

const here = product();
const { sample, visit, inputsOf } = referenceImages(here);

/** The cards of batches, by their first prompt. */
const batchCard = (page: Page, first: RegExp) => page.getByRole("article", { name: first });

/** Fills in prompts as lines, one image of each. */
async function fillMany(page: Page, text: string): Promise<void> {
  await promptField(page).fill(text);
  await page.getByText("Several prompts, one a line").click();
  await page.getByRole("radio", { name: "1", exact: true }).check();
}

const text = `# harbours and cars
a many-car {red|blue|green} {car|boat} at night
a many-lighthouse {at dawn|in fog}

a many-harbour {1|2|3}
a many-market sim:failed`;

it("12 prompts are counted before, made and paid once over a reload, and the failed one is named and retried", async () => {
  const page = await here.visit("us-demo-us-many", { expecting: [brokenOff] });
  await fillMany(page, text);
  await page.getByText("12 prompts × 1 image = 12 images").waitFor();
  await page.getByText(/^about \d+ credits$/).waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);

  const taken = Promise.withResolvers<void>();
  await page.route(
    "**/v1/images/batches",
    async (route) => {
      await route.fetch();
      taken.resolve();
    },
    { times: 1 },
  );
  await page.getByRole("button", { name: "Make 12 images" }).click();
  await taken.promise;
  await page.reload();
  const card = batchCard(page, /^a many-car red car at night · /);
  await card.getByText(/^11 of 12 ready · 1 failed/).waitFor();
  expect(await page.getByRole("article").count()).toBe(1);
  await eventually(() => card.getByRole("button", { name: /^Image: / }).count()).toBe(11);
  await eventually(() => imagesIn(page).count()).toBe(11);
  expect(await here.jobsWith("a many-")).toHaveLength(12);
  expect(new Set((await here.jobsWith("a many-")).map(({ prompt }) => prompt)).size).toBe(12);

  await card.getByText("1 prompt failed").click();
  await card.getByText("12. a many-market sim:failed").waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  await card.getByRole("button", { name: "Retry 1 failed" }).click();
  await eventually(() => here.jobsWith("a many-market")).toHaveLength(2);
  await card.getByText(/^11 of 12 ready · 1 failed · /).waitFor();
  await card.and(page.locator("[aria-busy=false]")).waitFor();
  expect(await here.jobsWith("a many-")).toHaveLength(13);

  await card.getByRole("button", { name: "Image: a many-car red car at night" }).click();
  await largeView(page).getByText("1 of 11", { exact: true }).waitFor();
  await page.keyboard.press("Escape");
  await card.getByRole("button", { name: "More actions" }).click();
  const download = page.waitForEvent("download");
  await page.getByRole("menuitem", { name: "Results as a table" }).click();
  expect((await download).suggestedFilename()).toMatch(/^dreamina-\d{8}-\d{6}\.csv$/);

  const other = await here.visit("us-demo-us-many", { viewport: phone, isMobile: true, hasTouch: true });
  await batchCard(other, /^a many-car red car at night · .* \+9$/).waitFor();
  await eventually(() => imagesIn(other).count()).toBe(11);
});

it("a faulty line is named before anything is sent, and a batch is paused, goes on, and is cancelled", async () => {
  const page = await here.visit("us-demo-us-many-full");
  await fillMany(page, `a tall tree\n${"x".repeat(8_001)}`);
  await page.getByText("Line 2 is too long: 8,001 characters, at most 8,000.").waitFor();
  await promptField(page).fill(`a {tall|small} {${Array.from({ length: 501 }, (_, index) => index).join("|")}}`);
  await page.getByText("1,002 prompts; at most 1,000 at once.").waitFor();
  await page.locator("button.send").click();
  expect(await page.getByRole("article").count()).toBe(0);

  await promptField(page).fill("a {tall|small|crooked} waiting tree");
  await page.getByRole("button", { name: "Make 3 images" }).click();
  const card = batchCard(page, /^a tall waiting tree · /);
  await card.getByRole("button", { name: "Pause" }).click();
  await card.getByText(/^Paused · 0 of 3 ready/).waitFor();
  await card.getByRole("button", { name: "Continue" }).click();
  await card.getByRole("button", { name: "Pause" }).waitFor();
  await card.getByRole("button", { name: "More actions" }).click();
  await page.getByRole("menuitem", { name: "Cancel the rest" }).click();
  await card.getByText(/^Cancelled · 0 of 3 ready · .*3 cancelled/).waitFor();
  expect(await here.jobsWith("waiting tree")).toEqual([]);

  await card.getByRole("button", { name: "More actions" }).click();
  await page.getByRole("menuitem", { name: "Hide this list" }).click();
  await card.waitFor({ state: "hidden" });
  const listed = page.waitForResponse(/\/v1\/images\/batches\?/);
  await page.reload();
  expect(((await (await listed).json()) as { data: unknown[] }).data).toHaveLength(1);
  expect(await page.getByRole("article").count()).toBe(0);
});

it("a reference file goes with each prompt, byte for byte", async () => {
  const cat = await sample("cat.png", "320x240.png");
  const page = await visit("us-demo-us-many-files");
  await dropFiles(page, [cat.file], () => page.getByText("Drop to add as reference images").waitFor());
  await fillMany(page, "the cat of all lines {asleep|awake}");
  await page.getByRole("button", { name: "Make 2 images" }).click();
  await batchCard(page, /^the cat of all lines asleep · /)
    .getByText(/^2 of 2 ready/)
    .waitFor();
  expect(await inputsOf("the cat of all lines")).toEqual([[cat.sha256], [cat.sha256]]);
});
