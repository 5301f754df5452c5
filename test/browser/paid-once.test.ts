/** Credits are spent once: double presses, and a form without a session. */
import { describe, expect, it } from "vitest";
import { eventually } from "./support/eventually.ts";
import { ask, cardOf, finished } from "./support/person.ts";
import { product } from "./support/product.ts";

const here = product();

describe("spending credits", () => {
  it("a double press of Run again starts one task", async () => {
    const page = await here.visit("us-demo-us-double");
    const card = await ask(page, "again, but once");
    await finished(card);
    const again = card.getByRole("button", { name: "Run again" });
    await again.evaluate((button: HTMLElement) => {
      button.click();
      button.click();
    });
    await eventually(() => cardOf(page, "again, but once").count()).toBe(2);
    await finished(cardOf(page, "again, but once").first());
    expect(await here.jobsWith("again, but once")).toHaveLength(2);
  });

  it("Run again without a session starts no task before the session that the page asks for is there", async () => {
    const page = await here.visit("us-demo-us-none-0000000005");
    const card = await ask(page, "made only once");
    await finished(card);
    await page.getByRole("button", { name: /^1 session/ }).click();
    const dialog = page.getByRole("dialog", { name: "Sessions and keys" });
    await dialog.getByRole("checkbox", { name: "Use us-••••0005" }).uncheck();
    await page.keyboard.press("Escape");
    await card.getByRole("button", { name: "Run again" }).click();
    await dialog.getByText("As soon as one works, this window closes by itself and your image starts.").waitFor();
    expect(await cardOf(page, "made only once").count()).toBe(1);
    await dialog.getByRole("checkbox", { name: "Use us-••••0005" }).click();
    await dialog.waitFor({ state: "hidden" });
    await finished(cardOf(page, "made only once").first());
    expect(await here.jobsWith("made only once")).toHaveLength(2);
  });
});
