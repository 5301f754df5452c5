/** The page by keyboard alone: every step and its focus. */
import { describe, expect, it } from "vitest";
import { eventually } from "./support/eventually.ts";
import { saved } from "./support/files.ts";
import { focused, hasFocus, tabTo } from "./support/keyboard.ts";
import {
  addSession,
  cardOf,
  finished,
  imagesIn,
  largeView,
  openSessions,
  promptField,
  sendButton,
} from "./support/person.ts";
import { sizeOfPng, statedSize } from "./support/png.ts";
import { product } from "./support/product.ts";

const here = product();

describe("the keyboard", () => {
  it("every step works by keyboard alone, shows the focus, and returns it", async () => {
    const page = await here.open("/");
    await promptField(page).waitFor();
    const unseen: string[] = [];
    const reach = async (...steps: Parameters<typeof tabTo>) => unseen.push(...(await tabTo(...steps)));

    await reach(page, page.getByRole("link", { name: "Skip to the images" }));
    const sessions = page.getByRole("banner").getByRole("button", { name: "session" });
    await reach(page, sessions);
    await page.keyboard.press("Enter");
    const dialog = page.getByRole("dialog", { name: "Sessions and keys" });
    await dialog.waitFor();
    await reach(page, dialog.getByRole("textbox", { name: "One or more sessions or keys" }));
    await page.keyboard.type("us-demo-us-keys");
    await page.keyboard.press("Enter");
    await dialog.getByText("Works", { exact: true }).waitFor();
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "hidden" });
    await eventually(() => hasFocus(sessions)).toBe(true);

    await reach(page, promptField(page));
    await page.keyboard.type("a quiet harbour");
    await reach(page, page.getByRole("radio", { name: /^1:1/ }));
    await page.keyboard.press("ArrowRight");
    expect(await page.getByRole("radio", { name: /^4:3/ }).isChecked()).toBe(true);
    await reach(page, sendButton(page));
    await page.keyboard.press("Enter");
    const card = cardOf(page, "a quiet harbour");
    await finished(card);

    await reach(page, imagesIn(card).first());
    await page.keyboard.press("Enter");
    const view = largeView(page);
    await view.getByRole("img", { name: "Image 1: a quiet harbour" }).waitFor();
    await page.keyboard.press("ArrowRight");
    await view.getByRole("img", { name: "Image 2: a quiet harbour" }).waitFor();
    await reach(page, view.getByRole("button", { name: "Download", exact: true }));
    const file = await saved(page, () => page.keyboard.press("Enter"));
    expect(sizeOfPng(file.bytes)).toEqual(statedSize(await card.innerText()));
    await page.keyboard.press("Escape");
    await view.waitFor({ state: "hidden" });
    await eventually(() => focused(page)).toMatch(/Image \d of 4: a quiet harbour/);

    const more = card.getByRole("button", { name: "More actions" });
    await reach(page, more, "Shift+Tab");
    await page.keyboard.press("Enter");
    await page.getByRole("menuitem", { name: "Run again" }).and(page.locator(":focus")).waitFor();
    await page.keyboard.press("ArrowDown");
    expect(await hasFocus(page.getByRole("menuitem", { name: "Vary" }))).toBe(true);
    await page.keyboard.press("Escape");
    await page.getByRole("menu").waitFor({ state: "hidden" });
    await eventually(() => hasFocus(more)).toBe(true);
    expect(unseen, "had the focus unseen").toEqual([]);
  });

  it("a focus set while the sessions dialog closes stays and does not return to its button", async () => {
    const page = await here.open("/");
    const dialog = await openSessions(page);
    await dialog
      .getByRole("button", { name: "Close" })
      .first()
      .evaluate((button: HTMLElement) => button.click());
    // In the same task as the close, before the browser paints again.
    await page.evaluate(() => document.querySelector<HTMLElement>("#prompt")?.focus());
    await dialog.waitFor({ state: "hidden" });
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 250))));
    expect(await hasFocus(promptField(page))).toBe(true);
  });

  it("Ctrl and Enter in the prompt sends it, arrow keys bring it back, and ? lists the keys", async () => {
    const page = await here.open("/");
    await addSession(page, "us-demo-us-enter");
    await promptField(page).fill("first line");
    await page.keyboard.press("Enter");
    await page.keyboard.type("second line");
    await page.keyboard.press("Control+Enter");
    await finished(page.getByRole("article", { name: "first line second line" }));
    expect((await here.jobsWith("second line")).map(({ prompt }) => prompt)).toEqual(["first line\nsecond line"]);

    await promptField(page).fill("");
    await page.keyboard.press("ArrowUp");
    expect(await promptField(page).inputValue()).toBe("first line\nsecond line");
    await page.keyboard.press("ArrowDown");
    expect(await promptField(page).inputValue()).toBe("");
    await page.keyboard.type("?");
    expect(await promptField(page).inputValue()).toBe("?");
    const keys = page.getByRole("dialog", { name: "Keyboard shortcuts" });
    expect(await keys.isVisible()).toBe(false);
    const button = page.getByRole("contentinfo").getByRole("button", { name: "Keyboard shortcuts" });
    await button.focus();
    await page.keyboard.type("?");
    await keys.getByText("Earlier prompts").waitFor();
    await page.keyboard.press("Escape");
    await keys.waitFor({ state: "hidden" });
    await eventually(() => hasFocus(button)).toBe(true);
  });
});
