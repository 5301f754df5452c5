/** The steps of the administrator. */
import type { Locator, Page } from "playwright-core";
import { adminKey } from "./admin-key.ts";
import type { Product, Wishes } from "./product.ts";

/** The browser writes an answer of 401 on the console: that of a page that is not signed in. */
const notSignedIn = /status of 401/;

/** The hashes of the parts, and their names. */
const parts = {
  figures: "Figures",
  keys: "API keys",
  pool: "Pool",
  running: "Under way",
  letters: "Dead letters",
};
export type Part = keyof typeof parts;

/** Opens the administrator's page. */
export const openAdmin = (here: Product, part: Part, { expecting = [], ...wishes }: Wishes = {}): Promise<Page> =>
  here.open(`/admin#${part}`, { ...wishes, expecting: [notSignedIn, ...expecting] });

/** Types a key and sends it. */
export async function sendKey(page: Page, key: string): Promise<void> {
  await page.locator("input[type=password]").fill(key);
  await page.keyboard.press("Enter");
}

export const partOf = (page: Page, part: Part): Locator => page.getByRole("region", { name: parts[part] });

/** Opens the page and signs in. */
export async function asAdmin(here: Product, part: Part, wishes?: Wishes): Promise<Page> {
  const page = await openAdmin(here, part, wishes);
  await sendKey(page, adminKey);
  await page.locator(".part").waitFor();
  return page;
}

/** A row of a list, by a part of its text. */
export const entryOf = (page: Page, text: string): Locator => page.locator(".entry").filter({ hasText: text });

export async function chooseAction(page: Page, entry: string, action: string): Promise<void> {
  await page.getByRole("button", { name: `Actions for ${entry}` }).click();
  await page.getByRole("menuitem", { name: action }).click();
}

/** Calls the API as a program of the administrator. */
export async function adminCall<T>(here: Product, path: string, json?: unknown, method = "POST"): Promise<T> {
  const answer = await fetch(`${here.url}/v1/admin${path}`, {
    method,
    headers: { authorization: `Bearer ${adminKey}`, "content-type": "application/json" },
    body: json === undefined ? undefined : JSON.stringify(json),
  });
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as T;
}
