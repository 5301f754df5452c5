/** Checks that a page is in one language: every visible text, label and tooltip, without the typed texts. */
import type { Page } from "playwright-core";
import { hasEnglish } from "#test/support/latin-words.ts";

/**
 * The texts in the wrong language. Elements with a `lang` of another language are skipped.
 * @param own the typed texts.
 */
export async function foreignTexts(page: Page, language: "en" | "zh", own: readonly string[]): Promise<string[]> {
  const texts = (await page.evaluate(textsOf)).map((text) =>
    own.reduce((rest, one) => rest.replaceAll(one, " "), text),
  );
  const isForeign = language === "en" ? hasChinese : hasEnglish;
  return [...new Set(texts.filter(isForeign))];
}

const hasChinese = (text: string): boolean => /\p{Script=Han}/u.test(text);

/** Runs in the page. */
function textsOf(): string[] {
  const spoken = document.documentElement.lang;
  const isOwn = (element: Element | null) =>
    (element?.closest("[lang]")?.getAttribute("lang") ?? spoken) === spoken &&
    // Codes are names; scripts, styles and <noscript> are invisible.
    element?.closest("code, kbd, script, style, noscript") === null;
  const texts = [document.title];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    if (isOwn(node.parentElement)) texts.push(node.textContent ?? "");
  }
  for (const element of document.body.querySelectorAll("*")) {
    if (!isOwn(element)) continue;
    for (const name of ["aria-label", "aria-valuetext", "aria-description", "title", "alt", "placeholder"]) {
      texts.push(element.getAttribute(name) ?? "");
    }
  }
  return texts.map((text) => text.trim()).filter((text) => text !== "");
}
