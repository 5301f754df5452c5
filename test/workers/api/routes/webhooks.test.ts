/** Webhooks at the API: the field of a submit, the secret, the log, tests, and who sees what. */
import { runInDurableObject } from "cloudflare:test";
import { beforeEach, describe, expect, it } from "vitest";
import type { Delivery, WebhookSecret } from "#shared/wire/webhooks.ts";
import { innerHosts } from "#test/support/inner-hosts.ts";
import { anImage, type ErrorBody, sendForm } from "#test/workers/support/compositions.ts";
import { aPool } from "#test/workers/support/pool.ts";
import {
  aReceiver,
  deliveriesOf,
  deliveryRows,
  get,
  isNoneDue,
  moveUntil,
  post,
  receiverUrl,
  secretOf,
  verified,
  withStatus,
} from "#test/workers/support/receiver.ts";
import {
  aBody,
  alarmOf,
  aSession,
  call,
  coordinators,
  type Stage,
  setStage,
  storing,
  submitInit,
  submitPath,
  tablesOf,
} from "#test/workers/support/stage.ts";
import { generate, until } from "#test/workers/support/waiting.ts";

let stage: Stage;
beforeEach(() => {
  stage = setStage();
});

const webhook = { url: receiverUrl };
const settled = () => moveUntil(stage, async () => (await deliveryRows()).length > 0 && (await isNoneDue()), "settled");

const webhookTables = ["webhooks", "deliveries", "webhook_secrets"];

/** The one error body of a submit with this webhook, which creates nothing. */
async function refusal(given: unknown): Promise<ErrorBody["error"]> {
  const answer = await stage.submit({ webhook: given });
  expect(answer.status).toBe(400);
  expect(await storing()).toEqual([]);
  expect(stage.fetched).not.toHaveBeenCalled();
  return ((await answer.json()) as ErrorBody).error;
}

describe("the field webhook of a submit", () => {
  it("an inner address in any spelling is refused by its field, and no task is created", async () => {
    for (const host of innerHosts) {
      const { code, param, message } = await refusal({ url: `http://${host}/hooks` });
      expect([host, code, param]).toEqual([host, "invalid_value", "webhook.url"]);
      expect(message).toMatch(/not on the public internet\.$/);
    }
  });

  it.each([
    ["ftp://example.com/hooks", /http or https/],
    ["https://anna:hush@example.com/", /user name or password/],
    ["https://", /valid address/],
    ["", /must not be empty/],
  ])("an address that cannot be called is refused and not repeated: %s", async (url, words) => {
    const { code, param, message } = await refusal({ url });
    expect([code, param]).toEqual(["invalid_value", "webhook.url"]);
    expect(message).toMatch(words);
    expect(message).not.toContain("hush");
  });

  it("an address of this API itself is refused, on any port", async () => {
    for (const url of ["https://api.pictures.dev/v1/images/generations", "http://api.pictures.dev.:8080/"]) {
      const answer = await call(
        `https://api.pictures.dev${submitPath}`,
        submitInit(stage.session, aBody({ webhook: { url } })),
      );
      expect(answer.status).toBe(400);
      expect(((await answer.json()) as ErrorBody).error.message).toBe("webhook.url points at this API.");
    }
  });

  it("an unknown event is refused with the list of those that exist", async () => {
    const { code, param, message } = await refusal({ url: receiverUrl, events: ["task.completed", "task.done"] });
    expect([code, param]).toEqual(["invalid_value", "webhook.events.1"]);
    expect(message).toContain(
      "task.completed, task.failed, task.progress, batch.completed, batch.paused, batch.progress",
    );
  });

  it.each([[{ url: receiverUrl, events: [] }], ["https://example.com/hooks"], [[]], [{}]])(
    "a webhook of another shape is refused: %j",
    async (given) => {
      expect((await refusal(given)).param).toMatch(/^webhook/);
    },
  );

  it("events of batches alone are refused for a task, which would never tell them", async () => {
    const answer = await stage.submit({ webhook: { ...webhook, events: ["batch.completed"] } });
    expect([answer.status, await answer.json()]).toMatchObject([400, { error: { param: "webhook.events" } }]);
  });

  it("null and no events mean the end of the task only", async () => {
    const { events } = aReceiver(stage);
    await stage.end(await stage.task({ webhook: { url: receiverUrl, events: null } }));
    await settled();
    expect(events().map(({ type }) => type)).toEqual(["task.completed"]);
    await stage.end(await stage.task({ prompt: "without", webhook: null }));
    expect(await deliveryRows()).toHaveLength(1);
  });

  it("a form takes it as a text of JSON, for a task with reference images", async () => {
    const { events } = aReceiver(stage);
    const form = new FormData();
    form.set("prompt", "a lighthouse");
    form.set("resolution", "2k");
    form.set("webhook", JSON.stringify(webhook));
    form.append("images", new File([anImage()], "a.png", { type: "image/png" }));
    const { id } = (await (await sendForm(stage, form)).json()) as { id: string };
    await stage.end(id);
    await settled();
    expect(events()).toMatchObject([{ type: "task.completed", data: { id } }]);
  });

  it("OpenAI's address takes it, too", async () => {
    const { events } = aReceiver(stage);
    const body = aBody({ model: "gpt-image-1", webhook });
    const answer = await call(
      "/openai/v1/images/generations",
      submitInit(stage.session, body, { prefer: "respond-async" }),
    );
    const { id } = (await answer.json()) as { id: string };
    await stage.end(id);
    await settled();
    expect(events()).toMatchObject([{ type: "task.completed", data: { id } }]);
  });

  it("each of several tasks of one request is told about", async () => {
    const { events } = aReceiver(stage);
    const { answer } = await generate(stage, { webhook, n: 9, model: "dreamina-4.5" });
    await until(() => stage.created().length === 2, "both tasks are under way");
    const ids = stage.created();
    for (const id of ids) await stage.end(id);
    expect((await answer).status).toBe(200);
    await settled();
    expect(
      events()
        .map(({ data }) => data.id)
        .toSorted(),
    ).toEqual(ids.toSorted());
  });

  it("a key used again with another webhook is a conflict, and with the same one it is not told twice", async () => {
    aReceiver(stage);
    const headers = { "idempotency-key": "k" };
    const first = (await (await stage.submit({ webhook }, headers)).json()) as { id: string };
    const second = (await (await stage.submit({ webhook }, headers)).json()) as { id: string };
    const other = await stage.submit({ webhook: { url: "https://hooks.example.com/other" } }, headers);
    expect(second.id).toBe(first.id);
    expect(other.status).toBe(409);
    await stage.end(first.id);
    await settled();
    expect(await deliveryRows()).toHaveLength(1);
  });

  it("links of images point at the public bucket where there is one, as in a poll", async () => {
    const { events } = aReceiver(stage);
    const bindings = { PUBLIC_IMAGE_BASE_URL: "https://pics.example.com" };
    const answer = await call(submitPath, submitInit(stage.session, aBody({ webhook })), bindings);
    const { id } = (await answer.json()) as { id: string };
    await stage.end(id);
    await settled();
    expect(events()[0]?.data.images).toEqual([`https://pics.example.com/${id}/0`]);
  });

  it("an owner without webhooks has no tables for them, and nothing is written for them", async () => {
    await stage.end(await stage.task());
    expect(await deliveriesOf(stage.session)).toEqual([]);
    for (const stub of coordinators()) {
      expect(Object.keys(await tablesOf(stub)).filter((table) => webhookTables.includes(table))).toEqual([]);
    }
  });

  it("the row of a task's webhook is deleted when the task ends", async () => {
    aReceiver(stage);
    const id = await stage.task({ webhook });
    const rows = async () => (await Promise.all(coordinators().map(tablesOf))).flatMap(({ webhooks = [] }) => webhooks);
    expect(await rows()).toMatchObject([{ subject: id, url: receiverUrl }]);
    await stage.end(id);
    expect(await rows()).toEqual([]);
  });
});

describe("the secret", () => {
  it("the secret is made when it is first asked for, is the same afterwards, and stands nowhere in the clear", async () => {
    const secret = await secretOf(stage.session);
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(await secretOf(stage.session)).toBe(secret);
    expect(await secretOf(aSession())).not.toBe(secret);
    const stored = JSON.stringify(await Promise.all(coordinators().map(tablesOf)));
    expect(stored).toContain("v1.");
    expect(stored + stage.logs.join("\n")).not.toContain(secret.slice("whsec_".length));
  });

  it("after a rotation, deliveries verify with the new and the former one for a day, then with the new one only", async () => {
    const { received } = aReceiver(stage);
    const former = await secretOf(stage.session);
    const { secret, previous } = (await (
      await post("/v1/webhooks/secret/rotate", stage.session)
    ).json()) as WebhookSecret;
    expect(secret).not.toBe(former);
    const expiry = Math.floor(Date.now() / 1000) + 24 * 3600;
    expect(previous).toEqual([{ secret: former, expires_at: expiry }]);
    expect(await get("/v1/webhooks/secret", stage.session)).toMatchObject({ secret, previous });

    await stage.end(await stage.task({ webhook }));
    await settled();
    const [first] = received;
    if (first === undefined) throw new Error("nothing was received");
    expect(first.headers["webhook-signature"]?.split(" ")).toHaveLength(2);
    for (const one of [secret, former]) expect(verified(one, first)).toMatchObject({ type: "task.completed" });

    stage.advance(24 * 3600 + 1);
    await stage.end(await stage.task({ webhook, prompt: "a day later" }));
    await settled();
    const second = received.at(-1);
    if (second === undefined) throw new Error("nothing was received");
    expect(verified(secret, second)).toMatchObject({ type: "task.completed" });
    expect(() => verified(former, second)).toThrow("No matching");
    expect(await get("/v1/webhooks/secret", stage.session)).toMatchObject({ secret, previous: [] });
  });

  it("a secret that cannot be opened any more, because SECRET_KEY was replaced, is replaced when it is asked for", async () => {
    const lost = await secretOf(stage.session);
    const [coordinator] = coordinators();
    if (coordinator === undefined) throw new Error("no coordinator");
    await runInDurableObject(coordinator, (_, { storage }) =>
      storage.sql.exec("UPDATE webhook_secrets SET sealed = 'v1.AAAA.AAAA'").toArray(),
    );
    const secret = await secretOf(stage.session);
    expect(secret).toMatch(/^whsec_/);
    expect(secret).not.toBe(lost);
    expect(await get("/v1/webhooks/secret", stage.session)).toMatchObject({ secret, previous: [] });
    const answer = await post("/v1/webhooks/secret/rotate", stage.session);
    expect(await answer.json()).toMatchObject({ previous: [{ secret }] });
  });

  it("the secret remains while the coordinator forgets everything else", async () => {
    aReceiver(stage);
    const secret = await secretOf(stage.session);
    await stage.end(await stage.task({ webhook }));
    await settled();
    const day = 24 * 3600;
    stage.advance(40 * day);
    while (await stage.move());
    const [left] = await Promise.all(coordinators().map(tablesOf));
    const full = Object.entries(left ?? {}).filter(([, rows]) => rows.length > 0);
    expect(full.map(([table]) => table)).not.toEqual(expect.arrayContaining(["tasks"]));
    expect(left?.deliveries).toEqual([]);
    expect(await Promise.all(coordinators().map(alarmOf))).toEqual([null]);
    expect(await secretOf(stage.session)).toBe(secret);
  });
});

describe("callers who share a coordinator", () => {
  it("holders of different API keys have a secret and a log each, and cannot send each other's deliveries again", async () => {
    const { keys, bindings } = await aPool(stage.session);
    const [alice, bob] = keys;
    const { received } = aReceiver(stage);
    const answer = await post(submitPath, alice, aBody({ webhook }), bindings);
    const { id } = (await answer.json()) as { id: string };
    await settled();

    const mine = await secretOf(alice, bindings);
    const theirs = await secretOf(bob, bindings);
    expect(mine).not.toBe(theirs);
    const [one] = received;
    if (one === undefined) throw new Error("nothing was received");
    expect(verified(mine, one)).toMatchObject({ data: { id } });
    expect(() => verified(theirs, one)).toThrow("No matching");

    const [entry] = await deliveriesOf(alice, "", bindings);
    expect(entry).toMatchObject({ data_id: id, status: "delivered" });
    expect(await deliveriesOf(bob, "", bindings)).toEqual([]);
    const path = `/v1/webhooks/deliveries/${entry?.id}/resend`;
    expect((await post(path, bob, undefined, bindings)).status).toBe(404);
    expect((await post(path, alice, undefined, bindings)).status).toBe(200);
    const cursor = await call(
      `/v1/webhooks/deliveries?after=${entry?.id}`,
      { headers: { authorization: bob } },
      bindings,
    );
    expect(cursor.status).toBe(400);

    const rotated = await post("/v1/webhooks/secret/rotate", bob, undefined, bindings);
    expect(rotated.status).toBe(200);
    expect(await secretOf(alice, bindings)).toBe(mine);
  });
});

describe("the log of deliveries", () => {
  it("the log has the newest deliveries first, by pages and by status", async () => {
    const receiver = aReceiver(stage);
    const ids: string[] = [];
    for (const prompt of ["one", "two", "three"]) {
      ids.unshift(await stage.task({ prompt, webhook }));
      await stage.end(ids[0] ?? "");
      await settled();
      receiver.answers(withStatus(410));
    }
    type Page = { data: Delivery[]; has_more: boolean; last_id: string };
    const first = await get<Page>("/v1/webhooks/deliveries?limit=2", stage.session);
    const second = await get<Page>(`/v1/webhooks/deliveries?limit=2&after=${first.last_id}`, stage.session);
    expect([...first.data, ...second.data].map(({ data_id: id }) => id)).toEqual(ids);
    expect([first.has_more, second.has_more]).toEqual([true, false]);
    const [delivered] = await deliveriesOf(stage.session, "?status=delivered");
    expect(delivered).toEqual({
      id: expect.stringMatching(/^whd_/),
      object: "webhook.delivery",
      type: "task.completed",
      data_id: ids[2],
      url: receiverUrl,
      status: "delivered",
      attempts: 1,
      created_at: expect.any(Number),
      last_attempt_at: expect.any(Number),
      next_attempt_at: null,
      last_status: 204,
      last_error: null,
    });
    expect(await deliveriesOf(stage.session, "?status=gone")).toHaveLength(2);
    expect(
      (await call("/v1/webhooks/deliveries?after=whd_x", { headers: { authorization: stage.session } })).status,
    ).toBe(400);
  });

  it("a delivery that ended is sent again with the same id and body when it is resent, with all its attempts", async () => {
    const receiver = aReceiver(stage, withStatus(500));
    await stage.end(await stage.task({ webhook }));
    await settled();
    const [failed] = await deliveriesOf(stage.session);
    expect(failed).toMatchObject({ status: "failed", attempts: 10 });

    receiver.answers(withStatus(204));
    const answer = await post(`/v1/webhooks/deliveries/${failed?.id}/resend`, stage.session);
    expect(await answer.json()).toMatchObject({ id: failed?.id, status: "pending", attempts: 0 });
    await settled();
    expect(receiver.received).toHaveLength(11);
    expect(receiver.received[10]?.body).toBe(receiver.received[0]?.body);
    expect(receiver.received[10]?.headers["webhook-id"]).toBe(failed?.id);
    expect(await deliveriesOf(stage.session)).toMatchObject([{ status: "delivered", attempts: 1 }]);
  });

  it("a delivery that is unknown cannot be resent, whether there are others or not", async () => {
    const resend = () => post("/v1/webhooks/deliveries/whd_unknown/resend", stage.session);
    expect((await resend()).status).toBe(404);
    expect(await storing()).toEqual([]);
    await secretOf(stage.session);
    expect((await resend()).status).toBe(404);
  });
});

describe("a test delivery", () => {
  it("a test goes the way of every other delivery, before the owner has any task, and is answered with its entry in the log", async () => {
    const { received } = aReceiver(stage);
    const answer = await post("/v1/webhooks/test", stage.session, { url: receiverUrl });
    const entry = (await answer.json()) as Delivery;
    expect(entry).toMatchObject({ type: "webhook.test", data_id: null, status: "pending", attempts: 0 });
    await settled();

    const [one] = received;
    if (one === undefined) throw new Error("nothing was received");
    expect(one.headers["webhook-id"]).toBe(entry.id);
    expect(verified(await secretOf(stage.session), one)).toEqual({
      type: "webhook.test",
      timestamp: expect.any(String),
      data: {},
    });
    expect(await deliveriesOf(stage.session)).toMatchObject([{ id: entry.id, status: "delivered" }]);
  });

  it("a test that fails is repeated once", async () => {
    const { received } = aReceiver(stage, withStatus(500));
    await post("/v1/webhooks/test", stage.session, { url: receiverUrl });
    await settled();
    expect(received).toHaveLength(2);
    expect(await deliveriesOf(stage.session)).toMatchObject([{ status: "failed", attempts: 2, last_status: 500 }]);
  });

  it("a test to an inner address is refused, and nothing is stored", async () => {
    const answer = await post("/v1/webhooks/test", stage.session, { url: "http://127.0.0.1/" });
    expect(answer.status).toBe(400);
    expect(((await answer.json()) as ErrorBody).error).toMatchObject({ code: "invalid_value", param: "url" });
    expect(await storing()).toEqual([]);
  });
});

it("GET /health shows the exempt origin, and null without one", async () => {
  const health = async (bindings: object) => (await call("/health", {}, bindings)).json();
  expect(await health({})).toMatchObject({ webhook_exempt_origin: null });
  const bindings = { WEBHOOK_EXEMPT_ORIGIN: "http://127.0.0.1:9100/" };
  expect(await health(bindings)).toMatchObject({ webhook_exempt_origin: "http://127.0.0.1:9100" });
});

it("only the exempt origin is exempt: another port or host of the same machine is refused", async () => {
  const bindings = { WEBHOOK_EXEMPT_ORIGIN: "http://127.0.0.1:9100" };
  const status = async (url: string) => (await post("/v1/webhooks/test", stage.session, { url }, bindings)).status;
  expect(await status("http://127.0.0.1:9100/hooks")).toBe(200);
  for (const url of ["http://127.0.0.1:9101/", "https://127.0.0.1:9100/", "http://localhost:9100/"]) {
    expect([url, await status(url)]).toEqual([url, 400]);
  }
});
