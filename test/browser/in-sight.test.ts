/** What opens is seen: fields, guides and menus, also in low windows and behind what sticks to an edge. */
import type { Locator } from "playwright-core";
import { describe, expect, it } from "vitest";
import { eventually } from "./support/eventually.ts";
import { dropFiles } from "./support/gestures.ts";
import { ask, cardOf, finished, openSessions, promptField } from "./support/person.ts";
import { phone, product, type Wishes } from "./support/product.ts";
import { referenceImages } from "./support/reference-images.ts";

const here = product();
const { sample } = referenceImages(here);

const touch = { hasTouch: true, isMobile: true };
const windows: [title: string, wishes: Wishes][] = [
  ["1440×900", { viewport: { width: 1440, height: 900 } }],
  ["1280×720", { viewport: { width: 1280, height: 720 } }],
  ["a phone", { viewport: phone, ...touch }],
  ["a low phone", { viewport: { width: 390, height: 664 }, ...touch }],
];

/** Runs in the page. Whether an element is in the window from edge to edge with nothing over it. */
function isSeen(element: Element): boolean {
  const { left, right, top, bottom } = element.getBoundingClientRect();
  const inset = 2;
  const [x, y] = [(left + right) / 2, (top + bottom) / 2];
  // Not the corners, which are round.
  const points = [
    [x, top + inset],
    [x, bottom - inset],
    [left + inset, y],
    [right - inset, y],
  ] as const;
  return points.every(([x, y]) => {
    const there = document.elementFromPoint(x, y);
    return there !== null && element.contains(there);
  });
}

const seen = (place: Locator): Promise<boolean> => place.evaluate(isSeen);

describe("what a press opens", () => {
  it.each(windows)("More settings opens its fields in sight: %s", async (_title, wishes) => {
    const page = await here.open("/", wishes);
    await promptField(page).waitFor();
    await page.getByText("More settings", { exact: true }).click();
    for (const field of [
      page.getByRole("slider", { name: "Detail" }),
      page.getByRole("textbox", { name: "Negative prompt" }),
      page.getByRole("textbox", { name: "Seed" }),
    ]) {
      await eventually(() => seen(field), (await field.getAttribute("id")) ?? "").toBe(true);
    }
  });

  it.each(windows)("a guide of the sessions dialog opens in sight, below the title: %s", async (_title, wishes) => {
    const page = await here.visit("us-demo-us-guide-in-sight", wishes);
    const dialog = await openSessions(page);
    for (const [line, first] of [
      [
        "Where do I find my session?",
        dialog
          .getByRole("listitem")
          .filter({ hasText: "computer" })
          .or(dialog.getByRole("listitem").filter({ hasText: "Log in on the site" }))
          .first(),
      ],
      ["Where do I get an official key?", dialog.getByRole("listitem").filter({ hasText: "Open the console" })],
    ] as const) {
      await dialog.getByText(line, { exact: true }).click();
      await eventually(() => seen(first), line).toBe(true);
      expect(await seen(dialog.getByRole("heading", { name: "Sessions and keys" }))).toBe(true);
    }
  });

  it("a form that is longer than the window shows that it goes on, until its end is in sight", async () => {
    const page = await here.open("/", { viewport: { width: 1280, height: 720 } });
    await promptField(page).waitFor();
    const fields = page.locator(".compose-fields");
    const box = await fields.boundingBox();
    if (box === null) throw new Error("The form is not to be seen.");
    // Beside the fields, over the foot.
    const clip = { x: box.x + 4, y: box.y + box.height - 6, width: 8, height: 6 };
    const before = await page.screenshot({ clip });
    await fields.evaluate((element) => element.scrollTo({ top: element.scrollHeight }));
    await eventually(async () => (await page.screenshot({ clip })).equals(before)).toBe(false);
  });

  it("images that are dropped are seen in the form, however far it is scrolled", async () => {
    const page = await here.open("/", { viewport: { width: 1280, height: 720 } });
    await page.getByText("More settings", { exact: true }).click();
    const seed = page.getByRole("textbox", { name: "Seed" });
    await eventually(() => seen(seed)).toBe(true);
    const moon = await sample("moon.jpg", "200x300.jpg");
    await dropFiles(page, [moon.file], () => page.getByText("Drop to add as reference images").waitFor());
    const image = page.getByRole("img", { name: "Reference image 1: moon.jpg" });
    await image.waitFor();
    await eventually(() => seen(image)).toBe(true);
  });

  it("a menu is inside of the window, also of one lower than the menu", async () => {
    const page = await here.visit("us-demo-us-low", { viewport: { width: 667, height: 300 } });
    await finished(await ask(page, "a low door"));
    await cardOf(page, "a low door").getByRole("button", { name: "More actions" }).click();
    const menu = page.getByRole("menu");
    await menu.waitFor();
    await eventually(() => seen(menu)).toBe(true);
    await page.keyboard.press("End");
    await eventually(() => seen(page.getByRole("menuitem", { name: "Delete all 4 images for good" }))).toBe(true);
  });

  it("settings left open are open at the next visit, which begins at the top", async () => {
    const page = await here.open("/", { viewport: phone, ...touch });
    await page.getByText("More settings", { exact: true }).click();
    await page.getByRole("slider", { name: "Detail" }).waitFor();
    const next = await page.context().newPage();
    await next.goto("/");
    await next.getByRole("slider", { name: "Detail" }).waitFor();
    await next.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
    expect(await next.evaluate(() => scrollY)).toBe(0);
  });
});
