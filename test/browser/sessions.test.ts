/** Sessions as a person keeps them: added, checked, mended, named, switched off, carried elsewhere, and never shown. */
import type { Locator, Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { saved } from "./support/files.ts";
import { arriveWith, ask, finished, openSessions, promptField, sessionRow } from "./support/person.ts";
import { product } from "./support/product.ts";

const here = product();

async function paste(dialog: Locator, text: string): Promise<void> {
  await dialog.getByRole("textbox", { name: "Session, or several" }).fill(text);
  await dialog.getByRole("button", { name: "Add", exact: true }).click();
}

const close = async (page: Page, dialog: Locator): Promise<void> => {
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "hidden" });
};

it("text selected past the dialog's edge does not close it, a click beside it does", async () => {
  const page = await here.open("/");
  const dialog = await openSessions(page);
  const box = await dialog.getByRole("textbox", { name: "Session, or several" }).boundingBox();
  if (box === null) throw new Error("The field is not to be seen.");
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  await page.mouse.down();
  await page.mouse.move(5, box.y);
  await page.mouse.up();
  expect(await dialog.isVisible()).toBe(true);
  await page.mouse.click(5, box.y);
  await dialog.waitFor({ state: "hidden" });
});

describe("several at once", () => {
  it("the expired one is shown as expired, and the other one does the work", async () => {
    const page = await here.open("/");
    const dialog = await openSessions(page);
    await paste(dialog, "us-demo-us-several-expired-0001\nus-demo-us-several-alive-0002");
    await dialog.getByText("2 sessions added.").waitFor();
    const [bad, good] = [sessionRow(page, "us-••••0001"), sessionRow(page, "us-••••0002")];
    await bad.getByText("Expired", { exact: true }).waitFor();
    await bad.getByText("Log in on the site again and copy the new cookie.").waitFor();
    await good.getByText("Works", { exact: true }).waitFor();
    await good.getByText(/^1,000 credits$/).waitFor();
    await close(page, dialog);
    await finished(await ask(page, "the work of one"));
    expect((await here.jobsWith("the work of one")).map(({ session }) => session)).toEqual([
      "demo-us-several-alive-0002",
    ]);
  });

  it("what is switched off is not sent; removed ones come back by Undo", async () => {
    const page = await here.open("/");
    const dialog = await openSessions(page);
    await paste(dialog, "us-demo-us-switch-0000000003, us-demo-us-switch-0000000004");
    const [first, second] = [sessionRow(page, "0003"), sessionRow(page, "0004")];
    await second.getByText("Works", { exact: true }).waitFor();
    await first.getByRole("checkbox", { name: "Use us-••••0003" }).uncheck();
    await second.getByRole("button", { name: "Remove us-••••0004" }).click();
    await second.waitFor({ state: "hidden" });
    await page.getByRole("button", { name: "Undo" }).click();
    await second.waitFor();
    await close(page, dialog);
    await page
      .getByRole("banner")
      .getByRole("button", { name: /^1 session\b/ })
      .waitFor();
    await finished(await ask(page, "by the other one"));
    expect((await here.jobsWith("by the other one")).map(({ session }) => session)).toEqual([
      "demo-us-switch-0000000004",
    ]);
  });
});

it("a wrong region is said, and mended by one button", async () => {
  const page = await here.open("/");
  const dialog = await openSessions(page);
  await dialog.getByRole("radio", { name: "Hong Kong" }).check();
  await dialog
    .getByText("Accounts of dreamina.capcut.com made in Hong Kong or Taiwan. The prefix hk- is put in front.")
    .waitFor();
  await paste(dialog, "demo-us-wrong-region-0005");
  const row = sessionRow(page, "0005");
  await row.getByText("Wrong region", { exact: true }).waitFor();
  await row.getByText("This account lives in: United States.").waitFor();
  expect(await row.innerText()).toContain("hk-••••0005");
  await row.getByRole("button", { name: "Change to United States" }).click();
  await row.getByText("Works", { exact: true }).waitFor();
  expect(await row.innerText()).toContain("us-••••0005");
  await close(page, dialog);
  await finished(await ask(page, "at home again"));
  expect((await here.jobsWith("at home again")).map(({ cluster }) => cluster)).toEqual(["us"]);
});

it("a text that holds no session is refused, and stays in the field", async () => {
  const page = await here.open("/");
  const dialog = await openSessions(page);
  await paste(dialog, "good morning");
  await dialog.getByRole("alert").filter({ hasText: "No session was found in this text." }).waitFor();
  expect(await dialog.getByRole("textbox", { name: "Session, or several" }).inputValue()).toBe("good morning");
});

describe("taken over from the earlier page", () => {
  it.each([
    ["a JSON list of texts", JSON.stringify(["us-demo-us-old-0000000006", "sg-demo-sg-old-0000000007"])],
    [
      "a JSON list of objects",
      JSON.stringify([{ token: "us-demo-us-old-0000000006" }, { session: "sg-demo-sg-old-0000000007", name: "mine" }]),
    ],
    ["a text with commas and lines", "us-demo-us-old-0000000006,\nsg-demo-sg-old-0000000007"],
  ])("%s: once, and the old copy stays", async (_form, stored) => {
    const page = await (await here.context()).newPage();
    await arriveWith(page, stored);
    await page.getByText("2 sessions taken over from the earlier page.").waitFor();
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

it("exported in one browser, imported in another: the same sessions, names and switches", async () => {
  const page = await here.open("/");
  const dialog = await openSessions(page);
  await paste(dialog, "us-demo-us-carry-0000000008\njp-demo-sg-carry-0000000009");
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

it("once added, a session is nowhere to be seen, and outlives a reload", async () => {
  const page = await here.open("/");
  const secret = "demo-us-secret-a1b2c3d4e5f60010";
  const dialog = await openSessions(page);
  await paste(dialog, `us-${secret}`);
  await sessionRow(page, "us-••••0010").getByText("Works", { exact: true }).waitFor();
  expect(await dialog.getByRole("textbox", { name: "Session, or several" }).inputValue()).toBe("");
  await close(page, dialog);
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
