/** The administrator's page against the real API: signing in and out, API keys, and the pool. */
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { caller } from "#test/integration/support/caller.ts";
import { adminKey } from "./support/admin-key.ts";
import { adminCall, asAdmin, chooseAction, entryOf, openAdmin, partOf, sendKey } from "./support/administrator.ts";
import { copiedBy } from "./support/clipboard.ts";
import { eventually } from "./support/eventually.ts";
import { product } from "./support/product.ts";

const here = product();

/** Everything that a script of the page can read. */
const readable = (page: Page): Promise<string> =>
  page.evaluate(async () => {
    const databases = (await indexedDB.databases?.()) ?? [];
    const fields = [...document.querySelectorAll("input, textarea")].map((one) => (one as HTMLInputElement).value);
    const stored = [JSON.stringify(localStorage), JSON.stringify(sessionStorage), JSON.stringify(databases)];
    return [...stored, document.cookie, location.href, document.documentElement.outerHTML, ...fields].join("\n");
  });

describe("signing in", () => {
  it("the page is served at /admin and /admin/ with the security headers of the main page", async () => {
    for (const path of ["/admin", "/admin/"]) {
      const [answer, main] = await Promise.all([fetch(here.url + path), fetch(here.url)]);
      expect(answer.status).toBe(200);
      expect(answer.headers.get("content-type")).toBe("text/html; charset=utf-8");
      expect(answer.headers.get("content-security-policy")).toBe(main.headers.get("content-security-policy"));
    }
  });

  it("a wrong key is refused with a reason, and the field is cleared", async () => {
    const page = await openAdmin(here, "keys");
    await sendKey(page, "adm-wrong-0123456789");
    await page.getByRole("alert").getByText("This is not the administrator's key of this server.").waitFor();
    expect(await page.locator("input[type=password]").inputValue()).toBe("");
    expect(await readable(page)).not.toContain("adm-wrong");
    expect(await page.getByRole("navigation").count()).toBe(0);
  });

  it("the right key is exchanged for a cookie that no script can read, and is kept nowhere", async () => {
    const page = await openAdmin(here, "keys");
    const authorized: string[] = [];
    page.on("request", (request) => {
      if (request.headers().authorization !== undefined) authorized.push(`${request.method()} ${request.url()}`);
    });
    await sendKey(page, adminKey);
    await partOf(page, "keys").waitFor();
    expect(await readable(page)).not.toContain(adminKey);
    const cookies = await page.context().cookies(`${here.url}/v1/admin/keys`);
    expect(cookies).toMatchObject([{ name: "dreamina_admin", httpOnly: true, sameSite: "Strict", path: "/v1/admin" }]);
    expect(cookies[0]?.value).not.toContain(adminKey);
    expect(authorized).toEqual([`POST ${here.url}/v1/admin/session`]);
  });

  it("a reload keeps the session and the part that is shown, and signing out ends it", async () => {
    const page = await asAdmin(here, "keys");
    await page.getByRole("navigation").getByRole("link", { name: "Pool" }).click();
    await page.reload();
    await partOf(page, "pool").waitFor();
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.getByRole("status").filter({ hasText: "You are signed out." }).waitFor();
    await page.locator("input[type=password]").waitFor();
    expect(await page.context().cookies(`${here.url}/v1/admin/keys`)).toEqual([]);
    await page.reload();
    await page.locator("input[type=password]").waitFor();
  });

  it("a session that has ended leads back to signing in", async () => {
    const page = await asAdmin(here, "pool");
    await page.locator(".entry, .empty-part").first().waitFor();
    await page.context().clearCookies();
    await page.getByRole("navigation").getByRole("link", { name: "API keys" }).click();
    await page.getByRole("alert").getByText("Your session has ended. Sign in again.").waitFor();
    await sendKey(page, adminKey);
    await partOf(page, "keys").waitFor();
  });

  it("a server without an administrator says so", async () => {
    const context = await here.context({ expecting: [/status of 401/] });
    const page = await context.newPage();
    const message = "This server has no administrator: ADMIN_KEY_HASH is not set.";
    await page.route("**/v1/admin/session", (route) =>
      route.fulfill({ status: 401, json: { error: { code: "unauthorized", message, param: "ADMIN_KEY_HASH" } } }),
    );
    await page.goto("/admin");
    await page.getByRole("alert").getByText("This server has no administrator yet.").waitFor();
  });

  it("a server that does not answer is asked again by a button", async () => {
    const context = await here.context({ expecting: [/status of (401|503)/] });
    const page = await context.newPage();
    await page.route("**/v1/admin/session", (route) => route.fulfill({ status: 503, body: "" }), { times: 1 });
    await page.goto("/admin");
    await page.getByRole("alert").getByText("The server cannot be reached.").waitFor();
    await page.getByRole("button", { name: "Try again" }).click();
    await page.getByRole("alert").getByText("The server cannot be reached.").waitFor({ state: "hidden" });
    await page.locator("input[type=password]").waitFor();
  });
});

describe("API keys", () => {
  it("a key is made, shown once until a button closes it, makes images that are counted, and is deleted", async () => {
    await adminCall(here, "/credentials", { credentials: "us-demo-us-admin-keys", name: "for the keys" });
    const page = await asAdmin(here, "keys", { permissions: ["clipboard-read", "clipboard-write"] });
    await page.getByRole("button", { name: "Make a key" }).click();
    const form = page.getByRole("dialog", { name: "Make a key" });
    await form.getByRole("button", { name: "Make a key" }).click();
    await form.getByRole("alert").getByText("Give the key a name.").waitFor();
    await form.getByRole("textbox", { name: "Name" }).fill("newsletter bot");
    await form.getByRole("textbox", { name: "Images a day" }).fill("100");
    await form.getByRole("button", { name: "Make a key" }).click();

    const shown = page.getByRole("dialog", { name: "The key of newsletter bot" });
    await shown.getByText("The key is shown only this once.", { exact: false }).waitFor();
    const key = await shown.getByRole("textbox", { name: "API key" }).inputValue();
    expect(key).toMatch(/^sk-\S{20,}$/);
    const copy = () => shown.getByRole("button", { name: "Copy" }).click();
    expect(await copiedBy(page, copy)).toBe(key);
    await page.keyboard.press("Escape");
    await page.keyboard.press("Escape");
    await page.mouse.click(5, 5);
    expect(await shown.isVisible()).toBe(true);
    await shown.getByRole("button", { name: "Done" }).click();
    await shown.waitFor({ state: "hidden" });
    expect(await readable(page)).not.toContain(key);

    const entry = entryOf(page, "newsletter bot");
    await entry.getByText("0 of 100", { exact: true }).waitFor();
    const user = caller(here.url, `Bearer ${key}`);
    const made = await user.result(await user.submit({ prompt: "counted for a key" }));
    expect(made.status).toBe("completed");
    const images = made.images?.length ?? 0;
    await eventually(async () => {
      await page.reload();
      await entry.waitFor();
      return entry.getByText(`${images} of 100`, { exact: true }).count();
    }).toBe(1);

    await chooseAction(page, "newsletter bot", "Delete");
    const question = page.getByRole("dialog", { name: "Delete the key of newsletter bot?" });
    await question.getByRole("button", { name: "Delete" }).click();
    await entry.waitFor({ state: "hidden" });
    await eventually(async () => (await user.post({ prompt: "no longer" })).status).toBe(401);
  });

  it("a key is limited to models and a day, and the limits are taken away again", async () => {
    await adminCall(here, "/keys", { name: "changing bot" });
    const page = await asAdmin(here, "keys");
    const entry = entryOf(page, "changing bot");
    await chooseAction(page, "changing bot", "Change");
    const form = page.getByRole("dialog", { name: "Change the key" });
    await form.getByLabel("Expires at the end of").press("1");
    await form.getByRole("button", { name: "Save" }).click();
    await form.getByRole("alert").getByText("The date is incomplete.").waitFor();
    await form.getByLabel("Expires at the end of").fill("2099-12-24");
    await form.getByRole("textbox", { name: "Requests at once" }).fill("none");
    await form.getByRole("radio", { name: "Only some" }).check();
    await form.getByRole("checkbox", { name: "dreamina-4.5" }).check();
    await form.getByRole("checkbox", { name: "May make batches" }).uncheck();
    await form.getByRole("button", { name: "Save" }).click();
    await form.getByRole("alert").getByText("A limit is a whole number of at least 1.").waitFor();
    await form.getByRole("textbox", { name: "Requests at once" }).fill("2");
    await form.getByRole("button", { name: "Save" }).click();
    await entry.getByText("0 of 2", { exact: true }).waitFor();
    await entry.getByText("not allowed", { exact: true }).waitFor();
    await entry.getByTitle("dreamina-4.5").waitFor();
    await entry.getByTitle("Dec 24, 2099", { exact: false }).first().waitFor();

    await chooseAction(page, "changing bot", "Change");
    await form.getByLabel("Expires at the end of").fill("");
    await form.getByRole("textbox", { name: "Requests at once" }).fill("");
    await form.getByRole("radio", { name: "All", exact: true }).check();
    await form.getByRole("button", { name: "Save" }).click();
    await entry.getByText("never", { exact: true }).waitFor();
    await entry.getByText("All", { exact: true }).waitFor();
  });
});

describe("the pool", () => {
  it("a session is added, checked, paused, resumed, named and removed", async () => {
    const page = await asAdmin(here, "pool");
    await partOf(page, "pool").getByRole("button", { name: "Add" }).click();
    const form = page.getByRole("dialog", { name: "Add sessions or official keys" });
    await form.getByRole("textbox", { name: "Sessions or official keys" }).fill("us-demo-us-walked-0123456789");
    await form.getByRole("textbox", { name: "Name (may stay empty)" }).fill("walked");
    await form.getByRole("button", { name: "Add" }).click();
    await page.getByText("1 credential was added to the pool.").waitFor();
    const entry = entryOf(page, "walked");
    await entry.getByText("us-…6789", { exact: true }).waitFor();
    await entry.getByText("United States", { exact: true }).waitFor();
    await entry.getByText("Ready", { exact: true }).waitFor();
    await entry.getByText("1,000 credits", { exact: true }).waitFor();
    await entry.getByText("just now, accepted").waitFor();
    expect(await readable(page)).not.toContain("walked-0123456789");

    await page.getByRole("button", { name: "Check walked now" }).click();
    await page.getByText("Checked.", { exact: true }).waitFor();
    const use = page.getByRole("checkbox", { name: "Use walked" });
    await use.click();
    await entry.getByText("Paused", { exact: true }).waitFor();
    expect(await use.isChecked()).toBe(false);
    await use.click();
    await entry.getByText("Ready", { exact: true }).waitFor();
    expect(await use.isChecked()).toBe(true);

    await chooseAction(page, "walked", "Name and weight");
    const names = page.getByRole("dialog", { name: "Name and weight" });
    await names.getByRole("textbox", { name: "Name" }).fill("wandered");
    await names.getByRole("textbox", { name: "Weight" }).fill("0");
    await names.getByRole("button", { name: "Save" }).click();
    await names.getByRole("alert").getByText("The weight is a whole number from 1 to 100.").waitFor();
    await names.getByRole("textbox", { name: "Weight" }).fill("7");
    await names.getByRole("button", { name: "Save" }).click();
    const renamed = entryOf(page, "wandered");
    await renamed.getByText("7", { exact: true }).waitFor();

    await chooseAction(page, "wandered", "Remove");
    const question = page.getByRole("dialog", { name: "Remove wandered from the pool?" });
    await question.getByRole("button", { name: "Keep it" }).click();
    await question.waitFor({ state: "hidden" });
    await chooseAction(page, "wandered", "Remove");
    await question.getByRole("button", { name: "Remove" }).click();
    await renamed.waitFor({ state: "hidden" });
  });

  it("a session that the site does not accept says so, with the remedy", async () => {
    const page = await asAdmin(here, "pool");
    await partOf(page, "pool").getByRole("button", { name: "Add" }).click();
    const form = page.getByRole("dialog", { name: "Add sessions or official keys" });
    await form.getByRole("textbox", { name: "Sessions or official keys" }).fill("us-demo-us-gone-expired");
    await form.getByRole("textbox", { name: "Name (may stay empty)" }).fill("ended account");
    await form.getByRole("button", { name: "Add" }).click();
    const entry = entryOf(page, "ended account");
    await entry.getByText("Not accepted any more", { exact: true }).waitFor();
    await entry.getByText("log in on the site again", { exact: false }).waitFor();
  });

  it("tasks of a member that its site refuses move on to another, and the page says why and until when", async () => {
    type Members = { data: { id: string }[] };
    for (const { id } of (await adminCall<Members>(here, "/credentials?limit=100", undefined, "GET")).data) {
      await adminCall(here, `/credentials/${id}`, { paused: true }, "PATCH");
    }
    await adminCall(here, "/credentials", { credentials: "us-demo-us-watched-risk", name: "refused account" });
    await adminCall(here, "/credentials", { credentials: "us-demo-us-watched-well", name: "other account" });
    const { key } = await adminCall<{ key: string }>(here, "/keys", { name: "mover" });
    const user = caller(here.url, `Bearer ${key}`);
    // Which of two idle members gets a task is chance: of eight, some are tried on the refused one.
    const ids = await Promise.all(Array.from({ length: 8 }, (_, n) => user.submit({ prompt: `moves on ${n}`, n: 1 })));
    for (const id of ids) expect(await user.result(id)).toMatchObject({ status: "completed" });

    const page = await asAdmin(here, "pool");
    const refused = entryOf(page, "refused account");
    await refused.getByText("risk_control").waitFor();
    expect(await entryOf(page, "other account").getByText("risk_control").count()).toBe(0);
  });

  it("a text without a session or key is refused before it is sent", async () => {
    const page = await asAdmin(here, "pool");
    await partOf(page, "pool").getByRole("button", { name: "Add" }).click();
    const form = page.getByRole("dialog", { name: "Add sessions or official keys" });
    await form.getByRole("textbox", { name: "Sessions or official keys" }).fill("xx-0123456789abcdef0123456789abcdef");
    await form.getByRole("button", { name: "Add" }).click();
    await form.getByRole("alert").getByText("It begins with xx-", { exact: false }).waitFor();
  });
});
