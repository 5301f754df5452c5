/** Stored sessions: imported from the earlier page, exported to another browser, and never shown. */
import { describe, expect, it } from "vitest";
import { saved } from "./support/files.ts";
import {
  arriveWith,
  ask,
  closeSessions,
  openSessions,
  pasteSessions,
  promptField,
  sessionRow,
} from "./support/person.ts";
import { product } from "./support/product.ts";

const here = product();

describe("sessions of the earlier page", () => {
  it.each([
    ["a JSON list of texts", JSON.stringify(["us-demo-us-old-0000000006", "sg-demo-sg-old-0000000007"])],
    [
      "a JSON list of objects",
      JSON.stringify([{ token: "us-demo-us-old-0000000006" }, { session: "sg-demo-sg-old-0000000007", name: "mine" }]),
    ],
    ["a text with commas and lines", "us-demo-us-old-0000000006,\nsg-demo-sg-old-0000000007"],
  ])("sessions that the earlier page stored as %s are imported once, and the old copy stays", async (_form, stored) => {
    const page = await (await here.context()).newPage();
    await arriveWith(page, stored);
    await page.getByText("2 sessions imported from the earlier page.").waitFor();
    const dialog = await openSessions(page);
    await sessionRow(page, "us-••••0006").waitFor();
    await sessionRow(page, "sg-••••0007").waitFor();
    await dialog.getByRole("button", { name: /^Remove (us-••••0006|.*0006)$/ }).click();
    await sessionRow(page, "0006").waitFor({ state: "hidden" });
    await page.reload();
    await page
      .getByRole("banner")
      .getByRole("button", { name: /^1 session\b/ })
      .waitFor();
    expect(await page.evaluate(() => localStorage.getItem("dreamina_tokens"))).toBe(stored);
  });
});

it("sessions exported in one browser and imported in another keep their values, names and switches", async () => {
  const page = await here.open("/");
  const dialog = await openSessions(page);
  await pasteSessions(dialog, "us-demo-us-carry-0000000008\njp-demo-sg-carry-0000000009");
  await sessionRow(page, "0009").getByText("Works", { exact: true }).waitFor();
  await dialog.getByRole("textbox", { name: "Name of us-••••0008" }).fill("Studio");
  await page.keyboard.press("Enter");
  await dialog.getByRole("checkbox", { name: "Use Studio" }).uncheck();
  const file = await saved(page, () => dialog.getByRole("button", { name: "Export" }).click());
  expect(file.name).toBe("dreamina-sessions.json");
  expect(file.bytes.toString()).toContain("us-demo-us-carry-0000000008");

  const other = await here.open("/");
  const there = await openSessions(other);
  const [chooser] = await Promise.all([
    other.waitForEvent("filechooser"),
    there.getByRole("button", { name: "Import" }).click(),
  ]);
  await chooser.setFiles({ name: file.name, mimeType: "application/json", buffer: file.bytes });
  await sessionRow(other, "jp-••••0009").getByText("Works", { exact: true }).waitFor();
  expect(await there.getByRole("textbox", { name: "Name of us-••••0008" }).inputValue()).toBe("Studio");
  expect(await there.getByRole("checkbox", { name: "Use Studio" }).isChecked()).toBe(false);
  expect(await there.getByRole("checkbox", { name: "Use jp-••••0009" }).isChecked()).toBe(true);
});

it("an added session is stored over a reload, and its value is not in the page, its fields or its URL", async () => {
  const page = await here.open("/");
  const secret = "demo-us-secret-a1b2c3d4e5f60010";
  const dialog = await openSessions(page);
  await pasteSessions(dialog, `us-${secret}`);
  await sessionRow(page, "us-••••0010").getByText("Works", { exact: true }).waitFor();
  expect(await dialog.getByRole("textbox", { name: "One or more sessions or keys" }).inputValue()).toBe("");
  await closeSessions(page, dialog);
  await ask(page, "sim:instant a secret");
  await page.reload();
  await page
    .getByRole("banner")
    .getByRole("button", { name: /^1 session\b/ })
    .waitFor();
  await promptField(page).waitFor();
  expect(await page.content()).not.toContain(secret.slice(0, -4));
  expect(page.url()).not.toContain(secret);
});
