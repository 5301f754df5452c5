/** The administrator's page in both languages and themes, at a desk and on a phone. */
import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import { accessibilityFaults } from "./support/accessible.ts";
import { answerAll, answerNothing } from "./support/admin-answers.ts";
import { adminKey } from "./support/admin-key.ts";
import { openAdmin, type Part, sendKey } from "./support/administrator.ts";
import { foreignTexts } from "./support/languages.ts";
import { phone, product } from "./support/product.ts";

const here = product();
const parts: Part[] = ["figures", "keys", "pool", "running", "letters"];
const looks = [
  ["English, light, at a desk", "en", {}],
  ["English, dark, on a phone", "en", { colorScheme: "dark", viewport: phone, isMobile: true, hasTouch: true }],
  ["Chinese, light, at a desk", "zh", { locale: "zh-CN" }],
  [
    "Chinese, dark, on a small phone",
    "zh",
    { locale: "zh-CN", colorScheme: "dark", viewport: { width: 320, height: 640 }, isMobile: true },
  ],
] as const;

const hints = { en: "Use official keys.", zh: "请使用官方密钥。" };
/** Names that the answers have. */
const own = ["newsletter bot", "us-…c3f9", "ark-ap-…ator", "sk-…Ab3x", "dreamina-4.5", "a91f03bc", "xx-"];

it.each(looks)("every part is accessible, in one language, and no wider than the window: %s", async (...look) => {
  const [, language, wishes] = look;
  const page = await openAdmin(here, "figures", wishes);
  const faults: string[] = [];
  const examine = async (state: string) => {
    for (const fault of await accessibilityFaults(page, "minor")) faults.push(`${state}: ${fault}`);
    for (const text of await foreignTexts(page, language, own)) faults.push(`${state}: in another language: ${text}`);
    if (await isTooWide(page)) faults.push(`${state}: the page scrolls sideways`);
  };
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

it.each([looks[0], looks[3]])(
  "every dialog is accessible, in one language, and no wider than the window: %s",
  async (...look) => {
    const [, language, wishes] = look;
    const page = await openAdmin(here, "keys", wishes);
    await answerAll(page, hints[language]);
    await sendKey(page, adminKey);
    const faults: string[] = [];
    const examine = async (state: string) => {
      for (const fault of await accessibilityFaults(page, "minor")) faults.push(`${state}: ${fault}`);
      for (const text of await foreignTexts(page, language, own)) faults.push(`${state}: in another language: ${text}`);
      if (await isTooWide(page)) faults.push(`${state}: the page scrolls sideways`);
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

const show = async (page: Page, part: Part): Promise<void> => {
  await page.locator(`.part-links a[href="#${part}"]`).click();
  await page.locator(`.part-links a[href="#${part}"][aria-current]`).waitFor();
};

const isTooWide = (page: Page): Promise<boolean> =>
  page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
