/** Two administrators at the same time. */
import { it } from "vitest";
import { adminCall, asAdmin, chooseAction, entryOf } from "./support/administrator.ts";
import { product } from "./support/product.ts";

const here = product();

it("what another administrator changes while a key's form is open stays", async () => {
  const { id } = await adminCall<{ id: string }>(here, "/keys", { name: "shared bot", limits: { at_once: 2 } });
  const page = await asAdmin(here, "keys");
  await chooseAction(page, "shared bot", "Change");
  await adminCall(here, `/keys/${id}`, { limits: { at_once: 7 } }, "PATCH");
  await page.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
  const entry = entryOf(page, "shared bot");
  await entry.getByText("0 of 7", { exact: true }).waitFor();

  const form = page.getByRole("dialog", { name: "Change the key" });
  await form.getByRole("textbox", { name: "Images a day" }).fill("50");
  await form.getByRole("button", { name: "Save" }).click();
  await entry.getByText("0 of 50", { exact: true }).waitFor();
  await entry.getByText("0 of 7", { exact: true }).waitFor();
});
