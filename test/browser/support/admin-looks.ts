/** How the administrator's page is looked at: in both languages and themes, at a desk and on phones. */
import type { Page } from "playwright-core";
import { accessibilityFaults } from "./accessible.ts";
import type { Part } from "./administrator.ts";
import { foreignTexts } from "./languages.ts";
import { phone } from "./product.ts";

export const looks = [
  ["English, light, at a desk", "en", {}],
  ["English, dark, on a phone", "en", { colorScheme: "dark", viewport: phone, isMobile: true, hasTouch: true }],
  ["Chinese, light, at a desk", "zh", { locale: "zh-CN" }],
  [
    "Chinese, dark, on a small phone",
    "zh",
    { locale: "zh-CN", colorScheme: "dark", viewport: { width: 320, height: 640 }, isMobile: true },
  ],
] as const;

export const hints = { en: "Use official keys.", zh: "请使用官方密钥。" };
/** Names that the answers have. */
const own = ["newsletter bot", "us-…c3f9", "ark-ap-…ator", "sk-…Ab3x", "dreamina-4.5", "a91f03bc", "xx-"];

/** The faults of the page as it is. @param state for people. */
export async function faultsIn(page: Page, language: "en" | "zh", state: string): Promise<string[]> {
  const foreign = await foreignTexts(page, language, own);
  return [
    ...(await accessibilityFaults(page, "minor")),
    ...foreign.map((text) => `in another language: ${text}`),
    ...((await isTooWide(page)) ? ["the page scrolls sideways"] : []),
  ].map((fault) => `${state}: ${fault}`);
}

export const show = async (page: Page, part: Part): Promise<void> => {
  await page.locator(`.part-links a[href="#${part}"]`).click();
  await page.locator(`.part-links a[href="#${part}"][aria-current]`).waitFor();
};

const isTooWide = (page: Page): Promise<boolean> =>
  page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
