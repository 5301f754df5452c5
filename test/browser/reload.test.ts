/** Reloads, interrupted answers and images: nothing is submitted twice. */
import { describe, expect, it } from "vitest";
import { eventually } from "./support/eventually.ts";
import { brokenOff } from "./support/faults.ts";
import { ask, cardOf, finished, imagesIn, promptField, sendButton } from "./support/person.ts";
import { product } from "./support/product.ts";

const here = product();

it("an image that failed to load can be loaded again, and only one that the server lacks is shown as unavailable", async () => {
  const page = await here.visit("us-demo-us-unloaded", { expecting: [brokenOff, /404/] });
  await page.route("**/images/*/0.png", (route) => route.abort("connectionreset"), { times: 1 });
  await page.route("**/images/*/1.png", (route) => route.fulfill({ status: 404 }));
  const card = await ask(page, "hard to load");
  // Image 2 has the same label until the server has answered that it lacks it.
  const unloaded = card.getByRole("button", { name: /^Image 1 of 4.*Could not be loaded\. Press to try again\./ });
  await unloaded.click();
  await card.getByText("No longer available").waitFor();
  await unloaded.waitFor({ state: "hidden" });
  await eventually(() => imagesIn(card).count()).toBe(3);
});

describe("a reload", () => {
  it("a task continues over a reload of the page and is not submitted twice", async () => {
    const page = await here.visit("us-demo-us-reload");
    const card = await ask(page, "a long way sim:slow");
    await eventually(() => here.jobsWith("a long way")).toHaveLength(1);
    await page.reload();
    await card.getByRole("progressbar").waitFor();
    await page.reload();
    await finished(card);
    expect(await here.jobsWith("a long way")).toHaveLength(1);
    expect(await page.getByRole("article").count()).toBe(1);
  });

  it("a reload during a submit does not submit the task twice", async () => {
    const page = await here.visit("us-demo-us-lost", { expecting: [brokenOff] });
    const taken = Promise.withResolvers<void>();
    await page.route(
      "**/v1/images/generations",
      async (route) => {
        await route.fetch();
        taken.resolve();
      },
      { times: 1 },
    );
    await promptField(page).fill("an answer that is lost");
    await sendButton(page).click();
    await taken.promise;
    await page.reload();
    await finished(cardOf(page, "an answer that is lost"));
    expect(await page.getByRole("article").count()).toBe(1);
    expect(await here.jobsWith("an answer that is lost")).toHaveLength(1);
  });
});

it("a submit whose answer breaks off leaves a card that can be sent again for the same task", async () => {
  const page = await here.visit("us-demo-us-broken", { expecting: [brokenOff] });
  await page.route(
    "**/v1/images/generations",
    async (route) => {
      await route.fetch();
      await route.abort("connectionreset");
    },
    { times: 1 },
  );
  const card = await ask(page, "twice asked");
  await card.getByText("The server cannot be reached.").waitFor();
  await card.getByRole("button", { name: "Try again" }).click();
  await finished(card);
  expect(await page.getByRole("article").count()).toBe(1);
  expect(await here.jobsWith("twice asked")).toHaveLength(1);
});
