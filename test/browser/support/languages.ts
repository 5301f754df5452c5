/** Checks that a page is in one language: every visible text, label and tooltip, without the typed texts. */
import type { Page } from "playwright-core";

/** Latin words that Chinese texts use: names of companies, models, formats and keys, and web terms. */
const names =
  /^(Dreamina|BytePlus|ModelArk|Seedream|CapCut|Jimeng|Nano|Banana|NanoBanana|Pro|Flash|Aesthetic|Gemini|GPT|Image|Flare|Sunburst|Lib|XL|Lite|API|URL|Cookie|curl|JPEG|JPG|PNG|WebP|GIF|BMP|MB|MiB|KB|Ctrl|Enter|Firefox|Safari|Mac|sessionid|sessionid_ss|passport_csrf_token|store-idc|us|hk|jp|sg|sk|cn|ap|eu|ark|ark-cn|ark-ap|ark-eu|https?|console\.volcengine\.com|console\.byteplus\.com|dreamina\.capcut\.com|jimeng\.jianying\.com)$/i;

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

const hasEnglish = (text: string): boolean =>
  (text.match(/[A-Za-z][A-Za-z._-]+[A-Za-z]|[A-Za-z]{2,}/g) ?? []).some((word) => !names.test(word));

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
