/** The dialogs of the administrator's page, in both languages, at a desk and on a small phone. */
import { expect, it } from "vitest";
import { answerAll } from "./support/admin-answers.ts";
import { adminKey } from "./support/admin-key.ts";
import { faultsIn, hints, looks, show } from "./support/admin-looks.ts";
import { openAdmin, sendKey } from "./support/administrator.ts";
import { product } from "./support/product.ts";

const here = product();

it.each([looks[0], looks[3]])(
  "every dialog is accessible, in one language, and no wider than the window: %s",
  async (...look) => {
    const [, language, wishes] = look;
    const page = await openAdmin(here, "keys", wishes);
    await answerAll(page, hints[language]);
    await sendKey(page, adminKey);
    const faults: string[] = [];
    const examine = async (state: string) => {
      faults.push(...(await faultsIn(page, language, state)));
      await page.keyboard.press("Escape");
      await page.getByRole("dialog").waitFor({ state: "hidden" });
    };
    const choose = async (place: "first" | "last") => {
      await page.locator(".entry .menu > button").first().click();
      await page.getByRole("menuitem")[place]().click();
    };
    await page.locator(".entry").first().waitFor();
    await page.locator(".part-actions .button").click();
    await page.getByRole("dialog").getByRole("radio").nth(1).check();
    await page.getByRole("checkbox", { name: "dreamina-4.5" }).waitFor();
    await page.locator(".form-end .button.main").click();
    await examine("making a key");
    await choose("first");
    await examine("changing a key");
    await choose("last");
    await examine("deleting a key");

    await show(page, "pool");
    await page.locator(".entry").first().waitFor();
    await page.locator(".part-actions .button").click();
    await page.locator("textarea").fill("xx-0123456789abcdef0123456789abcdef");
    await page.locator(".form-end .button.main").click();
    await page.locator(".form-end .problem").waitFor();
    await page.locator("textarea").fill("");
    await examine("adding to the pool");
    await choose("first");
    await examine("naming a credential");
    await choose("last");
    await examine("removing a credential");
    expect(faults).toEqual([]);
  },
);
