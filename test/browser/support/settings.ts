/** Reads and fills the settings of the form. */
import type { Page } from "playwright-core";
import { promptField } from "./person.ts";

export const models = (page: Page) => page.getByRole("combobox", { name: "Model" });
const ratio = (page: Page, name: string) => page.getByRole("radio", { name: new RegExp(`^${name},`) });

/** All settings of the form. */
export async function settingsOf(page: Page) {
  const chosen = (group: string) => page.getByRole("group", { name: group, exact: true }).locator("input:checked");
  return {
    prompt: await promptField(page).inputValue(),
    model: await models(page).inputValue(),
    ratio: await chosen("Aspect ratio").getAttribute("aria-label"),
    resolution: await chosen("Resolution").evaluate((input) => input.closest("label")?.textContent),
    count: await chosen("Count").evaluate((input) => input.closest("label")?.textContent),
    negative: await page.getByRole("textbox", { name: "Negative prompt" }).inputValue(),
    detail: await page.getByRole("slider", { name: "Detail" }).inputValue(),
    seed: await page.getByRole("textbox", { name: "Seed" }).inputValue(),
  };
}

export const wished = {
  prompt: "a tall ship & two gulls",
  model: "dreamina-4.0",
  ratio: "9:16, 2304 by 4096 pixels",
  resolution: "4K",
  count: "2",
  negative: "people, text",
  detail: "0.8",
  seed: "4294967295",
};

export async function fillIn(page: Page): Promise<void> {
  await promptField(page).fill(wished.prompt);
  await models(page).selectOption(wished.model);
  await page.getByRole("radio", { name: wished.resolution, exact: true }).check();
  await ratio(page, "9:16").check();
  await page.getByRole("radio", { name: wished.count, exact: true }).check();
  await page.getByText("More settings", { exact: true }).click();
  await page.getByRole("textbox", { name: "Negative prompt" }).fill(wished.negative);
  await page.getByRole("slider", { name: "Detail" }).fill(wished.detail);
  await page.getByRole("textbox", { name: "Seed" }).fill(wished.seed);
}
