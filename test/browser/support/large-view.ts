/** The large view on images that were made before the tests, in a browser of their own. */
import type { Locator, Page } from "playwright-core";
import { beforeAll } from "vitest";
import { arriveWith, ask, finished, largeView } from "./person.ts";
import type { Product, Wishes } from "./product.ts";

/** Prompt of the images in the gallery. Its quotes and $ must not be expanded by a shell. */
export const made = 'it\'s "four" for $HOME & `ls`';

/** Registers the hook that makes four images with the session; once, at the top of a test file. */
export function imagesMadeWith(here: Product, session: string) {
  /** The storage of the browser that made the images. */
  let storageState: Wishes["storageState"];

  beforeAll(async () => {
    const context = await here.context();
    const page = await context.newPage();
    await arriveWith(page, session);
    await finished(await ask(page, made));
    storageState = await context.storageState({ indexedDB: true });
  });

  return {
    /** Opens the large view in a browser with that storage. */
    async look(place: number): Promise<{ page: Page; view: Locator }> {
      const page = await here.open("/", {
        storageState: storageState,
        permissions: ["clipboard-read", "clipboard-write"],
      });
      await tile(page, place).click();
      const view = largeView(page);
      await shown(view, place).waitFor();
      return { page, view };
    },
  };
}

export const tile = (page: Page, place: number): Locator =>
  page.getByRole("button", { name: `Image ${place} of 4: ${made}`, exact: true }).first();

export const shown = (view: Locator, place: number): Locator =>
  view.getByRole("img", { name: `Image ${place}: ${made}`, exact: true });

/** Chooses an item of the large view's menu. */
export async function choose(page: Page, view: Locator, item: string): Promise<void> {
  await view.getByRole("button", { name: "More actions" }).click();
  await page.getByRole("menuitem", { name: item, exact: true }).click();
}
