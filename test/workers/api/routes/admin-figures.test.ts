/** The administrator's figures, tasks under way and dead letters. */
import { runDurableObjectAlarm } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { coordinatorTimeoutMs } from "#api/limits.ts";
import { Coordinator } from "#consumer/index.ts";
import { registryOf } from "#shared/task/registry.ts";
import { aNamedKey, anAdministrator, generate, toPool } from "#test/workers/support/admin.ts";
import { aPool } from "#test/workers/support/pool.ts";
import { deadLetterQueue } from "#test/workers/support/queue.ts";
import {
  aBody,
  aKey,
  aSession,
  call,
  type Stage,
  setStage,
  storing,
  submitInit,
  submitPath,
} from "#test/workers/support/stage.ts";
import { until } from "#test/workers/support/waiting.ts";

let stage: Stage;
let admin: ReturnType<typeof anAdministrator>;
beforeEach(async () => {
  stage = setStage({ arkSeconds: 0 });
  admin = anAdministrator();
});

type Figures = {
  days: Record<string, number | string>[];
  failures: { code: string; tasks: number; hint: string }[];
  queue: Record<string, number | null>;
};
type Tasks = {
  data: { id: string; status: string; caller: object; credential: string | null; prompt: string | null }[];
  has_more: boolean;
};

const figures = (days = 7) => admin.get<Figures>(`/v1/admin/figures?days=${days}`);
const tasks = (query = "", who = admin) => who.get<Tasks>(`/v1/admin/tasks${query}`);
const idOf = async (answer: Response) => (await answer.json<{ id: string }>()).id;

/** A minute passes, and every coordinator tells what has changed. */
async function told() {
  stage.advance(60);
  for (const stub of await storing()) await runDurableObjectAlarm(stub);
}

const underWay = (count: number) =>
  until(async () => (await registryOf(env.REGISTRY).liveOwners()).length === count, `${count} owners are told`);

it.each([
  ["GET", "/v1/admin/figures"],
  ["GET", "/v1/admin/tasks"],
  ["GET", "/v1/admin/dead-letters"],
  ["POST", "/v1/admin/dead-letters/dead_x/replay"],
])("%s %s gives nothing without the administrator's key", async (method, path) => {
  for (const authorization of [undefined, `Bearer ${stage.session}`, "Bearer adm-wrong"]) {
    const headers = authorization === undefined ? undefined : { authorization };
    const answer = await call(path, { method, ...(headers && { headers }) }, admin.bindings);
    expect(answer.status).toBe(401);
    expect(await answer.json()).toMatchObject({ error: { code: "unauthorized" } });
  }
});

describe("figures", () => {
  it("a server without tasks has no figures", async () => {
    expect(await figures()).toMatchObject({
      ...{ object: "admin.figures", days: [], failures: [] },
      queue: { waiting: 0, running: 0, oldest_waiting_seconds: null, callers: 0 },
    });
  });

  it("the figures count tasks by their end, images, those of keys, and credits by the prices of the models", async () => {
    await stage.end(await stage.task({ n: 2, resolution: "2k" }));
    const failed = await stage.end(await stage.task({ prompt: "sim:input-moderated" }));
    const key = aKey();
    const body = { prompt: "a lighthouse", model: "seedream-5.0-flash", n: 1 };
    const paid = await idOf(await call(submitPath, submitInit(key, body)));
    await stage.end(paid, key);
    await told();

    const { days, failures, queue } = await figures();
    expect(days).toEqual([
      {
        ...{ date: "2031-01-01", completed: 2, failed: 1, cancelled: 0 },
        // dreamina-4.5 costs four credits an image of 2k.
        ...{ images: 3, images_by_keys: 1, credits: 8 },
      },
    ]);
    expect(failures).toMatchObject([{ code: failed.error_code, tasks: 1, hint: expect.stringMatching(/\w+/) }]);
    expect(queue).toMatchObject({ waiting: 0, running: 0, callers: 0 });
  });

  it("the figures show what waits and runs now, and since when", async () => {
    for (let count = 0; count < 6; count += 1) await stage.task({ seed: count });
    await underWay(1);
    await told();

    expect((await figures()).queue).toMatchObject({ waiting: 2, running: 4, oldest_waiting_seconds: 60, callers: 1 });
  });

  it("days that are none are refused", async () => {
    for (const days of [0, 367, "many"]) expect((await admin.ask(`/v1/admin/figures?days=${days}`)).status).toBe(400);
  });
});

describe("tasks under way", () => {
  it("tasks of all callers are listed with who made them and the credential that runs them, the oldest first", async () => {
    const pool = await aPool(aSession());
    const own = await stage.task();
    stage.advance(1);
    const named = await (
      await admin.ask("/v1/admin/keys", {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ name: "newsletter bot" }),
      })
    ).json<{ key: string }>();
    const byName = await idOf(await call(submitPath, submitInit(named.key, aBody()), pool.bindings));
    stage.advance(1);
    const byKey = await idOf(await call(submitPath, submitInit(pool.keys[0], aBody()), pool.bindings));
    await underWay(2);

    const { data, has_more } = await tasks();
    expect(data).toMatchObject([
      { id: own, caller: { kind: "credentials", name: expect.stringMatching(/^.{8}$/) } },
      { id: byName, caller: { kind: "key", name: "newsletter bot" } },
      { id: byKey, caller: { kind: "api_key", name: expect.stringMatching(/^.{8}$/) } },
    ]);
    expect(data[0]).toMatchObject({
      ...{ object: "image.generation.task", status: "pending", progress: 0, model: "dreamina-4.5", images: 1 },
      credential: expect.stringMatching(/^sg-…/),
      waiting_for: null,
    });
    expect(has_more).toBe(false);
  });

  it("a prompt is shown only where the server's setting says so", async () => {
    await stage.task({ prompt: "a secret garden" });
    await underWay(1);

    expect(JSON.stringify(await tasks())).not.toContain("secret");
    expect((await tasks()).data).toMatchObject([{ prompt: null }]);
    const seeing = anAdministrator({ ADMIN_SEES_PROMPTS: "true" });
    expect((await tasks("", seeing)).data).toMatchObject([{ prompt: "a secret garden" }]);
  });

  it("a list stops at its limit, with the oldest of all callers", async () => {
    const ids: string[] = [];
    for (let count = 0; count < 30; count += 1) {
      const session = aSession();
      ids.push(await idOf(await call(submitPath, submitInit(session, aBody()))));
      stage.advance(1);
    }
    await underWay(30);
    const asked = vi.spyOn(Coordinator.prototype, "underWay");

    const { data, has_more } = await tasks("?limit=5");

    expect(data.map(({ id }) => id)).toEqual(ids.slice(0, 5));
    expect(has_more).toBe(true);
    expect(asked).toHaveBeenCalledTimes(20);
    expect((await tasks("?limit=30")).data.map(({ id }) => id)).toEqual(ids);
    expect((await tasks("?limit=30")).has_more).toBe(false);
  });

  it("a task of an API key is listed at once, although the registry does not know yet", async () => {
    await toPool([aSession()]);
    const { key } = await aNamedKey();
    await stage.end(await idOf(await generate(key)), key);
    await told();
    const id = await idOf(await generate(key));
    expect(await registryOf(env.REGISTRY).liveOwners()).toEqual([]);

    expect((await tasks()).data.map((task) => task.id)).toEqual([id]);
  });

  it("a task that has ended is not listed, although the registry does not know yet", async () => {
    const id = await stage.task();
    await underWay(1);
    await call(`/v1/images/tasks/${id}/cancel`, {
      method: "POST",
      headers: { authorization: `Bearer ${stage.session}` },
    });

    expect((await tasks()).data).toEqual([]);
    await told();
    expect(await registryOf(env.REGISTRY).liveOwners()).toEqual([]);
  });

  it("a coordinator that does not answer hides its own tasks only", async () => {
    const silent = await stage.task();
    const other = await idOf(await call(submitPath, submitInit(aSession(), aBody())));
    await underWay(2);
    const answer = Coordinator.prototype.underWay;
    vi.spyOn(Coordinator.prototype, "underWay").mockImplementation(async function (this: Coordinator, query) {
      const found = await answer.call(this, query);
      if (found.some(({ id }) => id === silent)) throw new Error("Network connection lost.");
      return found;
    });

    expect((await tasks()).data.map(({ id }) => id)).toEqual([other]);
    expect(stage.logs.join()).toContain("coordinator_silent");
  });

  it("a coordinator that never answers hides its own tasks only, once its time is over", async () => {
    await stage.task();
    stage.advance(1);
    const other = await idOf(await call(submitPath, submitInit(aSession(), aBody())));
    await underWay(2);
    const [silent] = await registryOf(env.REGISTRY).liveOwners();
    let isAsked = false;
    const never = () => {
      isAsked = true;
      return new Promise(() => {});
    };
    const getByName = (name: string) =>
      name === silent?.owner ? { underWay: never } : env.COORDINATOR.getByName(name);
    vi.useFakeTimers({ toFake: ["Date", "setTimeout", "clearTimeout"], now: Date.now() });

    const listed = tasks("", anAdministrator({ COORDINATOR: { getByName } }));
    // The timer of the silent one is left when all others have answered.
    await expect.poll(() => isAsked && vi.getTimerCount()).toBe(1);
    vi.advanceTimersByTime(coordinatorTimeoutMs);

    expect((await listed).data.map(({ id }) => id)).toEqual([other]);
    expect(stage.logs.join()).toContain("coordinator_silent");
  });
});

describe("dead letters", () => {
  type Letters = { data: { id: string; at: number; caller: string; replayed_at: number | null }[] };
  const letters = () => admin.get<Letters>("/v1/admin/dead-letters");

  it("a dead letter is listed, newest first, and a message that comes twice is one", async () => {
    await stage.task();
    const tick = stage.queue.sent.at(-1)?.body;
    expect((await letters()).data).toEqual([]);
    await stage.queue.deliverOnly([tick], deadLetterQueue);
    await stage.queue.deliverOnly([tick], deadLetterQueue);

    const { data } = await letters();
    expect(data).toMatchObject([
      { object: "dead_letter", at: Math.floor(Date.now() / 1000), caller: tick?.owner.slice(0, 8), replayed_at: null },
    ]);
    expect(data[0]?.id).toMatch(/^dead_.{21}$/);
  });

  it("a replay wakes the caller's coordinator, and is noted", async () => {
    await stage.task();
    const tick = stage.queue.sent.at(-1)?.body;
    await stage.queue.deliverOnly([tick], deadLetterQueue);
    const [letter] = (await letters()).data;
    const missed = vi.spyOn(Coordinator.prototype, "missed");
    stage.advance(5);

    const replayed = await admin.ask(`/v1/admin/dead-letters/${letter?.id}/replay`, { method: "POST" });

    expect(await replayed.json()).toMatchObject({ id: letter?.id, replayed_at: Math.floor(Date.now() / 1000) });
    expect(missed).toHaveBeenCalledTimes(1);
    expect((await letters()).data).toMatchObject([{ replayed_at: Math.floor(Date.now() / 1000) }]);
  });

  it("an unknown dead letter is not replayed", async () => {
    const answer = await admin.ask("/v1/admin/dead-letters/dead_x/replay", { method: "POST" });

    expect(answer.status).toBe(404);
    expect(await answer.json()).toMatchObject({ error: { hint: expect.stringContaining("/v1/admin/dead-letters") } });
  });
});
