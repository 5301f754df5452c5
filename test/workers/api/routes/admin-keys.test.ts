/** Named keys: made by the administrator, held to their limits, with a use that counts what was made. */

import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { Coordinator } from "#consumer/index.ts";
import {
  adminCall,
  adminJson,
  aNamedKey,
  callAs,
  generate,
  type KeyRow,
  keyRows,
  toPool,
  usageOf,
} from "#test/workers/support/admin.ts";
import { alarmOf, aSession, call, coordinators, type Stage, setStage, tablesOf } from "#test/workers/support/stage.ts";

let stage: Stage;
beforeEach(async () => {
  stage = setStage();
});

const id = async (answer: Response) => ((await answer.json()) as { id: string }).id;
const errorOf = async (answer: Response) =>
  ((await answer.json()) as { error: { code: string; message: string; hint: string; retryable: boolean } }).error;

const registry = () => env.REGISTRY.getByName("registry");

/** The batches of the pool's coordinator, in the order in which they were made. */
async function batchesIn(): Promise<Record<string, unknown>[]> {
  const { batches = [] } = await tablesOf(coordinators()[0] as never);
  return batches.map(({ state }) => JSON.parse(String(state)) as Record<string, unknown>);
}

/** Plays until nothing is under way. */
async function settle(): Promise<void> {
  while (stage.queue.nextAt() !== null) await stage.move();
}

describe("a named key", () => {
  it("a named key is shown once, and only its hash is stored", async () => {
    const { key, ...row } = await aNamedKey({ limits: { images_per_day: 3 } });

    expect(key).toMatch(/^sk-[\w-]{32}$/);
    expect(row).toMatchObject({
      name: "a bot",
      masked: `sk-…${key.slice(-4)}`,
      is_expired: false,
      limits: { images_per_day: 3, images_per_month: null, at_once: null, models: null, batches: true },
      usage: { today: 0, this_month: 0, reserved: 0, under_way: 0 },
    });
    expect(await keyRows()).toEqual([row]);
    const stored = JSON.stringify(await tablesOf(env.REGISTRY.getByName("registry") as never));
    expect(stored).not.toContain(key.slice(3));
    expect(stage.logs.join("\n")).not.toContain(key.slice(3));
  });

  it("a named key makes images with the pool, and reads only its own tasks", async () => {
    await toPool([aSession()]);
    const [one, other] = [await aNamedKey(), await aNamedKey()];
    const task = await id(await generate(one.key));
    await settle();

    const path = `/v1/images/tasks/${task}`;
    expect(await (await callAs(one.key, path)).json()).toMatchObject({ status: "completed" });
    expect((await callAs(other.key, path)).status).toBe(404);
    expect(await usageOf(one.id)).toMatchObject({ today: 1, this_month: 1, reserved: 0, under_way: 0 });
    expect(await usageOf(other.id)).toMatchObject({ today: 0, reserved: 0 });
  });

  it("keys with limits of 3 and 100 a day: the first is stopped at its fourth image with the moment of reset, and nothing is spent", async () => {
    await toPool([aSession()]);
    const three = await aNamedKey({ limits: { images_per_day: 3 } });
    const hundred = await aNamedKey({ limits: { images_per_day: 100 } });
    for (const remaining of ["2", "1", "0"]) {
      const answer = await generate(three.key);
      expect(answer.headers.get("x-ratelimit-remaining")).toBe(remaining);
      await settle();
    }
    const spent = stage.jobs().length;

    const refused = await generate(three.key);
    const midnight = Date.UTC(2031, 0, 2) / 1000;
    expect(refused.status).toBe(429);
    expect(Object.fromEntries(refused.headers)).toMatchObject({
      "x-ratelimit-limit": "3",
      "x-ratelimit-remaining": "0",
      "x-ratelimit-reset": String(midnight),
      "retry-after": String(Math.ceil(midnight - Date.now() / 1000)),
    });
    expect(await errorOf(refused)).toMatchObject({
      code: "quota_exceeded",
      message: expect.stringContaining(
        "may make 3 images a day, and none is left; this needs 1. It can make more from 2031-01-02T00:00:00Z on",
      ),
    });
    expect((await generate(hundred.key)).status).toBe(200);
    await settle();
    expect(stage.jobs()).toHaveLength(spent + 1);

    stage.advance(12 * 3600);
    expect((await generate(three.key)).status).toBe(200);
    expect(await usageOf(three.id)).toMatchObject({ today: 0, this_month: 3, reserved: 1 });
  });

  it("images that tasks under way may still make are reserved, and free again when they fail", async () => {
    await toPool([aSession("moderated")]);
    const { key, id: keyId } = await aNamedKey({ limits: { images_per_day: 4 } });
    const body = { n: undefined };
    expect((await generate(key, body)).headers.get("x-ratelimit-remaining")).toBe("0");
    expect(await usageOf(keyId)).toMatchObject({ today: 0, reserved: 4, under_way: 1 });
    expect((await generate(key, { ...body, prompt: "another" })).status).toBe(429);

    await callAs(key, `/v1/images/tasks/${stage.created()[0]}/cancel`, {});
    await settle();

    expect(await usageOf(keyId)).toMatchObject({ reserved: 0, under_way: 0 });
    expect((await generate(key, body)).status).toBe(200);
  });

  it("a request that needs several tasks is refused whole, before the first of them", async () => {
    await toPool([aSession()]);
    const { key } = await aNamedKey({ limits: { images_per_day: 9 } });

    expect((await generate(key, { n: 4 })).status).toBe(200);
    expect((await generate(key, { n: 8, prompt: "another" })).status).toBe(429);
    expect(stage.created()).toHaveLength(1);
    expect((await generate(key, { n: 4, prompt: "another" })).status).toBe(200);
  });

  it("a request that is larger than the whole limit is refused as such, not until tomorrow", async () => {
    await toPool([aSession()]);
    const { key } = await aNamedKey({ limits: { images_per_day: 3 } });

    const refused = await generate(key, { n: 4 });
    expect([refused.status, refused.headers.get("retry-after")]).toEqual([403, null]);
    expect(await errorOf(refused)).toMatchObject({
      ...{ code: "not_allowed", retryable: false },
      message: "This API key may make 3 images a day; this needs 4. Nothing was spent.",
    });
  });

  it("the limit of a month holds over its days", async () => {
    await toPool([aSession()]);
    const { key } = await aNamedKey({ limits: { images_per_month: 2 } });
    for (let day = 0; day < 2; day += 1) {
      expect((await generate(key)).status).toBe(200);
      await settle();
      stage.advance(24 * 3600);
    }
    const refused = await generate(key);
    expect(refused.headers.get("x-ratelimit-reset")).toBe(String(Date.UTC(2031, 1, 1) / 1000));
    expect(await errorOf(refused)).toMatchObject({ code: "quota_exceeded" });
  });

  it("a key may have as many tasks under way as its limit says", async () => {
    await toPool([aSession()]);
    const { key } = await aNamedKey({ limits: { at_once: 1, images_per_day: 5 } });
    expect((await generate(key)).status).toBe(200);

    const refused = await generate(key, { prompt: "another" });
    expect([refused.status, (await errorOf(refused)).code]).toEqual([429, "rate_limited"]);
    expect(Object.fromEntries(refused.headers)).toMatchObject({
      ...{ "x-ratelimit-limit": "5", "x-ratelimit-remaining": "4", "retry-after": "10" },
      "x-ratelimit-reset": String(Date.UTC(2031, 0, 2) / 1000),
    });
    await settle();
    expect((await generate(key, { prompt: "another" })).status).toBe(200);
  });

  it("a key that is limited to models may use no other, and sees no other", async () => {
    await toPool([aSession()]);
    const { key } = await aNamedKey({ limits: { models: ["dreamina-4.5"] } });

    const refused = await generate(key, { model: "dreamina-4.0" });
    expect([refused.status, await errorOf(refused)]).toMatchObject([
      403,
      { code: "not_allowed", message: expect.stringContaining("it may use dreamina-4.5") },
    ]);
    expect((await generate(key, { model: "dreamina-4.5" })).status).toBe(200);
    const models = (await (await callAs(key, "/v1/models")).json()) as { data: { id: string }[] };
    expect(models.data.map((model) => model.id)).toEqual(["dreamina-4.5"]);
  });

  it("a key without batches may make none", async () => {
    await toPool([aSession()]);
    const { key } = await aNamedKey({ limits: { batches: false } });

    const refused = await callAs(key, "/v1/images/batches", { requests: [{ prompt: "a lighthouse" }] });
    expect([refused.status, (await errorOf(refused)).code]).toEqual([403, "not_allowed"]);
  });

  it("a batch is made as far as the limit goes, pauses with the reason, and goes on when there is more", async () => {
    await toPool([aSession()]);
    const { key, id: keyId } = await aNamedKey({ limits: { images_per_day: 2 } });
    const requests = ["a", "b", "c"].map((prompt) => ({ prompt, resolution: "1k", n: 1 }));
    const batch = await id(await callAs(key, "/v1/images/batches", { requests }));
    await settle();

    const path = `/v1/images/batches/${batch}`;
    expect(await (await callAs(key, path)).json()).toMatchObject({
      status: "paused",
      request_counts: { completed: 2, waiting: 1 },
      paused_reason: { code: "quota_exceeded" },
    });
    expect(await usageOf(keyId)).toMatchObject({ today: 2, reserved: 0, under_way: 0 });
    expect((await callAs(key, "/v1/images/batches", { requests })).status).toBe(429);

    stage.advance(12 * 3600);
    await callAs(key, `${path}/resume`, {});
    await settle();
    expect(await (await callAs(key, path)).json()).toMatchObject({ status: "completed" });
    expect(await usageOf(keyId)).toMatchObject({ today: 1, this_month: 3 });
  });

  it("a batch that paused at a limit goes on when the limit was raised and it is resumed", async () => {
    await toPool([aSession()]);
    const { key, id: keyId } = await aNamedKey({ limits: { images_per_day: 1 } });
    const requests = ["a", "b", "c"].map((prompt) => ({ prompt, resolution: "1k", n: 1 }));
    const batch = await id(await callAs(key, "/v1/images/batches", { requests }));
    await settle();

    await adminJson(`/keys/${keyId}`, { method: "PATCH", body: { limits: { images_per_day: 3 } } });
    await callAs(key, `/v1/images/batches/${batch}/resume`, {});
    await settle();
    expect(await (await callAs(key, `/v1/images/batches/${batch}`)).json()).toMatchObject({ status: "completed" });
  });

  it("requests of a batch that wait are held to lowered limits, and stop when the key is deleted", async () => {
    await toPool([aSession()]);
    const [lowered, deleted] = [await aNamedKey(), await aNamedKey()];
    const requests = Array.from({ length: 12 }, (_, n) => ({ prompt: `number ${n}`, resolution: "1k", n: 1 }));
    const ids = await Promise.all(
      [lowered, deleted].map(async ({ key }) => id(await callAs(key, "/v1/images/batches", { requests }))),
    );
    await adminJson(`/keys/${lowered.id}`, { method: "PATCH", body: { limits: { images_per_day: 3 } } });
    await adminJson(`/keys/${deleted.id}`, { method: "DELETE" });
    await settle();

    // Four were under way before: two of each.
    expect(stage.jobs().length).toBeLessThanOrEqual(3 + 4);
    expect(await batchesIn()).toMatchObject([
      { status: "paused", waiting: 8 },
      { status: "cancelled", waiting: 0 },
    ]);
    // None of them waits: one does nothing until it is resumed.
    const health = await (await callAs(lowered.key, "/health")).json();
    expect(health).toMatchObject({ yours: { waiting: 0, running: 0, oldest_waiting_seconds: null } });
    expect(await (await callAs(lowered.key, `/v1/images/batches/${ids[0]}`)).json()).toMatchObject({
      ...{ status: "paused", paused_reason: { code: "quota_exceeded" } },
      message: expect.not.stringContaining("no session that may run them"),
    });
  });

  it("an instance of the API that knows a key as it was does not undo its change or deletion", async () => {
    await toPool([aSession()]);
    const [lowered, deleted] = [await aNamedKey(), await aNamedKey()];
    const requests = Array.from({ length: 12 }, (_, n) => ({ prompt: `number ${n}`, resolution: "1k", n: 1 }));
    for (const { key } of [lowered, deleted]) await callAs(key, "/v1/images/batches", { requests });
    // As another instance of the API would: this one still knows both keys.
    await registry().changeKey(lowered.id, { limits: { imagesPerDay: 3 } });
    await registry().deleteKey(deleted.id);

    const late = { resolution: "1k", n: 1 };
    expect((await generate(lowered.key, { ...late, prompt: "late" })).status).toBe(429);
    expect((await generate(deleted.key, { ...late, prompt: "late, too" })).status).toBe(403);
    await settle();
    // Four were under way before: two of each.
    expect(stage.jobs().length).toBeLessThanOrEqual(3 + 4);
  });

  it("a deletion that the coordinator did not hear of reaches it by the registry's alarm", async () => {
    await toPool([aSession()]);
    const { key, id: keyId } = await aNamedKey();
    const requests = Array.from({ length: 12 }, (_, n) => ({ prompt: `number ${n}`, resolution: "1k", n: 1 }));
    await callAs(key, "/v1/images/batches", { requests });
    vi.spyOn(Coordinator.prototype, "pool").mockRejectedValueOnce(new Error("Network connection lost."));
    expect((await adminCall(`/keys/${keyId}`, { method: "DELETE" })).status).toBe(200);
    expect(await batchesIn()).toMatchObject([{ status: "in_progress" }]);

    await settle();
    expect(await batchesIn()).toMatchObject([{ status: "cancelled" }]);
    expect(stage.jobs().length).toBeLessThan(12);
  });

  it("the registry's alarm is set before the coordinator hears of a deletion, so that a crash loses none", async () => {
    const { id: keyId } = await aNamedKey();
    const { promise, resolve } = Promise.withResolvers<never>();
    const told = vi.spyOn(Coordinator.prototype, "pool").mockReturnValueOnce(promise);
    const deleted = adminCall(`/keys/${keyId}`, { method: "DELETE" });
    await expect.poll(() => told.mock.calls.length).toBe(1);
    expect(await alarmOf(registry() as never)).not.toBeNull();
    resolve(null as never);
    expect((await deleted).status).toBe(200);
  });

  it("requests of a batch that the key may not make fail by themselves, and the others are made", async () => {
    await toPool([aSession()]);
    const { key } = await aNamedKey({ limits: { images_per_day: 3 } });
    const requests = [4, 1, 4, 1].map((n, place) => ({ prompt: `number ${place}`, resolution: "1k", n }));
    const batch = await id(await callAs(key, "/v1/images/batches", { requests }));
    await settle();

    expect(await (await callAs(key, `/v1/images/batches/${batch}`)).json()).toMatchObject({
      ...{ status: "completed", request_counts: { completed: 2, failed: 2 } },
    });
    expect(stage.jobs()).toHaveLength(2);
  });

  it("a batch that exists is held to models and batches that are forbidden later", async () => {
    await toPool([aSession()]);
    const [model, batches] = [await aNamedKey({ limits: { at_once: 1 } }), await aNamedKey({ limits: { at_once: 1 } })];
    const requests = [0, 1, 2].map((n) => ({ prompt: `number ${n}`, model: "dreamina-4.5", resolution: "1k", n: 1 }));
    const ids = await Promise.all(
      [model, batches].map(async ({ key }) => id(await callAs(key, "/v1/images/batches", { requests }))),
    );
    await adminJson(`/keys/${model.id}`, { method: "PATCH", body: { limits: { models: ["dreamina-4.0"] } } });
    await adminJson(`/keys/${batches.id}`, { method: "PATCH", body: { limits: { batches: false } } });
    await settle();

    const shown = ([one, place]: [{ key: string }, number]) => callAs(one.key, `/v1/images/batches/${ids[place]}`);
    expect(await (await shown([model, 0])).json()).toMatchObject({
      ...{ status: "completed", request_counts: { completed: 1, failed: 2 } },
    });
    expect(await (await shown([batches, 1])).json()).toMatchObject({
      ...{ status: "paused", paused_reason: { code: "not_allowed" } },
    });
    expect(stage.jobs()).toHaveLength(2);
  });

  it("a batch waits, and does not pause, while only tasks under way stand between it and its limit", async () => {
    await toPool([aSession()]);
    const { key } = await aNamedKey({ limits: { images_per_day: 4 } });
    const requests = ["a", "b"].map((prompt) => ({ prompt: `sim:output-moderated ${prompt}`, resolution: "1k" }));
    const batch = await id(await callAs(key, "/v1/images/batches", { requests }));
    await settle();

    // Each reserves four images, and makes none.
    expect(await (await callAs(key, `/v1/images/batches/${batch}`)).json()).toMatchObject({
      ...{ status: "completed", request_counts: { failed: 2 } },
    });
  });

  it("a request of more tasks than the key may have at once is refused whole", async () => {
    await toPool([aSession()]);
    const { key } = await aNamedKey({ limits: { at_once: 1 } });

    const refused = await callAs(key, "/openai/v1/images/generations", { prompt: "a lighthouse", n: 10 });
    expect([refused.status, await errorOf(refused)]).toMatchObject([
      403,
      { code: "not_allowed", message: expect.stringContaining("may have 1 at once; this needs") },
    ]);
    expect(stage.created()).toEqual([]);
  });

  it("a new key is shown although the coordinator of its use is silent", async () => {
    vi.spyOn(Coordinator.prototype, "pool").mockRejectedValue(new Error("Network connection lost."));

    expect((await aNamedKey()).key).toMatch(/^sk-/);
  });

  it("a new SECRET_KEY changes neither the use of a key nor whose tasks it reads", async () => {
    await toPool([aSession()]);
    const { key, id: keyId } = await aNamedKey({ limits: { images_per_day: 2 } });
    const task = await id(await generate(key));
    await settle();

    const secret = { SECRET_KEY: "HwAeAR0CHAMbBBoFGQYYBxcIFgkVChQLEwwSDREOEA8", PREVIOUS_SECRET_KEY: env.SECRET_KEY };
    const ask = (path: string, init: RequestInit = {}) =>
      call(path, { ...init, headers: { authorization: `Bearer ${key}`, "content-type": "application/json" } }, secret);
    expect(await (await ask(`/v1/images/tasks/${task}`)).json()).toMatchObject({ status: "completed" });
    const more = { method: "POST", body: JSON.stringify({ prompt: "another", n: 2, resolution: "1k" }) };
    expect((await ask("/v1/images/generations", more)).status).toBe(429);
    expect(await usageOf(keyId)).toMatchObject({ today: 1 });
  });

  it("an expired key and a deleted key are refused", async () => {
    await toPool([aSession()]);
    const soon = Math.floor(Date.now() / 1000) + 60;
    const [expiring, deleted] = [await aNamedKey({ expires_at: soon }), await aNamedKey()];
    expect((await generate(expiring.key)).status).toBe(200);
    expect((await generate(deleted.key)).status).toBe(200);

    stage.advance(61);
    await adminJson(`/keys/${deleted.id}`, { method: "DELETE" });

    const expired = await generate(expiring.key);
    expect(expired.status).toBe(401);
    expect(await errorOf(expired)).toMatchObject({
      message: `This API key expired at ${new Date(soon * 1000).toISOString().replace(".000Z", "Z")}.`,
      hint: expect.stringContaining("Ask the administrator"),
    });
    expect((await generate(deleted.key)).status).toBe(401);
    expect((await callAs(expiring.key, "/v1/images/tasks")).status).toBe(401);
    expect((await keyRows()).map(({ id: one, is_expired }) => [one, is_expired])).toEqual([[expiring.id, true]]);
    expect((await adminCall(`/keys/${deleted.id}`, { method: "DELETE" })).status).toBe(404);
  });

  it("a change of a key keeps the fields that it does not name", async () => {
    const { key, ...before } = await aNamedKey({ limits: { images_per_day: 3, at_once: 2 } });

    const after = await adminJson<KeyRow>(`/keys/${before.id}`, {
      method: "PATCH",
      body: { limits: { images_per_day: null } },
    });

    expect(after).toEqual({ ...before, limits: { ...before.limits, images_per_day: null } });
    expect((await adminCall("/keys/key_unknown", { method: "PATCH", body: {} })).status).toBe(404);
  });

  it("two changes of a key at the same moment are both made", async () => {
    const { id: keyId } = await aNamedKey();
    const send = (limits: object) => adminJson(`/keys/${keyId}`, { method: "PATCH", body: { limits } });
    await Promise.all([send({ images_per_day: 3 }), send({ at_once: 2 })]);

    expect((await keyRows())[0]?.limits).toMatchObject({ images_per_day: 3, at_once: 2 });
  });

  it.each([
    [{}, "name"],
    [{ name: " " }, "name"],
    [{ name: "x".repeat(101) }, "name"],
    [{ name: "a", limits: null }, "limits"],
    [{ name: "a", limit: { images_per_day: 3 } }, "limit"],
    [{ name: "a", limits: { imagesPerDay: 3 } }, "limits.imagesPerDay"],
    [{ name: "a", limits: { images_per_day: 0 } }, "limits.images_per_day"],
    [{ name: "a", limits: { models: [] } }, "limits.models"],
    [{ name: "a", expires_at: "tomorrow" }, "expires_at"],
    [{ name: "a", expires_at: 1_700_000_000 }, "expires_at"],
    [{ name: "a", expires_at: 4_102_444_801 }, "expires_at"],
    [{ name: "a", limits: { models: ["dreamina-4.5", "dall-e-3"] } }, "limits.models"],
  ])("a key of %j is refused, and none is made", async (body, param) => {
    const refused = await adminCall("/keys", { method: "POST", body });

    expect(refused.status).toBe(400);
    expect(await refused.json()).toMatchObject({ error: { param } });
    expect(await keyRows()).toEqual([]);
  });

  it("a key with an expiry in milliseconds is refused with the unit that is meant", async () => {
    const refused = await adminCall("/keys", { method: "POST", body: { name: "a", expires_at: 1_964_374_400_000 } });

    expect((await errorOf(refused)).message).toContain("in Unix seconds, not milliseconds");
  });

  it("a server without sessions of its own says so", async () => {
    const { key } = await aNamedKey();

    expect(await errorOf(await generate(key))).toMatchObject({
      code: "unauthorized",
      message: expect.stringContaining("no sessions or keys of its own"),
    });
  });

  it("an Idempotency-Key of one named key is not that of another, and a repeated request counts once", async () => {
    await toPool([aSession()]);
    const [one, other] = [await aNamedKey(), await aNamedKey()];
    const header = { "idempotency-key": "1" };
    const first = await id(await generate(one.key, {}, header));

    expect(await id(await generate(one.key, {}, header))).toBe(first);
    expect(await id(await generate(other.key, {}, header))).not.toBe(first);
    await settle();
    expect(await usageOf(one.id)).toMatchObject({ today: 1, this_month: 1, reserved: 0 });
  });

  it("a named key works with the credentials of the settings, too", async () => {
    const bindings = { DEFAULT_SESSIONS: aSession() };
    const { key } = await aNamedKey();
    const init = {
      method: "POST",
      headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
      body: JSON.stringify({ prompt: "a lighthouse" }),
    };

    expect((await call("/v1/images/generations", init, bindings)).status).toBe(200);
  });
});
