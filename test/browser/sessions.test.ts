/** Sessions: added, checked, corrected, switched off, removed. */
import { describe, expect, it } from "vitest";
import { ask, closeSessions, finished, openSessions, pasteSessions, sessionRow } from "./support/person.ts";
import { product } from "./support/product.ts";

const here = product();

it("text selected past the edge of the sessions dialog does not close it, and a click beside it does", async () => {
  const page = await here.open("/");
  const dialog = await openSessions(page);
  const box = await dialog.getByRole("textbox", { name: "One or more sessions or keys" }).boundingBox();
  if (box === null) throw new Error("The field is not to be seen.");
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  await page.mouse.down();
  await page.mouse.move(5, box.y);
  await page.mouse.up();
  expect(await dialog.isVisible()).toBe(true);
  await page.mouse.click(5, box.y);
  await dialog.waitFor({ state: "hidden" });
});

describe("several sessions", () => {
  it("of two sessions the expired one is shown as expired, and the other one makes the images", async () => {
    const page = await here.open("/");
    const dialog = await openSessions(page);
    await pasteSessions(dialog, "us-demo-us-several-expired-0001\nus-demo-us-several-alive-0002");
    await dialog.getByText("2 sessions added.").waitFor();
    const [bad, good] = [sessionRow(page, "us-••••0001"), sessionRow(page, "us-••••0002")];
    await bad.getByText("Expired", { exact: true }).waitFor();
    await bad.getByText("Log in on the site again and copy the new cookie.").waitFor();
    await good.getByText("Works", { exact: true }).waitFor();
    await good.getByText(/^1,000 credits$/).waitFor();
    await closeSessions(page, dialog);
    await finished(await ask(page, "the work of one"));
    expect((await here.jobsWith("the work of one")).map(({ session }) => session)).toEqual([
      "demo-us-several-alive-0002",
    ]);
  });

  it("a session that is switched off is not sent, and a removed one comes back by Undo", async () => {
    const page = await here.open("/");
    const dialog = await openSessions(page);
    await pasteSessions(dialog, "us-demo-us-switch-0000000003, us-demo-us-switch-0000000004");
    const [first, second] = [sessionRow(page, "0003"), sessionRow(page, "0004")];
    await second.getByText("Works", { exact: true }).waitFor();
    await first.getByRole("checkbox", { name: "Use us-••••0003" }).uncheck();
    await second.getByRole("button", { name: "Remove us-••••0004" }).click();
    await second.waitFor({ state: "hidden" });
    await page.getByRole("button", { name: "Undo" }).click();
    await second.waitFor();
    await closeSessions(page, dialog);
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

it("a session added with the wrong region shows the region of its account, and one button corrects it", async () => {
  const page = await here.open("/");
  const dialog = await openSessions(page);
  await dialog.getByRole("radio", { name: "Hong Kong" }).check();
  await dialog
    .getByText("Accounts of dreamina.capcut.com made in Hong Kong or Taiwan. The prefix hk- is added.")
    .waitFor();
  await pasteSessions(dialog, "demo-us-wrong-region-0005");
  const row = sessionRow(page, "0005");
  await row.getByText("Wrong region", { exact: true }).waitFor();
  await row.getByText("This account's region: United States.").waitFor();
  expect(await row.innerText()).toContain("hk-••••0005");
  await row.getByRole("button", { name: "Change to United States" }).click();
  await row.getByText("Works", { exact: true }).waitFor();
  expect(await row.innerText()).toContain("us-••••0005");
  await closeSessions(page, dialog);
  await finished(await ask(page, "at home again"));
  expect((await here.jobsWith("at home again")).map(({ cluster }) => cluster)).toEqual(["us"]);
});

it("a text that holds no session is refused, and stays in the field", async () => {
  const page = await here.open("/");
  const dialog = await openSessions(page);
  await pasteSessions(dialog, "good morning");
  await dialog.getByRole("alert").filter({ hasText: "No session and no key was found in this text." }).waitFor();
  expect(await dialog.getByRole("textbox", { name: "One or more sessions or keys" }).inputValue()).toBe("good morning");
});
