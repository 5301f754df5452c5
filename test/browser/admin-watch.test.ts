/** What the administrator watches, with answers that the tests make: requests under way, figures, dead letters, lists. */
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { credential, figures, letters, pool, task, tasks, waitingTask } from "./support/admin-answers.ts";
import { adminKey } from "./support/admin-key.ts";
import { asAdmin, entryOf, openAdmin, partOf, sendKey } from "./support/administrator.ts";
import { eventually } from "./support/eventually.ts";
import { product } from "./support/product.ts";

const here = product();

/** Signs in while the part's list gets these answers, one after the other; the last one again and again. */
async function withAnswers(part: "figures" | "pool" | "running" | "letters", path: string, answers: unknown[]) {
  const page = await openAdmin(here, part);
  const asked: string[] = [];
  await page.route(`**/v1/admin/${path}`, (route) => {
    const json = answers[Math.min(asked.length, answers.length - 1)];
    asked.push(route.request().url().replace(here.url, ""));
    return route.fulfill({ json });
  });
  return { page, asked };
}

async function enter(page: Page): Promise<void> {
  await sendKey(page, adminKey);
  await page.locator(".part").waitFor();
}

describe("requests under way", () => {
  it("a request shows its model, caller, credential and why it waits, and its prompt if the server sends it", async () => {
    const { page } = await withAnswers("running", "tasks", [tasks(task(), waitingTask())]);
    await enter(page);
    const made = entryOf(page, "imgtask_V1StGXR8_Z5jdHi6B-myT");
    for (const text of ["dreamina-4.5", "Making images", "newsletter bot", "us-…c3f9", "2 minutes ago", "40 %"]) {
      await made.getByText(text, { exact: false }).first().waitFor();
    }
    expect(await made.locator("blockquote").count()).toBe(0);
    const waiting = entryOf(page, "imgtask_waiting");
    await waiting.getByText("Waiting", { exact: true }).waitFor();
    await waiting.getByText("own sessions or keys", { exact: false }).waitFor();
    await waiting.getByText("Every session and key that it may use is busy.", { exact: false }).waitFor();
    expect(await waiting.locator("blockquote").textContent()).toBe("7 + 7");
  });

  it("the list is read again every five seconds, as long as it is shown", async () => {
    const page = await openAdmin(here, "running");
    await page.clock.install();
    let asked = 0;
    await page.route("**/v1/admin/tasks", (route) => {
      asked += 1;
      return route.fulfill({ json: asked === 1 ? tasks(task()) : tasks() });
    });
    await page.route("**/v1/admin/dead-letters", (route) => route.fulfill({ json: letters() }));
    await enter(page);
    await entryOf(page, "newsletter bot").waitFor();
    await page.clock.fastForward(5_000);
    await page.getByText("Nothing is under way.").waitFor();
    await page.clock.fastForward(5_000);
    await eventually(() => asked).toBe(3);
    await page.getByRole("link", { name: "Dead letters" }).click();
    await partOf(page, "letters").waitFor();
    // What a part has begun ends a frame after it is gone.
    await page.clock.runFor(500);
    const askedAtTheEnd = asked;
    await page.clock.fastForward(20_000);
    expect(asked).toBe(askedAtTheEnd);
  });
});

describe("figures", () => {
  it("images and credits are charts with a text and a table, and failures have their remedies", async () => {
    const { page, asked } = await withAnswers("figures", "figures*", [figures("Use official keys.")]);
    await enter(page);
    const shown = partOf(page, "figures");
    await shown.getByText("3 min", { exact: true }).waitFor();
    const images = shown.getByRole("img", { name: /^Images by day: 60 in all\. The most on \w+ \d+: 40\.$/ });
    // Two days, one of them with images by keys.
    expect(await images.locator("rect[class^=bar-]").count()).toBe(3);
    expect(await images.locator(".chart-day").count()).toBe(30);
    await shown.getByRole("img", { name: /^Credits by day: 1,310 in all/ }).waitFor();
    await shown.getByText("by official keys, for money").waitFor();
    await shown.getByText("The same as a table").click();
    const rows = await shown.getByRole("row").allTextContents();
    expect(rows).toHaveLength(3);
    expect(await shown.getByRole("row").nth(2).getByRole("cell").allTextContents()).toEqual([
      ...["40", "12", "1,250", "10", "2", "1"],
    ]);
    const failures = shown.getByRole("region", { name: "Failures" });
    await failures.getByText("14 ×", { exact: true }).waitFor();
    expect(await failures.getByText("Use official keys.", { exact: false }).count()).toBe(2);

    await shown.getByRole("radio", { name: "90 days" }).check();
    await eventually(() => images.locator(".chart-day").count()).toBe(90);
    expect(asked).toEqual(["/v1/admin/figures?days=30", "/v1/admin/figures?days=90"]);
  });
});

describe("dead letters", () => {
  it("a dead letter is replayed by its button, and says when", async () => {
    const { page } = await withAnswers("letters", "dead-letters", [letters(), letters(1_795_000_000)]);
    const replayed: string[] = [];
    await page.route("**/v1/admin/dead-letters/*/replay", (route) => {
      replayed.push(`${route.request().method()} ${route.request().url().replace(here.url, "")}`);
      return route.fulfill({ json: letters(1_795_000_000).data[0] });
    });
    await enter(page);
    const entry = entryOf(page, "dead_1");
    await entry.getByText("2 hours ago", { exact: true }).waitFor();
    await entry.getByText("not yet", { exact: true }).waitFor();
    await entry.getByRole("button", { name: "Replay the dead letter of a91f03bc" }).click();
    await page.getByText("Replayed.", { exact: true }).waitFor();
    await entry.getByText("not yet", { exact: true }).waitFor({ state: "hidden" });
    expect(replayed).toEqual(["POST /v1/admin/dead-letters/dead_1/replay"]);
  });
});

describe("the list of the pool", () => {
  it("a long pool is shown page by page", async () => {
    const first = pool([credential({ id: "cred_1", name: "first" })], { has_more: true });
    const second = pool([credential({ id: "cred_2", name: "second" })]);
    const { page, asked } = await withAnswers("pool", "credentials*", [first, first, second]);
    await enter(page);
    await entryOf(page, "first").waitFor();
    await page.getByRole("button", { name: "Show more" }).click();
    await entryOf(page, "second").waitFor();
    await entryOf(page, "first").waitFor();
    expect(await page.getByRole("button", { name: "Show more" }).count()).toBe(0);
    expect(asked.at(-1)).toBe("/v1/admin/credentials?limit=50&after=cred_1");
  });

  it("those of the settings are taken over by a button", async () => {
    const lists = [pool([], { in_settings: 2 }), pool([credential({ name: "taken" })])];
    const { page } = await withAnswers("pool", "credentials?*", lists);
    let taken = 0;
    await page.route("**/v1/admin/credentials/take-over", (route) => {
      taken += 1;
      return route.fulfill({ json: { object: "list", data: [] } });
    });
    await enter(page);
    await page.getByText("The server's settings have 2 credentials of their own.", { exact: false }).waitFor();
    await page.getByRole("button", { name: "Take over" }).click();
    await entryOf(page, "taken").waitFor();
    await page.getByText("The server's settings", { exact: false }).waitFor({ state: "hidden" });
    expect(taken).toBe(1);
  });
});

describe("a list that cannot be loaded", () => {
  it.each([
    [404, "The server does not offer this."],
    [500, "Look at the log."],
  ])("an answer of %i is a row with a button that tries again", async (status, reason) => {
    const page = await openAdmin(here, "letters", { expecting: [/status of (404|500)/] });
    await page.route("**/v1/admin/dead-letters", (route) => route.fulfill({ json: letters() }));
    const error = { code: status === 404 ? "not_found" : "internal", message: "x", hint: "Look at the log." };
    await page.route("**/v1/admin/dead-letters", (route) => route.fulfill({ status, json: { error } }), { times: 1 });
    await enter(page);
    const fault = page.getByRole("alert");
    await fault.getByText("This could not be loaded.").waitFor();
    await fault.getByText(reason).waitFor();
    await fault.getByRole("button", { name: "Try again" }).click();
    await entryOf(page, "dead_1").waitFor();
    expect(await fault.count()).toBe(0);
  });

  it("an action that fails says so and changes nothing", async () => {
    const page = await asAdmin(here, "letters", { expecting: [/status of (404|500)/] });
    await page.route("**/v1/admin/credentials?*", (route) =>
      route.fulfill({ json: pool([credential({ name: "kept" })]) }),
    );
    const error = { code: "upstream_unreachable", message: "x" };
    await page.route("**/v1/admin/credentials/cred_1", (route) => route.fulfill({ status: 500, json: { error } }));
    await page.getByRole("link", { name: "Pool" }).click();
    const use = page.getByRole("checkbox", { name: "Use kept" });
    await use.click();
    await page.getByText("The site or cloud could not be reached.").waitFor();
    expect(await use.isChecked()).toBe(true);
    await entryOf(page, "kept").getByText("Ready", { exact: true }).waitFor();
  });
});
