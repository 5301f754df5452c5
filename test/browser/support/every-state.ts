/**
 * States of the page by concept: accessible in both themes, and in one language only, in English at a desk and in Chinese
 * on a phone. Tasks, batches and sessions are there before the page opens, because a visit by clicks takes long.
 */
import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import { accessibilityFaults } from "./accessible.ts";
import { foreignTexts } from "./languages.ts";
import { arriveWith, type Spoken, spoken } from "./person.ts";
import { type Product, phone, product, type Wishes } from "./product.ts";

type Language = "en" | "zh";

const looks: [Language, string, Wishes][] = [
  ["en", "English, at a desk", {}],
  ["zh", "Chinese, on a phone", { locale: "zh-CN", viewport: phone, isMobile: true, hasTouch: true }],
];

export type States = {
  here: Product;
  say: Spoken;
  /** The text of the page's language. */
  pick: (english: string, chinese: string) => string;
  /** A session of this concept and language alone. @param words of the simulator's scenarios */
  session: (words?: string) => string;
  /** Opens the page with these sessions stored. */
  visit: (sessions: string[], wishes?: Wishes) => Promise<Page>;
  /** Sends a request to the API. @returns the id of the answer. @throws unless it is accepted. */
  post: (path: string, session: string, body?: unknown) => Promise<string>;
  /** Notes the faults of the state in both themes. @param own the typed texts */
  examine: (page: Page, state: string, own?: readonly string[]) => Promise<void>;
};

/** Registers the tests. @param name of sessions, in small letters */
export function everyState(concept: string, name: string, visit: (states: States) => Promise<void>): void {
  const here = product();
  it.each(looks)(`${concept} are accessible in both themes, and in one language only (%s, %s)`, async (...look) => {
    const faults: string[] = [];
    await visit(statesOf(here, name, look, faults));
    expect(faults).toEqual([]);
  });
}

function statesOf(here: Product, name: string, [language, , look]: (typeof looks)[number], faults: string[]): States {
  const sessions: string[] = [];
  return {
    here,
    say: spoken[language],
    pick: (english, chinese) => (language === "en" ? english : chinese),
    session: (words = "plain") => `us-demo-us-states-${name}-${language}-${words}`,
    visit: async (stored, wishes) => {
      sessions.push(...stored);
      const context = await here.context({ ...look, ...wishes });
      await context.addInitScript(standStill);
      const page = await context.newPage();
      await arriveWith(page, stored.join(","));
      return page;
    },
    post: async (path, session, body = {}) => {
      const headers = {
        authorization: `Bearer ${session}`,
        "content-type": "application/json",
        prefer: "respond-async",
      };
      const answer = await fetch(here.url + path, { method: "POST", headers, body: JSON.stringify(body) });
      if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
      return ((await answer.json()) as { id: string }).id;
    },
    examine: async (page, state, own = []) => {
      for (const fault of await accessibilityFaults(page)) faults.push(`${state}: ${fault}`);
      for (const text of await foreignTexts(page, language, [...own, ...sessions])) {
        faults.push(`${state}: in another language: ${text}`);
      }
      await page.emulateMedia({ colorScheme: "dark" });
      for (const fault of await accessibilityFaults(page, "serious", "color-contrast")) {
        faults.push(`${state}, dark: ${fault}`);
      }
      await page.emulateMedia({ colorScheme: "light" });
    },
  };
}

/** Runs in the page. Colours in the middle of a transition are no state. */
function standStill(): void {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync("*, ::before, ::after, ::backdrop { transition: none !important; animation: none !important; }");
  document.adoptedStyleSheets.push(sheet);
}
