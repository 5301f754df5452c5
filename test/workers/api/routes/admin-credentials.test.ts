/** The pool: credentials that the administrator adds, watches, pauses and removes, for all callers with an API key. */
import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it, vi } from "vitest";
import consumer, { Coordinator } from "#consumer/index.ts";
import {
  adminCall,
  adminJson,
  adminKey,
  aNamedKey,
  type CredentialRow,
  callAs,
  firstMember,
  generate,
  poolPage,
  toPool,
} from "#test/workers/support/admin.ts";
import { aPool } from "#test/workers/support/pool.ts";
import {
  aKey,
  alarmOf,
  aSession,
  call,
  coordinators,
  type Stage,
  setStage,
  tablesOf,
} from "#test/workers/support/stage.ts";

/** A request with an API key, of a server with these settings. */
const post = (key: string, path: string, body: object, settings: object) =>
  call(
    path,
    {
      method: "POST",
      headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
      body: JSON.stringify(body),
    },
    settings,
  );

let stage: Stage;
beforeEach(() => {
  stage = setStage({ arkSeconds: 0 });
});

const idOf = async (answer: Response) => ((await answer.json()) as { id: string }).id;
const registry = () => env.REGISTRY.getByName("registry");

/** Plays until nothing is under way. */
async function settle(): Promise<void> {
  while (stage.queue.nextAt() !== null) await stage.move();
}

const change = (id: string, body: object) => adminJson<CredentialRow>(`/credentials/${id}`, { method: "PATCH", body });

const jobsOf = (session: string) => stage.jobs().filter((job) => session.endsWith(job.session)).length;

describe("adding", () => {
  it("a session that is added is checked, sealed, and shown masked with its balance", async () => {
    const session = aSession();
    const [row] = await toPool([session], { name: "Anna", weight: 3 });

    expect(row).toMatchObject({
      ...{ name: "Anna", weight: 3, paused: false, place: "sg", is_new: true },
      ...{ health: "ready", alive: true, credits: { total: 1000 }, running: [], slots: 4, last_refusal: null },
    });
    const { is_new: _, ...shown } = row as CredentialRow;
    expect((await poolPage()).data).toEqual([shown]);
    const stored = JSON.stringify([
      await tablesOf(registry() as never),
      ...(await Promise.all(coordinators().map(tablesOf))),
      stage.logs,
    ]);
    expect(stored).not.toContain(session.slice(3));
  });

  it("sessions and keys are added together, each once", async () => {
    const [session, key] = [aSession(), aKey()];
    const added = await toPool([session, key, session]);

    expect(added.map(({ place, is_new }) => [place, is_new])).toEqual([
      ["sg", true],
      ["ap", true],
      ["sg", false],
    ]);
    expect((await toPool([key])).map(({ is_new }) => is_new)).toEqual([false]);
    expect((await poolPage()).data).toHaveLength(2);
  });

  it.each(["", "tw-0123456789abcdef0123456789abcdef", Array(101).fill("us-abcd").join(",")])(
    "a text that holds no usable credentials adds none",
    async (credentials) => {
      const refused = await adminCall("/credentials", { method: "POST", body: { credentials } });

      expect(refused.status).toBe(400);
      expect(await refused.json()).toMatchObject({ error: { param: "credentials" } });
      expect((await poolPage()).data).toEqual([]);
    },
  );

  it("a dead session is added, and shown as expired with its remedy", async () => {
    const [row] = await toPool([aSession("expired")]);

    expect(row).toMatchObject({ health: "expired", alive: false, check_error: { code: "session_expired" } });
  });

  it("the pool is listed in pages, in the order in which it was filled", async () => {
    const sessions = Array.from({ length: 5 }, () => aSession());
    const all = (await toPool(sessions)).map(({ id }) => id);

    const first = await poolPage("?limit=2");
    expect([first.data.map(({ id }) => id), first.has_more]).toEqual([all.slice(0, 2), true]);
    const rest = await poolPage(`?limit=10&after=${first.last_id}`);
    expect([rest.data.map(({ id }) => id), rest.has_more]).toEqual([all.slice(2), false]);
  });

  it("a page after a member that was removed meanwhile goes on where that one was", async () => {
    const all = (await toPool(Array.from({ length: 5 }, () => aSession()))).map(({ id }) => id);
    const idsAfter = async (id: string | undefined) => (await poolPage(`?after=${id}`)).data.map((row) => row.id);
    for (const id of all.slice(0, 2)) await adminJson(`/credentials/${id}`, { method: "DELETE" });

    expect(await idsAfter(all[0])).toEqual(all.slice(2));
    expect(await idsAfter(all[1])).toEqual(all.slice(2));

    // The last one's place is not given again.
    await adminJson(`/credentials/${all[4]}`, { method: "DELETE" });
    const [added] = await toPool([aSession()]);
    expect(await idsAfter(all[4])).toEqual([added?.id]);
    expect(await idsAfter(all[3])).toEqual([added?.id]);
  });

  it.each(["cred_never", "", "%27%20OR%201%3D1"])(
    "a page after %j, which never was in the pool, is refused",
    async (after) => {
      const refusal = { error: { code: "invalid_value", param: "after" } };
      const answer = async () => (await adminCall(`/credentials?after=${after}`)).json();

      expect(await answer()).toMatchObject(refusal);
      await toPool([aSession()]);
      expect(await answer()).toMatchObject(refusal);
    },
  );
});

describe("running tasks", () => {
  it("tasks of all API keys, named or of the setting, run on the pool", async () => {
    const session = aSession();
    await toPool([session]);
    const { keys, bindings } = await aPool("");
    const named = await aNamedKey();

    const ofSettings = await post(keys[0] ?? "", "/v1/images/generations", { prompt: "a lighthouse" }, bindings);
    expect(ofSettings.status).toBe(200);
    expect((await generate(named.key)).status).toBe(200);
    expect((await firstMember()).running).toEqual(stage.created());
    await settle();
    expect(jobsOf(session)).toBe(2);
  });

  it("a paused member gets no new task, and its tasks go on", async () => {
    const [one, other] = [aSession(), aSession()];
    const { key } = await aNamedKey();
    const [member] = await toPool([one]);
    const first = await idOf(await generate(key));
    await toPool([other]);
    expect(await change(member?.id ?? "", { paused: true })).toMatchObject({ paused: true, health: "paused" });

    const second = await idOf(await generate(key));
    await settle();
    expect([jobsOf(one), jobsOf(other)]).toEqual([1, 1]);
    for (const task of [first, second]) {
      expect(await (await callAs(key, `/v1/images/tasks/${task}`)).json()).toMatchObject({ status: "completed" });
    }
  });

  it("a task waits while every member is paused, and starts when one is resumed", async () => {
    const [member] = await toPool([aSession()], { paused: true });
    const { key } = await aNamedKey();
    const task = await idOf(await generate(key));
    await settle();
    expect(await (await callAs(key, `/v1/images/tasks/${task}`)).json()).toMatchObject({ status: "pending" });

    await change(member?.id ?? "", { paused: false });
    await settle();
    expect(await (await callAs(key, `/v1/images/tasks/${task}`)).json()).toMatchObject({ status: "completed" });
  });

  it("a task that waits for a paused member says so, to its caller and to the administrator, and not once one is resumed", async () => {
    const [member] = await toPool([aSession()], { paused: true });
    const { key } = await aNamedKey();
    const task = await idOf(await generate(key));
    const view = async () => (await callAs(key, `/v1/images/tasks/${task}`)).json();
    const message = expect.stringContaining("is paused or out of use");

    expect(await view()).toMatchObject({
      ...{ status: "pending", queue_position: 1, waiting_code: "pool_unavailable", waiting_for: message },
    });
    const { data } = await adminJson<{ data: object[] }>("/tasks");
    expect(data).toMatchObject([{ id: task, credential: null, waiting_for: { code: "pool_unavailable", message } }]);

    await change(member?.id ?? "", { paused: false });
    expect(await view()).not.toHaveProperty("waiting_for");
  });

  it("a batch that waits for a paused member says so, while requests of it wait", async () => {
    const [member] = await toPool([aSession()]);
    const { key } = await aNamedKey();
    const begun = Array.from({ length: 4 }, (_, index) => ({ prompt: `lighthouse ${index}`, n: 1 }));
    const batch = await idOf(await callAs(key, "/v1/images/batches", { requests: begun }));
    await change(member?.id ?? "", { paused: true });
    const view = async (id: string): Promise<object> => (await callAs(key, `/v1/images/batches/${id}`)).json();
    expect(await view(batch)).not.toHaveProperty("waiting_for");

    const late = await idOf(await callAs(key, "/v1/images/batches", { requests: [{ prompt: "a pier", n: 1 }] }));
    const waiting = await view(late);
    expect(waiting).toMatchObject({ status: "in_progress", waiting_code: "pool_unavailable" });
    expect(waiting).not.toHaveProperty("next_try_at");
    expect(JSON.stringify(waiting)).not.toContain("next_try_at");
    const items = await (await callAs(key, `/v1/images/batches/${late}/tasks`)).json();
    expect(items).toMatchObject({ data: [{ waiting_code: "pool_unavailable" }] });
  });

  it("/health counts a paused member as out, whatever else it is", async () => {
    const [member] = await toPool([aSession()]);
    const { key } = await aNamedKey();
    await generate(key);
    await change(member?.id ?? "", { paused: true });

    expect(await (await callAs(key, "/health")).json()).toMatchObject({
      yours: { running: 1, sessions: { ready: 0, full: 0, out: { paused: 1 } } },
    });
  });

  it("a member that its site refuses shows as expired at once, with the remedy, and the task moves on to another", async () => {
    const { key } = await aNamedKey();
    const session = aSession();
    const [dead] = await toPool([session]);
    // It is logged out on the site.
    stage.simulator.addAccount({ session: session.slice(3), cluster: "sg", scenario: "expired" });
    const task = await idOf(await generate(key));
    await toPool([aSession()]);
    await settle();

    expect(await (await callAs(key, `/v1/images/tasks/${task}`)).json()).toMatchObject({ status: "completed" });
    const row = (await poolPage()).data.find(({ id }) => id === dead?.id);
    expect(row).toMatchObject({
      health: "expired",
      last_refusal: { code: "session_expired", hint: expect.stringContaining("log in on the site again") },
    });
    expect(row?.out_until).toBeGreaterThan(Date.now() / 1000);
  });

  it("a member without credits, and one that was asked to wait, show as such", async () => {
    const { key } = await aNamedKey();
    await toPool([aSession("nocredit"), aSession("risk")]);
    for (const prompt of ["a", "b", "c", "d"]) await generate(key, { prompt });
    for (let rounds = 0; rounds < 3; rounds += 1) await stage.queue.deliver();

    const healths = (await poolPage()).data.map(({ health }) => health);
    expect(healths).toEqual(["no_credits", "cooling"]);
  });

  it("of equally idle members the heavier is chosen more often", async () => {
    const [light, heavy] = [aSession(), aSession()];
    await toPool([light]);
    await toPool([heavy], { weight: 3 });
    const { key } = await aNamedKey();
    const chance = vi.spyOn(Math, "random");
    for (const [index, value] of [0.1, 0.3, 0.6, 0.9].entries()) {
      chance.mockReturnValue(value);
      await generate(key, { prompt: `number ${index}` });
      await settle();
    }

    expect([jobsOf(light), jobsOf(heavy)]).toEqual([1, 3]);
  });

  it("a model that no member has is refused with the list of those that they have", async () => {
    await toPool([aKey()]);
    const { key } = await aNamedKey();

    const refused = await generate(key, { model: "dreamina-3.0" });
    expect(refused.status).toBe(400);
    expect(await refused.json()).toMatchObject({ error: { code: "model_not_available" } });
    const models = (await (await callAs(key, "/v1/models")).json()) as { data: { id: string }[] };
    expect(models.data.every(({ id }) => id.startsWith("seedream"))).toBe(true);
  });

  it("an official key of the pool makes images by paid calls", async () => {
    await toPool([aKey()]);
    const { key } = await aNamedKey();
    const task = await idOf(await generate(key, { resolution: "2k" }));

    expect(await stage.end(task, key)).toMatchObject({ status: "completed" });
    expect(stage.paidCalls()).toHaveLength(1);
  });
});

describe("a check", () => {
  it("a member whose account has no credits shows so as soon as it is checked", async () => {
    const [row] = await toPool([aSession("nocredit")]);

    expect(row).toMatchObject({ health: "no_credits", alive: true, credits: { total: 0 } });
  });

  it("a member that a check finds dead gets no task, and none is tried on it", async () => {
    const { key } = await aNamedKey();
    const [dead, well] = [aSession("expired"), aSession()];
    await toPool([dead, well]);
    for (const prompt of ["a", "b", "c"]) await generate(key, { prompt });
    await settle();

    expect(jobsOf(well)).toBe(3);
    const sessions = stage.fetched.mock.calls.map(([request]) => (request as Request).headers.get("cookie") ?? "");
    // Its check, on its own site and the two others.
    expect(sessions.filter((cookie) => cookie.includes(dead.slice(3)))).toHaveLength(3);
  });

  it("a member whose account has credits again gets tasks at once after a check", async () => {
    const { key } = await aNamedKey();
    const session = aSession("nocredit");
    const [member] = await toPool([session]);
    await generate(key);
    await stage.queue.deliver();
    expect(await firstMember()).toMatchObject({ health: "no_credits" });

    stage.simulator.addAccount({ session: session.slice(3), cluster: "sg", credits: 100 });
    const checked = await adminJson<CredentialRow>(`/credentials/${member?.id}/check`, { method: "POST" });
    expect(checked).toMatchObject({ health: "ready", credits: { total: 100 }, last_refusal: null });
    const task = await idOf(await generate(key, { prompt: "another" }));
    await settle();
    expect(await (await callAs(key, `/v1/images/tasks/${task}`)).json()).toMatchObject({ status: "completed" });
  });
});

// An eviction waits for timers of the object: here, for those of calls that have ended long before their time limit.
describe("a registry that has checked its members", () => {
  it("nothing keeps it awake", { timeout: 10_000 }, async () => {
    await toPool([aSession(), aKey()]);
    await evictDurableObject(registry());
  });
});

describe("removing", () => {
  it("a removed member ends what it runs, and then nothing of it is stored", async () => {
    const session = aSession();
    const { key } = await aNamedKey();
    const [member] = await toPool([session]);
    const task = await idOf(await generate(key));
    await stage.move();
    await adminJson(`/credentials/${member?.id}`, { method: "DELETE" });

    expect((await poolPage()).data).toEqual([]);
    expect(await (await generate(key)).json()).toMatchObject({ error: { code: "unauthorized" } });
    await settle();
    expect(await (await callAs(key, `/v1/images/tasks/${task}`)).json()).toMatchObject({ status: "completed" });
    // The alarm that deletes ended tasks deletes it, too.
    while ((await tablesOf(coordinators()[0] as never)).members?.length !== 0) {
      if (!(await stage.move())) throw new Error("the member stays");
    }
    expect((await adminCall(`/credentials/${member?.id}`, { method: "DELETE" })).status).toBe(404);
  });
});

describe("the settings", () => {
  it("the credentials of the settings are used beside the pool until they are taken over; then the pool alone counts", async () => {
    const [setting, added] = [aSession(), aSession()];
    const bindings = { DEFAULT_SESSIONS: setting };
    const { key } = await aNamedKey();
    const ask = (prompt: string) => post(key, "/v1/images/generations", { prompt, n: 1 }, bindings);
    await toPool([added]);
    for (const prompt of ["a", "b"]) await ask(prompt);
    await settle();
    expect([jobsOf(setting), jobsOf(added)]).toEqual([1, 1]);

    const page = await adminJson<{ in_settings: number }>("/credentials", {}, bindings);
    expect(page.in_settings).toBe(1);
    const taken = await adminJson<{ data: CredentialRow[] }>("/credentials/take-over", { method: "POST" }, bindings);
    expect(taken.data).toMatchObject([{ name: "DEFAULT_SESSIONS", is_new: true, alive: true }]);
    expect(await adminJson("/credentials", {}, bindings)).toMatchObject({ in_settings: 0 });

    await change(taken.data[0]?.id ?? "", { paused: true });
    for (const prompt of ["c", "d"]) await ask(prompt);
    await settle();
    expect([jobsOf(setting), jobsOf(added)]).toEqual([1, 3]);
  });

  it("the health check says whether API keys can be used: with a pool, or with the settings until they are taken over", async () => {
    const { bindings } = await aPool(aSession());
    const apiKeys = async (given: object) =>
      ((await (await call("/health", {}, given)).json()) as { api_keys: string }).api_keys;
    expect([await apiKeys({}), await apiKeys(bindings)]).toEqual(["off", "on"]);

    const taken = await adminJson<{ data: CredentialRow[] }>("/credentials/take-over", { method: "POST" }, bindings);
    expect([await apiKeys({}), await apiKeys(bindings)]).toEqual(["on", "on"]);
    await adminJson(`/credentials/${taken.data[0]?.id}`, { method: "DELETE" });
    expect(await apiKeys(bindings)).toBe("off");
  });

  it("while the registry is silent its last answer counts, and an instance that has none makes nothing", async () => {
    const { keys, bindings } = await aPool(aSession());
    const broken = { getByName: () => ({ find: () => Promise.reject(new Error("unreachable")) }) };
    const ask = (prompt: string, settings: object) =>
      post(keys[0] ?? "", "/v1/images/generations", { prompt }, settings);
    const silent = { ...bindings, REGISTRY: broken };
    const refused = await ask("a", silent);
    expect([refused.status, await refused.json()]).toMatchObject([500, { error: { code: "internal" } }]);
    expect(stage.created()).toEqual([]);

    expect((await ask("b", bindings)).status).toBe(200);
    stage.advance(3_600);
    expect((await ask("c", silent)).status).toBe(200);
    expect(coordinators()).toHaveLength(1);
  });

  it("a credential of the settings that was in the pool, too, is used again after its removal", async () => {
    const setting = aSession();
    const bindings = { DEFAULT_SESSIONS: setting };
    const { key } = await aNamedKey();
    const ask = (path: string, body: object) => post(key, path, body, bindings);
    await ask("/v1/images/generations", { prompt: "a", n: 1 });
    await settle();
    for (const [path, body] of [
      ["/v1/images/generations", { prompt: "b", n: 1 }],
      ["/v1/images/batches", { requests: [{ prompt: "c", n: 1 }] }],
    ] as const) {
      const [member] = await toPool([setting]);
      await adminJson(`/credentials/${member?.id}`, { method: "DELETE" });
      await ask(path, body);
      await settle();
    }

    expect(jobsOf(setting)).toBe(3);
  });

  it("no secret of what was taken over and removed is stored, also while tasks wait", async () => {
    const [setting, paused] = [aSession(), aSession()];
    const bindings = { DEFAULT_SESSIONS: setting };
    const { key } = await aNamedKey();
    const submit = async (prompt: string) =>
      idOf(await post(key, "/v1/images/generations", { prompt, n: 1 }, bindings));
    await submit("a");
    await settle();
    const taken = await adminJson<{ data: CredentialRow[] }>("/credentials/take-over", { method: "POST" }, bindings);
    await toPool([paused], { paused: true });
    const waiting = await submit("b");
    await adminJson(`/credentials/${taken.data[0]?.id}`, { method: "DELETE" });
    await settle();

    const second = await submit("c");
    const secrets = async () => {
      const { members = [], sessions = [] } = await tablesOf(coordinators()[0] as never);
      return [...members, ...sessions].filter(({ sealed }) => sealed !== "").length;
    };
    // That of the paused member stays. The alarm that deletes ended tasks deletes secrets, too.
    while ((await secrets()) > 1) if (!(await stage.move())) throw new Error("the secret stays");

    expect(jobsOf(setting)).toBe(2);
    const statusOf = async (id: string) => (await callAs(key, `/v1/images/tasks/${id}`)).json();
    expect(await statusOf(waiting)).toMatchObject({ status: "completed" });
    expect(await statusOf(second)).toMatchObject({ status: "pending", waiting_code: "pool_unavailable" });
  });

  it("nothing is taken over where the settings have nothing", async () => {
    const refused = await adminCall("/credentials/take-over", { method: "POST" });

    expect(refused.status).toBe(400);
    const { keys, bindings } = await aPool(aSession());
    const init = { headers: { authorization: `Bearer ${keys[0]}` } };
    expect((await call("/v1/models", init, bindings)).status).toBe(200);
    expect(await adminJson("/credentials", {}, bindings)).toMatchObject({ in_settings: 1 });
  });

  it("what was taken over and removed gets no more tasks, also of a batch that began before; others of its place do", async () => {
    const [setting, fresh] = [aSession(), aSession()];
    const bindings = { DEFAULT_SESSIONS: setting };
    const { key } = await aNamedKey();
    const requests = Array.from({ length: 12 }, (_, n) => ({ prompt: `number ${n}`, resolution: "1k", n: 1 }));
    const batch = await idOf(await post(key, "/v1/images/batches", { requests }, bindings));
    const taken = await adminJson<{ data: CredentialRow[] }>("/credentials/take-over", { method: "POST" }, bindings);
    await adminJson(`/credentials/${taken.data[0]?.id}`, { method: "DELETE" });
    await toPool([fresh]);
    await settle();

    expect(await (await callAs(key, `/v1/images/batches/${batch}`)).json()).toMatchObject({ status: "completed" });
    // As many as were under way.
    expect([jobsOf(setting), jobsOf(fresh)]).toEqual([4, 8]);
  });
});

describe("replacing", () => {
  it("tasks that wait when the last member is removed go on with the next one that is added", async () => {
    const { key } = await aNamedKey();
    const [member] = await toPool([aSession()], { paused: true });
    const task = await idOf(await generate(key));
    await adminJson(`/credentials/${member?.id}`, { method: "DELETE" });
    await settle();
    expect(await (await callAs(key, `/v1/images/tasks/${task}`)).json()).toMatchObject({
      ...{ status: "pending", waiting_code: "pool_unavailable" },
    });

    await toPool([aSession()]);
    await settle();
    expect(await (await callAs(key, `/v1/images/tasks/${task}`)).json()).toMatchObject({ status: "completed" });
  });

  it("a registry that has lost its storage is followed again from its first member on", async () => {
    const [old, fresh] = [aSession(), aSession()];
    await toPool([old]);
    for (const paused of [true, false, true, false]) await change((await firstMember()).id, { paused });
    const { key: first } = await aNamedKey();
    await generate(first);
    await settle();
    await runInDurableObject(registry() as never, async (_, { storage }) => {
      for (const table of ["credentials", "facts"]) (storage as DurableObjectStorage).sql.exec(`DELETE FROM ${table}`);
    });
    stage.advance(60);
    await toPool([fresh]);
    await generate(first, { prompt: "another" });
    await settle();

    expect([jobsOf(old), jobsOf(fresh)]).toEqual([1, 1]);
  });
});

describe("keys of this server in the wrong place", () => {
  it.each(["adm-test-0123456789abcdef", "sk-0123456789abcdef"])("%s is no credential of the pool", async (text) => {
    const refused = await adminCall("/credentials", { method: "POST", body: { credentials: text } });

    expect([refused.status, (await poolPage()).data]).toEqual([400, []]);
  });

  it("the administrator's key is not taken for a session, which would be sent to a site", async () => {
    const refused = await generate(adminKey);

    expect([refused.status, await refused.json()]).toMatchObject([401, { error: { code: "unauthorized" } }]);
    expect(stage.created()).toEqual([]);
  });
});

describe("faults", () => {
  it("members that could not be given to their coordinator are given with the next submit, or by the alarm", async () => {
    const { key } = await aNamedKey();
    const pool = vi.spyOn(Coordinator.prototype, "pool").mockRejectedValue(new Error("Network connection lost."));
    const added = await adminCall("/credentials", { method: "POST", body: { credentials: aSession() } });
    // It is in the pool; only its health cannot be shown.
    expect(added.status).toBe(500);
    expect(stage.logs.join()).toContain("members_not_pushed");
    pool.mockRestore();

    expect((await generate(key)).status).toBe(200);
    expect((await firstMember()).running).toEqual(stage.created());
  });

  it("the registry's alarm is set before the coordinator hears of a member, so that a crash leaves no task waiting", async () => {
    const [member] = await toPool([aSession()], { paused: true });
    await runDurableObjectAlarm(registry());
    expect(await alarmOf(registry() as never)).toBeNull();
    const { promise, resolve } = Promise.withResolvers<never>();
    const told = vi.spyOn(Coordinator.prototype, "pool").mockReturnValueOnce(promise);
    const resumed = change(member?.id ?? "", { paused: false });
    await expect.poll(() => told.mock.calls.length).toBe(1);
    const at = await alarmOf(registry() as never);
    expect(at).not.toBeNull();
    resolve(null as never);
    await resumed;

    stage.advance(1);
    await change(member?.id ?? "", { paused: true });
    expect(await alarmOf(registry() as never)).toBe(at);
  });

  it("a check that the coordinator did not hear of reaches it by the registry's alarm: the last one of each member", async () => {
    const session = aSession();
    const [member] = await toPool([session]);
    const lost = new Error("Network connection lost.");
    const told = vi.spyOn(Coordinator.prototype, "pool").mockRejectedValueOnce(lost);
    const check = () => adminJson<CredentialRow>(`/credentials/${member?.id}/check`, { method: "POST" });
    stage.simulator.addAccount({ session: session.slice(3), cluster: "sg", scenario: "expired" });
    expect(await check()).toMatchObject({ alive: false, health: "ready" });
    await runDurableObjectAlarm(registry());
    expect(await firstMember()).toMatchObject({ health: "expired" });

    told.mockRejectedValueOnce(lost);
    await check();
    stage.simulator.addAccount({ session: session.slice(3), cluster: "sg", credits: 100 });
    told.mockRejectedValueOnce(lost);
    expect(await check()).toMatchObject({ alive: true, health: "expired" });
    told.mockClear();
    await runDurableObjectAlarm(registry());
    await runDurableObjectAlarm(registry());
    expect(told.mock.calls.filter(([kind]) => kind === "checked")).toMatchObject([["checked", { isAlive: true }]]);
    expect(await firstMember()).toMatchObject({ health: "ready" });
  });

  it("a check of a member that its coordinator does not have yet reaches it after the member", async () => {
    const pool = vi.spyOn(Coordinator.prototype, "pool").mockRejectedValue(new Error("Network connection lost."));
    await adminCall("/credentials", { method: "POST", body: { credentials: aSession("expired") } });
    pool.mockRestore();
    await runDurableObjectAlarm(registry());

    expect(await firstMember()).toMatchObject({ health: "expired" });
  });

  it("the pool is there after its coordinator was evicted", async () => {
    const session = aSession();
    const { key } = await aNamedKey();
    await toPool([session]);
    await generate(key);
    for (const stub of coordinators()) await evictDurableObject(stub);

    await settle();
    expect(jobsOf(session)).toBe(1);
    expect((await generate(key, { prompt: "another" })).status).toBe(200);
  });
});

describe("the daily gift", () => {
  it("the gift of the day is claimed for each session whose site gives it, and for no key", async () => {
    const chinese = ["cn-demo-cn-gift-a", "cn-demo-cn-gift-b"];
    await toPool([...chinese, aSession(), aKey()]);
    await consumer.scheduled({} as never, env as never);
    for (let moves = 0; moves < 4; moves += 1) await stage.move();

    const gifts = (await poolPage()).data.map(({ gift }) => gift?.received ?? null);
    expect(gifts).toEqual([66, 66, null, null]);
    expect(stage.calls("claim")).toBe(2);
  });

  it("a gift that was taken before, as the site's refusal says, is no fault", async () => {
    await toPool(["cn-demo-cn-gift-c"]);
    stage.fetched.mockImplementation(async () =>
      Response.json({ ret: "987654", errmsg: "今日积分已领取", data: null }),
    );
    await consumer.scheduled({} as never, env as never);
    while ((await firstMember()).gift === null) await stage.move();

    expect((await firstMember()).gift).toMatchObject({ received: 0, error: null });
    expect(stage.logs.filter((line) => line.includes("gift_claimed"))).toMatchObject([
      expect.stringContaining('"level":"info"'),
    ]);
  });
});
