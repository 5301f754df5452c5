/** Two administrators at the same time. */
import { expect, it } from "vitest";
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

it("what another administrator changes while a credential's form is open stays", async () => {
  const { data } = await adminCall<{ data: { id: string }[] }>(here, "/credentials", {
    ...{ credentials: "us-demo-us-together", name: "shared session" },
  });
  const page = await asAdmin(here, "pool");
  await chooseAction(page, "shared session", "Name and weight");
  await adminCall(here, `/credentials/${data[0]?.id}`, { weight: 7 }, "PATCH");

  const form = page.getByRole("dialog");
  await form.getByRole("textbox", { name: "Name" }).fill("renamed session");
  await form.getByRole("button", { name: "Save" }).click();
  await entryOf(page, "renamed session").waitFor();
  // Other files of tests fill the same pool.
  const { data: after } = await adminCall<{ data: object[] }>(here, "/credentials?limit=100", undefined, "GET");
  expect(after).toContainEqual(expect.objectContaining({ name: "renamed session", weight: 7 }));
});
