/** Cancels a task while it runs, and before it starts. */
import { describe, expect, it } from "vitest";
import { eventually } from "./support/eventually.ts";
import { ask } from "./support/person.ts";
import { product } from "./support/product.ts";

const here = product();

describe("cancel", () => {
  it("the Cancel button ends a running task here and at Dreamina, and warns that credits may be spent", async () => {
    const page = await here.visit("us-demo-us-cancel");
    const card = await ask(page, "never mind sim:slow");
    await eventually(() => here.jobsWith("never mind")).toHaveLength(1);
    await card.getByRole("button", { name: "Cancel" }).click();
    await page.getByRole("status").filter({ hasText: "Asked to cancel. Credits or money may be spent." }).waitFor();
    await card.getByText("Cancelled.", { exact: true }).waitFor();
    const failed = 30;
    expect((await here.jobsWith("never mind")).map(({ status }) => status)).toEqual([failed]);
  });

  it("a task cancelled before it starts spends no credits and makes no image", async () => {
    const page = await here.visit("us-demo-us-full-cancel");
    const card = await ask(page, "not yet begun");
    await card
      .getByText(/in the queue|Delayed/)
      .first()
      .waitFor();
    await card.getByRole("button", { name: "Cancel" }).click();
    await page
      .getByRole("status")
      .filter({ hasText: /Cancelled\. Nothing was spent\.|Asked to cancel/ })
      .waitFor();
    await card.getByText("Cancelled.", { exact: true }).waitFor();
    expect((await here.jobsWith("not yet begun")).filter(({ charged, refunded }) => charged > refunded)).toEqual([]);
  });
});
