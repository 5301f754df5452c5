/** Settings from a link and typed ones: those that are applied, and those refused beside their field. */
import { describe, expect, it } from "vitest";
import { eventually } from "./support/eventually.ts";
import { addSession, cardOf, promptField, sendButton } from "./support/person.ts";
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
    await page.getByRole("textbox", { name: "Image address" }).fill("https://example.com/old.png");
    await page.keyboard.press("Enter");
    await images().waitFor();
    await page.goto("about:blank");
    await page.goto(`${here.url}/#image=https://example.com/new.png`);
    await images().waitFor();
    await eventually(names).toEqual(["Reference image 1: new.png"]);
    expect(await names()).toEqual(["Reference image 1: new.png"]);
  });

  it("Reset form clears all settings and their errors, and Undo brings the settings back", async () => {
    const page = await here.open("/");
    await fillIn(page);
    const before = await settingsOf(page);
    await page.getByRole("button", { name: "Form options" }).click();
    await page.getByRole("menuitem", { name: "Reset form" }).click();
    await eventually(() => promptField(page).inputValue()).toBe("");
    await page.getByRole("button", { name: "Undo" }).click();
    await eventually(() => settingsOf(page)).toEqual(before);
    const seed = page.getByRole("textbox", { name: "Seed" });
    await seed.fill("no number");
    await page.getByRole("alert").filter({ hasText: "A whole number" }).waitFor();
    await page.getByRole("button", { name: "Form options" }).click();
    await page.getByRole("menuitem", { name: "Reset form" }).click();
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
    expect(await page.getByRole("group", { name: "Aspect ratio" }).getByRole("radio").count()).toBe(1);
    expect(await page.getByRole("group", { name: "Resolution" }).getByRole("radio").count()).toBe(1);
    await models(page).selectOption("dreamina-3.0");
    expect(await page.getByRole("group", { name: "Count" }).getByRole("radio").count()).toBe(4);
  });

  it("a seed out of range and a prompt that is too long are refused beside their fields, and nothing is sent", async () => {
    const page = await here.open("/");
    await addSession(page, "us-demo-us-range");
    await page.getByText("More settings", { exact: true }).click();
    const seed = page.getByRole("textbox", { name: "Seed" });
    await seed.fill("4294967296");
    await page.getByRole("alert").filter({ hasText: "A whole number from 0 to 4,294,967,295." }).waitFor();
    await promptField(page).fill("x".repeat(8_001));
    await page.getByRole("alert").filter({ hasText: "Too long: at most 8,000 characters." }).waitFor();
    await sendButton(page).click();
    await promptField(page).fill("x");
    await sendButton(page).click();
    expect(await page.getByRole("article").count()).toBe(0);
    await seed.fill("7");
    await sendButton(page).click();
    await cardOf(page, "x").waitFor();
  });
});
