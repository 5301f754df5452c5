/** The administrator's page in both languages and themes, at a desk and on a phone. */
import { expect, it } from "vitest";
import { answerAll, answerNothing } from "./support/admin-answers.ts";
import { adminKey } from "./support/admin-key.ts";
import { faultsIn, hints, looks, show } from "./support/admin-looks.ts";
import { openAdmin, type Part, sendKey } from "./support/administrator.ts";
import { product } from "./support/product.ts";

const here = product();
const parts: Part[] = ["figures", "keys", "pool", "running", "letters"];

it.each(looks)("every part is accessible, in one language, and no wider than the window: %s", async (...look) => {
  const [, language, wishes] = look;
  const page = await openAdmin(here, "figures", wishes);
  const faults: string[] = [];
  const examine = async (state: string) => void faults.push(...(await faultsIn(page, language, state)));
  await page.locator("input[type=password]").waitFor();
  await examine("signing in");
  await sendKey(page, "adm-wrong");
  await page.locator(".sign-in .banner").waitFor();
  await examine("a wrong key");

  await answerAll(page, hints[language]);
  await sendKey(page, adminKey);
  for (const part of parts) {
    await show(page, part);
    await page.locator(".entry, .chart").first().waitFor();
    await examine(part);
  }
  await answerNothing(page);
  for (const part of parts) {
    await show(page, part);
    await page.locator(".empty-part").first().waitFor();
    await examine(`${part}, empty`);
  }
  expect(faults).toEqual([]);
});

it("the link at the beginning of the page leads past the header, and the part stays", async () => {
  const page = await openAdmin(here, "keys");
  await answerAll(page, hints.en);
  await sendKey(page, adminKey);
  await page.locator(".entry").first().waitFor();
  await page.getByRole("link", { name: "Skip to the content" }).focus();
  await page.keyboard.press("Enter");
  expect(await page.locator("main").evaluate((main) => main === document.activeElement)).toBe(true);
  await page.waitForURL("**/admin/#keys");
  await page.keyboard.press("Tab");
  expect(await page.evaluate(() => document.activeElement?.textContent)).toBe("Figures");
});
