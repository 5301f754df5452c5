/** Finding images again, favourites, and deleting for good: one, and several. */
import { expect, it } from "vitest";
import { accessibilityFaults } from "./support/accessible.ts";
import { eventually } from "./support/eventually.ts";
import { choose } from "./support/large-view.ts";
import { arriveWith, ask, finished, imagesIn, largeView } from "./support/person.ts";
import { product } from "./support/product.ts";

const here = product();
const session = "us-demo-us-finding";
const headers = { authorization: `Bearer ${session}`, "content-type": "application/json" };

type Listed = {
  data: { status: string; images?: string[]; deleted_images?: number[]; request?: { prompt: string } }[];
};

const listed = async (): Promise<Listed["data"]> =>
  ((await (await fetch(`${here.url}/v1/images/tasks`, { headers })).json()) as Listed).data;

/** Made by another device. */
async function made(prompt: string, ratio: string): Promise<void> {
  const body = JSON.stringify({ prompt, ratio, resolution: "1k", n: 2 });
  await fetch(`${here.url}/v1/images/generations`, {
    method: "POST",
    headers: { ...headers, prefer: "wait=60" },
    body,
  });
}

it("images are found by their prompt and shape, kept as favourites, and deleted one by one and together", async () => {
  await Promise.all([made("a red fox in the snow", "16:9"), made("a lighthouse at night", "9:16")]);
  const page = await (await here.context()).newPage();
  await arriveWith(page, session);
  const search = page.getByRole("searchbox", { name: "Search prompts" });
  await eventually(() => imagesIn(page).count()).toBe(4);

  await search.fill("FOX snow");
  await page.getByText("1 result").waitFor();
  expect(await imagesIn(page).count()).toBe(2);
  await search.fill("");
  await page.getByRole("button", { name: "Filter", exact: true }).click();
  await page.getByRole("combobox", { name: "Shape" }).selectOption("Portrait");
  await page.getByText("1 result").waitFor();
  await imagesIn(page).first().click();
  await largeView(page).getByText("1 of 2", { exact: true }).waitFor();
  await largeView(page)
    .getByRole("button", { name: /^Favourite/ })
    .click();
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Show all" }).click();
  await page.getByRole("button", { name: "Favourites only" }).click();
  await page.getByText("Favourites are kept in this browser only.").waitFor();
  await eventually(() => imagesIn(page).count()).toBe(1);

  await imagesIn(page).first().click();
  await choose(page, largeView(page), "Delete this image for good");
  const confirm = page.getByRole("dialog", { name: "Delete for good?" });
  await confirm.getByText("1 image will be deleted from the server, for every device.").waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  await confirm.getByRole("button", { name: "Keep" }).click();
  expect((await listed()).map(({ images }) => images?.length)).toEqual([2, 2]);
  await choose(page, largeView(page), "Delete this image for good");
  await confirm.getByRole("button", { name: "Delete for good" }).click();
  await largeView(page).waitFor({ state: "hidden" });
  await page.getByText("Nothing found.").waitFor();
  await page.getByRole("button", { name: "Show all" }).click();
  await eventually(() => imagesIn(page).count()).toBe(3);
  expect((await listed()).flatMap(({ deleted_images }) => deleted_images ?? [])).toEqual([0]);

  const card = await ask(page, "an old harbour");
  await finished(card);
  await page.getByRole("button", { name: "Select", exact: true }).click();
  await page.getByRole("button", { name: "Select all shown" }).click();
  await page.getByText("7 selected").waitFor();
  await imagesIn(card).first().click();
  await page.getByText("6 selected").waitFor();
  await page.getByRole("toolbar").getByRole("button", { name: "Delete for good" }).click();
  await confirm.getByRole("button", { name: "Delete for good" }).click();
  await page.getByText("Deleted for good.", { exact: true }).waitFor();
  await eventually(() => imagesIn(page).count()).toBe(1);
  expect((await listed()).map(({ request, deleted_images }) => [request?.prompt, deleted_images])).toEqual([
    ["an old harbour", [1, 2, 3]],
  ]);

  const read = page.waitForResponse(/\/v1\/images\/tasks\?/);
  await page.reload();
  await (await read).finished();
  await eventually(() => imagesIn(page).count()).toBe(1);
  const stored = await page.evaluate(async () => {
    const open = indexedDB.open("dreamina");
    await new Promise((resolve) => open.addEventListener("success", resolve));
    const all = open.result.transaction("works").objectStore("works").getAll();
    await new Promise((resolve) => all.addEventListener("success", resolve));
    return JSON.stringify(all.result);
  });
  expect(stored).toContain("harbour");
  expect(stored).not.toMatch(/fox|lighthouse/);
});
