/** Typed HTML stays text: in prompts, links, sessions and file names. */
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { eventually } from "./support/eventually.ts";
import { addSession, ask, finished, imagesIn, largeView, openSessions, promptField } from "./support/person.ts";
import { product } from "./support/product.ts";

const here = product();

describe("typed HTML", () => {
  const evil = "<img src=x onerror=alert(1)>";

  /** No typed script ran, and no typed text became an element. */
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
    await imagesIn(card).first().click();
    await largeView(page).getByText(evil).first().waitFor();
    await expectText(page);
    await page.reload();
    await imagesIn(page).first().waitFor();
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
    await page.getByText(`${evil}.txt is not an image`).waitFor();
    const dialog = await openSessions(page);
    await dialog
      .getByRole("textbox", { name: "One or more sessions or keys" })
      .fill(`${evil} us-demo-us-evil-name-0001`);
    await dialog.getByRole("button", { name: "Add", exact: true }).click();
    await page.getByRole("listitem").filter({ hasText: "0001" }).getByText("Works", { exact: true }).waitFor();
    await expectText(page);
  });
});
