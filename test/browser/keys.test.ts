/** Keys of the makers' clouds: added, asked for their cloud, used, and offered where sessions are refused. */
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { eventually } from "./support/eventually.ts";
import { hasFocus } from "./support/keyboard.ts";
import {
  ask,
  cardOf,
  closeSessions,
  finished,
  openSessions,
  pasteSessions,
  promptField,
  sessionRow,
  spoken,
} from "./support/person.ts";
import { product } from "./support/product.ts";
import { models } from "./support/settings.ts";

const here = product();
const demoKey = "ark-ap-demo-key-ap-simulator";
/** As a console shows it. */
const native = "ark-1a2b3c4d-0000-4000-8000-1a2b3c4d5e6f-c3f9";
const say = spoken.en;

async function visitWith(key: string): Promise<Page> {
  const page = await here.open("/");
  const dialog = await openSessions(page);
  await pasteSessions(dialog, key);
  await dialog.getByText("1 key added.").waitFor();
  await closeSessions(page, dialog);
  return page;
}

it("a key makes images, and the form says what one costs", async () => {
  const page = await here.open("/");
  const dialog = await openSessions(page);
  await pasteSessions(dialog, demoKey);
  const row = sessionRow(page, "ark-ap-••••ator");
  await row.getByText("BytePlus, Johor").waitFor();
  await row.getByText("Works", { exact: true }).waitFor();
  expect(await row.getByRole("link", { name: "Balance in the console" }).getAttribute("href")).toBe(
    "https://console.byteplus.com/ark",
  );
  await closeSessions(page, dialog);
  await page.getByRole("banner").getByRole("button", { name: "1 key" }).waitFor();

  expect(await models(page).inputValue()).toBe("seedream-4.5");
  await page.getByText("about $0.04 each", { exact: true }).waitFor();
  // The model has no place for any of them.
  expect(await page.getByText("More settings", { exact: true }).count()).toBe(0);
  await promptField(page).fill("a paid lighthouse");
  await page.getByRole("button", { name: "Make 1 image", exact: true }).click();
  await finished(cardOf(page, "a paid lighthouse"), 1);
  expect(page.url()).not.toContain("demo-key");
});

it("settings that the model has no place for are kept in the form, and not sent", async () => {
  const page = await visitWith(demoKey);
  await models(page).selectOption("seedream-5.0-flash");
  await page.getByText("about $0.018 each", { exact: true }).waitFor();
  await page.getByText("More settings", { exact: true }).click();
  await page.getByRole("textbox", { name: "Seed" }).fill("7");
  expect(await page.getByRole("textbox", { name: "Negative prompt" }).count()).toBe(0);
  const sent = page.waitForRequest("**/v1/images/generations");
  await ask(page, "with a seed");
  expect((await sent).postDataJSON()).toMatchObject({ model: "seedream-5.0-flash", seed: 7 });

  await models(page).selectOption("seedream-4.5");
  const next = page.waitForRequest("**/v1/images/generations");
  await ask(page, "without a seed");
  expect(Object.keys((await next).postDataJSON())).toEqual(["prompt", "model", "ratio", "resolution"]);
  await models(page).selectOption("seedream-5.0-flash");
  expect(await page.getByRole("textbox", { name: "Seed" }).inputValue()).toBe("7");
});

describe("a key without its cloud", () => {
  it("a key without its cloud is neither stored nor sent until its owner names the cloud", async () => {
    const page = await here.open("/");
    const checks: string[] = [];
    page.on("request", (request) => checks.push(request.headers().authorization ?? ""));
    const dialog = await openSessions(page);
    await pasteSessions(dialog, `${native}, us-demo-us-beside-0000000001`);
    await dialog.getByText("1 session added.").waitFor();
    const question = dialog.getByRole("group", { name: say.whichCloud });
    await question.getByText("ark-••••c3f9").waitFor();
    await eventually(() => hasFocus(question)).toBe(true);
    expect(await page.evaluate(() => JSON.stringify(localStorage))).not.toContain("c3f9");
    expect(checks.filter((header) => header.includes("c3f9"))).toEqual([]);

    await page.keyboard.press("Tab");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    const row = sessionRow(page, "ark-ap-••••c3f9");
    await row.getByText("BytePlus, Johor").waitFor();
    // The simulator knows demo keys only.
    await row.getByText("Refused", { exact: true }).waitFor();
    await question.waitFor({ state: "hidden" });
    expect(await hasFocus(dialog.getByRole("textbox", { name: say.sessionText }))).toBe(true);
    expect(checks.filter((header) => /ark-(cn|eu)-/.test(header))).toEqual([]);
  });

  it("a key without its cloud can be left out, and a closed dialog forgets it", async () => {
    const page = await here.open("/");
    const dialog = await openSessions(page);
    const question = dialog.getByRole("group", { name: say.whichCloud });
    await pasteSessions(dialog, native);
    await question.getByRole("button", { name: "Leave it out" }).click();
    await question.waitFor({ state: "hidden" });
    await pasteSessions(dialog, native);
    await question.waitFor();
    await closeSessions(page, dialog);
    await openSessions(page);
    expect(await question.count()).toBe(0);
    expect(await page.getByRole("checkbox").count()).toBe(0);
  });

  it("a key of a cloud that does not exist is refused with the right ones", async () => {
    const page = await here.open("/");
    const dialog = await openSessions(page);
    await pasteSessions(dialog, "ark-us-1a2b3c4d-0000-4000-8000-1a2b3c4d5e6f");
    await dialog.getByRole("alert").filter({ hasText: "begins with ark-us-, which names no cloud" }).waitFor();
  });
});

describe("where a key helps", () => {
  it("a task that bot protection refused says that keys work, and opens their guide", async () => {
    const page = await here.visit("us-demo-us-key-helps");
    await answerTasks(page, { code: "risk_control", message: "The site's bot protection refused this session." });
    const card = await ask(page, "a refused lighthouse");
    await card.getByText("risk_control", { exact: true }).waitFor();
    await card.getByText("Official keys of the makers' clouds are the way that works", { exact: false }).waitFor();
    await card.getByRole("button", { name: "Use an official key" }).click();
    const dialog = page.getByRole("dialog", { name: say.sessions });
    const summary = dialog.locator("summary").filter({ hasText: say.keyGuide });
    await eventually(() => hasFocus(summary)).toBe(true);
    await dialog.getByRole("link", { name: "console.volcengine.com/ark" }).waitFor();
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "hidden" });
    await eventually(() => hasFocus(card.getByRole("button", { name: "Use an official key" }))).toBe(true);
  });

  it("a task that waits because of bot protection has a button to the guide, too", async () => {
    const page = await here.visit("us-demo-us-risk-keys");
    const card = await ask(page, "a delayed lighthouse");
    await card.getByRole("button", { name: "Use an official key" }).click();
    const dialog = page.getByRole("dialog", { name: say.sessions });
    await dialog.getByRole("link", { name: "console.byteplus.com/ark" }).waitFor();
  });

  it("a task with an unknown outcome says that trying again is a new charge", async () => {
    const page = await visitWith("ark-ap-demo-key-ap-unknown-outcome");
    await answerTasks(page, { code: "outcome_unknown", message: "The paid call was sent to Ark, but no answer came." });
    const card = await ask(page, "perhaps a lighthouse");
    await card.getByText("outcome_unknown", { exact: true }).waitFor();
    await card.getByRole("button", { name: "Try again as a new charge" }).waitFor();
    expect(await card.getByRole("button", { name: /^(Try again|Run again)$/ }).count()).toBe(0);
  });

  it("a task whose model the active keys lack is not run again at another price: its settings fill the form", async () => {
    const page = await here.visit("us-demo-us-model-off-0000001");
    await finished(await ask(page, "made for credits"));
    const dialog = await openSessions(page);
    await pasteSessions(dialog, demoKey);
    await sessionRow(page, "us-••••0001").getByRole("checkbox").uncheck();
    await closeSessions(page, dialog);
    const card = cardOf(page, "made for credits");
    await card.getByRole("button", { name: "Run again" }).click();
    await page
      .getByRole("status")
      .filter({ hasText: "Image 4.5 is not available to the active sessions and keys." })
      .waitFor();
    expect(await promptField(page).inputValue()).toBe("made for credits");
    expect(await card.count()).toBe(1);
  });
});

/** Every task of this page fails with this error, whatever the server makes of it. */
async function answerTasks(page: Page, { code, message }: { code: string; message: string }): Promise<void> {
  await page.route(/\/v1\/images\/tasks\/[^/]+$/, async (route) => {
    const response = await route.fetch();
    const view = await response.json();
    const failed = {
      ...view,
      status: "failed",
      error: message,
      error_code: code,
      error_info: { code, message, hint: "" },
    };
    await route.fulfill({ response, json: failed });
  });
  await page.route("**/v1/images/tasks/*/events*", (route) => route.fulfill({ status: 204 }));
}
