/** What may go wrong while pictures are made, and what of it a person notices. Nothing is ever paid for twice. */
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { simulatorState } from "../integration/support/caller.ts";
import { eventually } from "./support/eventually.ts";
import { arriveWith, ask, cardOf, finished, picturesIn, promptField, sendButton } from "./support/person.ts";
import { product, type Wishes } from "./support/product.ts";
import { type Relay, startRelay } from "./support/relay.ts";

const here = product({ speed: 16 });
/** What a browser writes to the console when nobody answers. */
const brokenOff = /net::ERR_(CONNECTION_|INCOMPLETE_|EMPTY_|INTERNET_DISCONNECTED|NETWORK_CHANGED|FAILED|ABORTED)/;

const jobsWith = async (prompt: string) =>
  (await simulatorState(here.simulator)).jobs.filter((job) => job.prompt.includes(prompt));

async function visit(session: string, wishes?: Wishes): Promise<Page> {
  const page = await (await here.context(wishes)).newPage();
  await arriveWith(page, session);
  return page;
}

describe("a refusal", () => {
  it("of the prompt is told in the page's language, with what to do, and can be mended", async () => {
    const page = await visit("us-demo-us-moderated");
    const card = await ask(page, "a fight sim:input-moderated");
    await card.getByText("prompt_moderated").waitFor();
    await card.getByText("Dreamina's code 2038").waitFor();
    const english = await card.innerText();
    expect(english).not.toMatch(/\p{Script=Han}/u);
    expect(english).toMatch(/[Cc]hange|[Rr]ephrase|[Rr]ewrite|[Rr]eword/);

    await page.getByRole("button", { name: "切换到中文" }).click();
    await card.getByText("提示词没有通过内容审核。").waitFor();
    await eventually(async () => (await card.innerText()).match(/\p{Script=Han}+/gu)?.join("")).toMatch(/修改|更改|换/);
    expect(await card.innerText()).not.toMatch(/\b(prompt|change|again|content) [a-z]+/i);

    await card.getByRole("button", { name: "修改" }).first().click();
    await promptField(page)
      .or(page.getByRole("textbox", { name: "提示词", exact: true }))
      .waitFor();
    const field = page.getByRole("textbox", { name: "提示词", exact: true });
    expect(await field.inputValue()).toBe("a fight sim:input-moderated");
    await field.fill("a game of chess");
    await page.getByRole("button", { name: /^生成 4 张图片$/ }).click();
    await finished(cardOf(page, "a game of chess"));
  });

  it("of a session without credits says so; trying again is another task in its place, which can be cancelled", async () => {
    const page = await visit("us-demo-us-nocredit-page");
    const card = await ask(page, "for nothing");
    await card.getByText("insufficient_credits").waitFor();
    await card.getByRole("button", { name: "Try again" }).click();
    await card
      .getByText(/in line|Held up/)
      .first()
      .waitFor();
    await eventually(() => page.getByRole("article").count()).toBe(1);
    await card.getByRole("button", { name: "Cancel" }).click();
    await card.getByText("Cancelled.", { exact: true }).waitFor();
    expect(await jobsWith("for nothing")).toEqual([]);
  });

  it("of a value by the API is told on the card", async () => {
    const page = await visit("us-demo-us-value", { expecting: [/400/] });
    await page.route("**/v1/images/generations", (route) =>
      route.continue({ postData: JSON.stringify({ prompt: "too wide", ratio: "99:1" }) }),
    );
    const card = await ask(page, "too wide");
    await card.getByText("invalid_value").waitFor();
    await card.getByText(/ratio/).waitFor();
  });
});

describe("what is paid for", () => {
  it("is started once by a double press", async () => {
    const page = await visit("us-demo-us-double");
    const card = await ask(page, "again, but once");
    await finished(card);
    const again = card.getByRole("button", { name: "Run again" });
    await again.evaluate((button: HTMLElement) => {
      button.click();
      button.click();
    });
    await eventually(() => cardOf(page, "again, but once").count()).toBe(2);
    await finished(cardOf(page, "again, but once").first());
    expect(await jobsWith("again, but once")).toHaveLength(2);
  });

  it("is not started without a session: the page asks for one instead", async () => {
    const page = await visit("us-demo-us-none-0000000005");
    const card = await ask(page, "made only once");
    await finished(card);
    await page.getByRole("button", { name: /^1 session/ }).click();
    const dialog = page.getByRole("dialog", { name: "Sessions" });
    await dialog.getByRole("checkbox", { name: "Use us-••••0005" }).uncheck();
    await page.keyboard.press("Escape");
    await card.getByRole("button", { name: "Run again" }).click();
    await dialog.getByText("There is no session yet.").waitFor();
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "hidden" });
    expect(await cardOf(page, "made only once").count()).toBe(1);
  });
});

it("a picture that does not load can be loaded again; only one that the server does not have is called gone", async () => {
  const page = await visit("us-demo-us-unloaded", { expecting: [brokenOff, /404/] });
  await page.route("**/images/*/0", (route) => route.abort("connectionreset"), { times: 1 });
  await page.route("**/images/*/1", (route) => route.fulfill({ status: 404 }));
  const card = await ask(page, "hard to load");
  const unloaded = card.getByRole("button", { name: "Could not be loaded. Press to try again." });
  await unloaded.click();
  await card.getByText("No longer there").waitFor();
  await unloaded.waitFor({ state: "hidden" });
  await eventually(() => picturesIn(card).count()).toBe(3);
});

describe("a reload", () => {
  it("in the middle goes on, and nothing is submitted twice", async () => {
    const page = await visit("us-demo-us-reload");
    const card = await ask(page, "a long way sim:slow");
    await eventually(() => jobsWith("a long way")).toHaveLength(1);
    await page.reload();
    await card.getByRole("progressbar").waitFor();
    await page.reload();
    await finished(card);
    expect(await jobsWith("a long way")).toHaveLength(1);
    expect(await page.getByRole("article").count()).toBe(1);
  });

  it("while the answer is on its way submits nothing twice", async () => {
    const page = await visit("us-demo-us-lost", { expecting: [brokenOff] });
    const taken = Promise.withResolvers<void>();
    await page.route(
      "**/v1/images/generations",
      async (route) => {
        await route.fetch();
        taken.resolve();
      },
      { times: 1 },
    );
    await promptField(page).fill("an answer that is lost");
    await sendButton(page).click();
    await taken.promise;
    await page.reload();
    await finished(cardOf(page, "an answer that is lost"));
    expect(await page.getByRole("article").count()).toBe(1);
    expect(await jobsWith("an answer that is lost")).toHaveLength(1);
  });
});

it("an answer that breaks off leaves a card that can be sent again, for the same task", async () => {
  const page = await visit("us-demo-us-broken", { expecting: [brokenOff] });
  await page.route(
    "**/v1/images/generations",
    async (route) => {
      await route.fetch();
      await route.abort("connectionreset");
    },
    { times: 1 },
  );
  const card = await ask(page, "twice asked");
  await card.getByText("The server cannot be reached.").waitFor();
  await card.getByRole("button", { name: "Try again" }).click();
  await finished(card);
  expect(await page.getByRole("article").count()).toBe(1);
  expect(await jobsWith("twice asked")).toHaveLength(1);
});

describe("the server stopped", () => {
  const silence = "The server does not answer. The page keeps asking and continues by itself.";

  async function visitOver(relay: Relay, session: string): Promise<Page> {
    return visit(session, { baseURL: relay.url, expecting: [brokenOff] });
  }

  it("the page says so, goes on when it is back, and the running task ends well", async () => {
    const relay = await startRelay(here.url);
    const page = await visitOver(relay, "us-demo-us-stopped");
    const card = await ask(page, "while nobody is there sim:slow");
    await eventually(() => jobsWith("while nobody is there")).toHaveLength(1);
    await relay.cut();
    await page.getByRole("status").filter({ hasText: silence }).waitFor();
    const second = await ask(page, "asked meanwhile");
    await second.getByText("The server cannot be reached.").waitFor();
    await relay.mend();
    await page.getByText(silence).waitFor({ state: "hidden" });
    await finished(card);
    await second.getByRole("button", { name: "Try again" }).click();
    await finished(second);
    expect(await jobsWith("while nobody is there")).toHaveLength(1);
    expect(await jobsWith("asked meanwhile")).toHaveLength(1);
    await relay.cut();
  });

  it("before the page was opened again: what was made is still to be seen, and new things can be asked for", async () => {
    const relay = await startRelay(here.url);
    const page = await visitOver(relay, "us-demo-us-kept");
    await finished(await ask(page, "kept from before"));
    await page.route("**/v1/**", (route) => route.abort("connectionrefused"));
    await page.route("**/{health,ping}", (route) => route.abort("connectionrefused"));
    await page.reload();
    await page.getByText(silence).waitFor();
    await picturesIn(page).first().waitFor();
    await page.unrouteAll();
    await page.getByText(silence).waitFor({ state: "hidden" });
    await finished(await ask(page, "new after all"));
    await relay.cut();
  });
});

it("offline the page says so, and goes on by itself when the network is back", async () => {
  const page = await visit("us-demo-us-offline", { expecting: [brokenOff] });
  const card = await ask(page, "without a net sim:slow");
  await eventually(() => jobsWith("without a net")).toHaveLength(1);
  await page.context().setOffline(true);
  const notice = page.getByText("This device is offline. What is running goes on without it");
  await notice.waitFor();
  await page.context().setOffline(false);
  await notice.waitFor({ state: "hidden" });
  await finished(card);
  expect(await jobsWith("without a net")).toHaveLength(1);
});

describe("cancel", () => {
  it("ends a running task here and at Dreamina, and says what it cost", async () => {
    const page = await visit("us-demo-us-cancel");
    const card = await ask(page, "never mind sim:slow");
    await eventually(() => jobsWith("never mind")).toHaveLength(1);
    await card.getByRole("button", { name: "Cancel" }).click();
    await page.getByRole("status").filter({ hasText: "Dreamina was asked to cancel. Credits may be spent." }).waitFor();
    await card.getByText("Cancelled.", { exact: true }).waitFor();
    const failed = 30;
    expect((await jobsWith("never mind")).map(({ status }) => status)).toEqual([failed]);
  });

  it("before it began nothing is spent, and nothing is made", async () => {
    const page = await visit("us-demo-us-full-cancel");
    const card = await ask(page, "not yet begun");
    await card
      .getByText(/in line|Held up/)
      .first()
      .waitFor();
    await card.getByRole("button", { name: "Cancel" }).click();
    await page
      .getByRole("status")
      .filter({ hasText: /Cancelled\. Nothing was spent\.|asked to cancel/ })
      .waitFor();
    await card.getByText("Cancelled.", { exact: true }).waitFor();
    expect((await jobsWith("not yet begun")).filter(({ charged, refunded }) => charged > refunded)).toEqual([]);
  });
});

describe("news of a task", () => {
  it("come by an event stream; nothing is polled", async () => {
    const page = await visit("us-demo-us-stream");
    const asked: string[] = [];
    page.on("request", (request) => asked.push(new URL(request.url()).pathname));
    await finished(await ask(page, "by stream"));
    const ofTask = asked.filter((path) => path.startsWith("/v1/images/tasks/"));
    expect(ofTask).toHaveLength(1);
    expect(ofTask[0]).toMatch(/\/events$/);
  });

  it.each([
    ["refused", { status: 404, json: { error: { code: "not_found", message: "no stream", hint: "", type: "x" } } }],
    ["answered by something else", { status: 200, contentType: "text/html", body: "<p>Welcome to the hotel" }],
  ])("are polled for where the stream is %s", async (how, answer) => {
    const page = await visit("us-demo-us-poll", { expecting: [/404/] });
    const polls: string[] = [];
    page.on("request", (request) => {
      if (/\/tasks\/[^/]+$/.test(request.url())) polls.push(request.url());
    });
    await page.route("**/events", (route) => route.fulfill(answer));
    await finished(await ask(page, `by asking, ${how}`));
    expect(polls.length).toBeGreaterThan(0);
  });
});

it("several at once each have their card, and end in their own time", async () => {
  const page = await visit("us-demo-us-many");
  const stuck = await ask(page, "the first one sim:stuck");
  const quick = await ask(page, "the second one");
  const third = await ask(page, "the third one");
  await finished(quick);
  await finished(third);
  expect(await stuck.getByRole("progressbar").count()).toBe(1);
  await stuck.getByRole("button", { name: "Cancel" }).click();
  await stuck.getByText("Cancelled.", { exact: true }).waitFor();
});
