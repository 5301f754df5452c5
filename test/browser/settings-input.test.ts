/** The form's settings as they are filled in: replaced, cleared, offered, refused; and whatever is typed stays text. */
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { eventually } from "./support/eventually.ts";
import {
  addSession,
  ask,
  cardOf,
  finished,
  largeView,
  openSessions,
  picturesIn,
  promptField,
  sendButton,
} from "./support/person.ts";
import { product } from "./support/product.ts";
import { fillIn, models, settingsOf } from "./support/settings.ts";

const here = product();

describe("settings", () => {
  it("the images of a settings link replace earlier reference images, also after a reload", async () => {
    const page = await here.open("/");
    const images = () => page.getByRole("img", { name: /^Reference image/ });
    const names = async () => {
      await page.reload();
      await promptField(page).waitFor();
      return images().evaluateAll((all) => all.map((image) => image.getAttribute("aria-label")));
    };
    await page.getByRole("radio", { name: "From images" }).check();
    await page.getByRole("textbox", { name: "Address of a picture" }).fill("https://example.com/old.png");
    await page.keyboard.press("Enter");
    await images().waitFor();
    await page.goto("about:blank");
    await page.goto(`${here.url}/#image=https://example.com/new.png`);
    await images().waitFor();
    await eventually(names).toEqual(["Reference image 1: new.png"]);
    expect(await names()).toEqual(["Reference image 1: new.png"]);
  });

  it("Start afresh clears all settings and their errors, and Undo brings the settings back", async () => {
    const page = await here.open("/");
    await fillIn(page);
    const before = await settingsOf(page);
    await page.getByRole("button", { name: "More about these settings" }).click();
    await page.getByRole("menuitem", { name: "Start afresh" }).click();
    await eventually(() => promptField(page).inputValue()).toBe("");
    await page.getByRole("button", { name: "Undo" }).click();
    await eventually(() => settingsOf(page)).toEqual(before);
    const seed = page.getByRole("textbox", { name: "Seed" });
    await seed.fill("no number");
    await page.getByRole("alert").filter({ hasText: "A whole number" }).waitFor();
    await page.getByRole("button", { name: "More about these settings" }).click();
    await page.getByRole("menuitem", { name: "Start afresh" }).click();
    await eventually(() => seed.inputValue()).toBe("");
    expect(await page.getByRole("alert").filter({ hasText: "A whole number" }).count()).toBe(0);
  });

  it("models and options that no session can use are not offered", async () => {
    const page = await here.open("/");
    await eventually(() => models(page).getByRole("option").count()).toBeGreaterThan(15);
    await addSession(page, "us-demo-us-offers");
    const values = () =>
      models(page)
        .getByRole("option")
        .evaluateAll((options) => options.map((option) => (option as HTMLOptionElement).value));
    await eventually(values).not.toContain("dreamina-xl-pro");
    expect(await values()).toContain("dreamina-gpt-image-2");
    await models(page).selectOption("nanobanana");
    expect(await page.getByRole("group", { name: "Shape" }).getByRole("radio").count()).toBe(1);
    expect(await page.getByRole("group", { name: "Resolution" }).getByRole("radio").count()).toBe(1);
    await models(page).selectOption("dreamina-3.0");
    expect(await page.getByRole("group", { name: "How many" }).getByRole("radio").count()).toBe(4);
  });

  it("a seed out of range and a prompt that is too long are refused beside their fields, and nothing is sent", async () => {
    const page = await here.open("/");
    await addSession(page, "us-demo-us-range");
    await page.getByText("More settings", { exact: true }).click();
    const seed = page.getByRole("textbox", { name: "Seed" });
    await seed.fill("4294967296");
    await page.getByRole("alert").filter({ hasText: "A whole number from 0 to 4,294,967,295." }).waitFor();
    await promptField(page).fill("x".repeat(8_001));
    await page.getByRole("alert").filter({ hasText: "Too long: 8,000 characters are the most." }).waitFor();
    await sendButton(page).click();
    await promptField(page).fill("x");
    await sendButton(page).click();
    expect(await page.getByRole("article").count()).toBe(0);
    await seed.fill("7");
    await sendButton(page).click();
    await cardOf(page, "x").waitFor();
  });
});

describe("typed HTML", () => {
  const evil = "<img src=x onerror=alert(1)>";

  /** Nobody's script ran, and nothing typed became an element. */
  async function expectText(page: Page): Promise<void> {
    expect(await page.locator("img[src=x], script:not([src])").count()).toBe(0);
  }

  it("HTML in a prompt stays text in the card, the large view and the gallery", async () => {
    const page = await here.open("/");
    const alerts: string[] = [];
    page.on("dialog", (dialog) => {
      alerts.push(dialog.message());
      return dialog.dismiss();
    });
    await addSession(page, "us-demo-us-evil");
    const card = await ask(page, evil);
    expect(await card.innerText()).toContain(evil);
    await finished(card);
    await expectText(page);
    await picturesIn(card).first().click();
    await largeView(page).getByText(evil).first().waitFor();
    await expectText(page);
    await page.reload();
    await picturesIn(page).first().waitFor();
    await expectText(page);
    expect(alerts).toEqual([]);
  });

  it("HTML in a link's settings, in a text of sessions and in the name of a file stays text", async () => {
    const page = await here.open(`/#prompt=${encodeURIComponent(evil)}&model=${encodeURIComponent(evil)}&n=${evil}`);
    await eventually(() => promptField(page).inputValue()).toBe(evil);
    await page.getByRole("radio", { name: "From images" }).check();
    const [chooser] = await Promise.all([
      page.waitForEvent("filechooser"),
      page.getByRole("button", { name: /choose files/ }).click(),
    ]);
    await chooser.setFiles({ name: `${evil}.txt`, mimeType: "text/plain", buffer: Buffer.from("x") });
    await page.getByText(`${evil}.txt is not a JPEG`).waitFor();
    const dialog = await openSessions(page);
    await dialog.getByRole("textbox", { name: "Session, or several" }).fill(`${evil} us-demo-us-evil-name-0001`);
    await dialog.getByRole("button", { name: "Add", exact: true }).click();
    await page.getByRole("listitem").filter({ hasText: "0001" }).getByText("Works", { exact: true }).waitFor();
    await expectText(page);
  });
});
