/** One owner's coordinator, called like the two Workers call it. */
import { runDurableObjectAlarm } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it, vi } from "vitest";
import type { Observation } from "#shared/task/events.ts";
import { taskKey } from "#shared/task/records.ts";
import { aStoredImage } from "#test/support/task.ts";
import { anOwner } from "#test/workers/support/coordinator.ts";
import { alarmOf, type Stage, setStage, tablesOf } from "#test/workers/support/stage.ts";

let stage: Stage;
let one: ReturnType<typeof anOwner>;
beforeEach(() => {
  stage = setStage();
  one = anOwner();
});

const tags = ["tag-a"];
const tick = () => ({ v: 2, owner: one.owner });
/** More outgoing calls than any of these tests needs. */
const begin = (calls = 900) => one.coordinator.begin({ calls });
const tasksOf = (orders: { task: string }[]) => orders.map(({ task }) => task);
const accepted = { kind: "accepted", historyId: "1", forecastSeconds: 25, planned: 1 } as const;
const refused = (verdict: "again" | "refused" | "session", code: "session_expired" | "rate_limited") =>
  ({ kind: "refused", failure: { verdict, error: { code, message: `${code}.` }, retryAfterSeconds: null } }) as const;

async function create(changes = {}): Promise<string> {
  const task = one.aTask(changes);
  await one.coordinator.create(task);
  return task.id;
}

async function run(id: string, step = 1) {
  await begin();
  await one.coordinator.report([{ task: id, step, seen: accepted }]);
}

const view = async (id: string) => {
  const snapshot = await one.coordinator.view(id, tags);
  if (snapshot === null) throw new Error(`${id} is unknown`);
  return snapshot;
};

/** The record is not written within a second of the pending one. */
async function recorded() {
  stage.advance(1);
  await runDurableObjectAlarm(one.stub);
}

const dayMs = 24 * 3_600_000;

describe("a coordinator that never held a task", () => {
  it("a coordinator that never held a task stores nothing and sets no alarm, whatever it is asked", async () => {
    expect(await one.coordinator.view("imgtask_x", tags)).toBeNull();
    expect(await one.coordinator.next("imgtask_x", tags, 0, 1000)).toBeNull();
    expect(await begin()).toEqual([]);
    await one.coordinator.missed();
    expect(await one.coordinator.report([{ task: "imgtask_x", step: 1, seen: accepted }])).toEqual([]);
    expect(await one.coordinator.cancel("imgtask_x", tags)).toEqual({ kind: "unknown" });

    expect(await tablesOf(one.stub)).toEqual({});
    expect(await alarmOf(one.stub)).toBeNull();
    expect(stage.queue.sent).toEqual([]);
  });
});

describe("create", () => {
  it("create answers with the pending task and the tick that its caller sends", async () => {
    const task = one.aTask();

    expect(await one.coordinator.create(task)).toMatchObject({
      kind: "created",
      wakeUp: tick(),
      snapshot: {
        record: { id: task.id, owner: one.owner, submitId: task.submitId, status: "pending", progress: 0, tags },
        live: { queuePosition: null },
      },
    });
  });

  it("create sets an alarm that is due within a minute", async () => {
    await create();

    expect(await alarmOf(one.stub)).toBeGreaterThan(Date.now());
    expect(await alarmOf(one.stub)).toBeLessThanOrEqual(Date.now() + 60_000);
  });

  it("create of a task that exists already answers with that task", async () => {
    const task = one.aTask();
    await one.coordinator.create(task);

    expect(await one.coordinator.create(task)).toMatchObject({
      kind: "created",
      snapshot: { record: { id: task.id } },
    });
    expect((await tablesOf(one.stub)).tasks).toHaveLength(1);
  });
});

describe("begin", () => {
  it("begin orders a submit once; during its lease a second call gets nothing", async () => {
    const id = await create();

    const first = await begin();
    stage.advance(44.9);
    const second = await begin();

    expect(first).toMatchObject([{ kind: "submit", task: id, step: 1, job: { request: { prompt: "a lighthouse" } } }]);
    expect(second).toEqual([]);
  });

  it("begin orders a search for the job after the lease, and never a second submit", async () => {
    const id = await create();
    await begin();
    stage.advance(45);

    expect(await begin()).toMatchObject([{ kind: "recover", task: id }]);
  });

  it("begin hands out all due tasks, the longest due first", async () => {
    const a = await create();
    stage.advance(1);
    const b = await create();

    expect((await begin()).map(({ kind, task }) => [kind, task])).toEqual([
      ["submit", a],
      ["submit", b],
    ]);
  });

  it("begin hands out orders worth about as many outgoing calls; a tick follows at once for the rest", async () => {
    const ids: string[] = [];
    for (let n = 0; n < 3; n += 1) ids.push(await create());

    // A submit may need two calls.
    expect(tasksOf(await begin(4))).toEqual(ids.slice(0, 2));
    expect(stage.queue.sent).toEqual([{ body: tick(), delaySeconds: 0 }]);
    expect(tasksOf(await begin(4))).toEqual(ids.slice(2));
    expect(stage.queue.sent).toHaveLength(1);
  });

  it("begin always hands out one order, however few calls are left", async () => {
    const id = await create();

    expect(tasksOf(await begin(0))).toEqual([id]);
  });

  it("begin leaves a parked task alone", async () => {
    for (let n = 0; n < 4; n += 1) await create();
    const parked = await create();

    expect(tasksOf(await begin())).not.toContain(parked);
  });

  it("begin gives a task up whose orders were six times in a row not reported, for a fault of this server", async () => {
    const id = await create();
    for (let lease = 0; lease < 6; lease += 1) {
      expect(tasksOf(await begin())).toEqual([id]);
      stage.advance(45);
    }

    expect(await begin()).toEqual([]);
    expect((await view(id)).record).toMatchObject({ status: "failed", error: { code: "internal" } });
  });

  it("begin hands the session out sealed", async () => {
    await create();

    expect(await begin()).toMatchObject([{ session: { tag: "tag-a", sealed: "v1.sealed.a", label: "hk-…a" } }]);
  });
});

describe("a report", () => {
  it("a report that comes too late changes nothing", async () => {
    const id = await create();
    await run(id);
    const before = await view(id);

    await one.coordinator.report([{ task: id, step: 1, seen: { kind: "absent" } }]);

    expect(await view(id)).toEqual(before);
  });

  it("a report of an acceptance counts even when it comes late", async () => {
    const id = await create();
    await begin();
    stage.advance(60);
    await runDurableObjectAlarm(one.stub);

    await one.coordinator.report([{ task: id, step: 1, seen: accepted }]);

    expect((await view(id)).record.status).toBe("processing");
  });

  it("a report delivered twice counts once", async () => {
    const id = await create();
    await begin();
    await one.coordinator.report([{ task: id, step: 1, seen: accepted }]);
    const after = await view(id);

    await one.coordinator.report([{ task: id, step: 1, seen: accepted }]);

    expect(await view(id)).toEqual(after);
    expect(stage.queue.sent).toHaveLength(1);
  });

  it("a report of images returns the order to store them", async () => {
    const id = await create();
    await run(id);
    stage.advance(10);
    await begin();
    const image = { source: "tos/a", url: "https://pics.example/a", width: 8, height: 8 };

    const orders = await one.coordinator.report([
      {
        task: id,
        step: 2,
        seen: { kind: "generated", historyId: "1", planned: 1, finished: null, failure: null, images: [image] },
      },
    ]);

    expect(orders).toMatchObject([{ kind: "store", task: id, step: 2, images: [{ index: 0, image }] }]);
  });
});

describe("the first look", () => {
  const generated = (tookSeconds: number): Observation => ({
    kind: "generated",
    historyId: "1",
    planned: 1,
    finished: null,
    tookSeconds,
    images: [{ source: "tos/a", url: "https://pics.example/a", width: 8, height: 8 }],
    failure: null,
  });
  const stored: Observation = { kind: "stored", images: [aStoredImage(0)], missing: 0, blockedBy: null };

  const seeJobsOf = async (durations: number[]) => {
    for (const seconds of durations) {
      const id = await create();
      await run(id);
      stage.advance(30);
      await begin();
      await one.coordinator.report([{ task: id, step: 2, seen: generated(seconds) }]);
      await one.coordinator.report([{ task: id, step: 2, seen: stored }]);
    }
    stage.queue.sent.length = 0;
  };

  it.each<[string, number[], number]>([
    ["a little before the only such job was done", [16], 14.46],
    ["before most of such jobs were done", [20, 18, 19, 21], 18.22],
    ["at most 1.5 seconds after the fastest of such jobs was done", [10, 20, 20, 20], 11.5],
  ])("the first look at a job comes %s, whatever the forecast", async (_when, durations, seconds) => {
    await seeJobsOf(durations);

    const id = await create();
    await run(id);

    expect(stage.queue.sent).toEqual([{ body: tick(), delaySeconds: Math.ceil(seconds) }]);
    stage.advance(seconds - 0.3);
    expect(await begin()).toEqual([]);
    stage.advance(0.3);
    expect(await begin()).toMatchObject([{ kind: "poll", task: id, step: 2 }]);
  });
});

describe("a poll of a session", () => {
  /** Runs two tasks whose polls are due these seconds from now. */
  async function runTwo(firstSeconds: number, secondSeconds: number, second = {}) {
    const ids = [await create(), await create(second)];
    await begin();
    for (const [place, seconds] of [firstSeconds, secondSeconds].entries()) {
      const seen = { ...accepted, forecastSeconds: 2.5 * seconds };
      await one.coordinator.report([{ task: ids[place] ?? "", step: 1, seen }]);
    }
    return ids;
  }

  it("a poll takes along the polls of its session that are due within one and a half seconds", async () => {
    const ids = await runTwo(10, 11);
    stage.advance(10);

    const orders = await begin();

    expect(tasksOf(orders)).toEqual(ids);
    expect(orders.map(({ kind }) => kind)).toEqual(["poll", "poll"]);
  });

  it("a poll leaves a poll of its session that is due later", async () => {
    const [first] = await runTwo(10, 12);
    stage.advance(10);

    expect(tasksOf(await begin())).toEqual([first]);
  });

  it("a poll leaves the polls of another session until they are due", async () => {
    const session = { tag: "tag-b", sealed: "v1.sealed.b", label: "hk-…b" };
    const [first, second] = await runTwo(10, 11, { sessions: [session] });
    stage.advance(10);
    expect(tasksOf(await begin())).toEqual([first]);
    stage.advance(1);
    expect(tasksOf(await begin())).toEqual([second]);
  });

  it("nothing is handed out before it is due without a poll to take it along", async () => {
    await runTwo(10, 11);
    stage.advance(9);

    expect(await begin()).toEqual([]);
  });
});

describe("slots", () => {
  it("a session has four slots; a fifth task is parked and has its position", async () => {
    const ids: string[] = [];
    for (let n = 0; n < 7; n += 1) ids.push(await create());

    const positions = await Promise.all(ids.map(async (id) => (await view(id)).live?.queuePosition));

    expect(positions).toEqual([null, null, null, null, 1, 2, 3]);
  });

  it("a parked task sends nothing", async () => {
    for (let n = 0; n < 4; n += 1) await create();
    const task = one.aTask();

    expect(await one.coordinator.create(task)).toMatchObject({ kind: "created", wakeUp: null });
    expect(stage.queue.sent).toEqual([]);
  });

  it("a free slot goes at once to the first parked task", async () => {
    const ids: string[] = [];
    for (let n = 0; n < 6; n += 1) ids.push(await create());
    const [first = "", second = "", , , fifth = "", sixth = ""] = ids;

    await one.coordinator.cancel(first, tags);
    expect((await view(sixth)).live?.queuePosition).toBe(1);
    expect(tasksOf(await begin())).toEqual([...ids.slice(1, 4), fifth]);

    await one.coordinator.report([
      {
        task: second,
        step: 1,
        seen: {
          kind: "refused",
          failure: { verdict: "refused", error: { code: "prompt_moderated", message: "No." }, retryAfterSeconds: null },
        },
      },
    ]);
    expect(stage.queue.sent).toEqual([{ body: tick(), delaySeconds: 0 }]);
    expect(tasksOf(await begin())).toEqual([sixth]);
  });

  it("a slot is free again as soon as the upstream is done, while images are still copied", async () => {
    const ids: string[] = [];
    for (let n = 0; n < 5; n += 1) ids.push(await create());
    const [first = "", , , , fifth = ""] = ids;
    await run(first);
    stage.advance(10);
    await begin();
    const image = { source: "tos/a", url: "https://pics.example/a", width: 8, height: 8 };
    await one.coordinator.report([
      {
        task: first,
        step: 2,
        seen: { kind: "generated", historyId: "1", planned: 1, finished: null, failure: null, images: [image] },
      },
    ]);

    expect(stage.queue.sent.at(-1)).toEqual({ body: tick(), delaySeconds: 0 });
    expect(tasksOf(await begin())).toEqual([fifth]);
  });

  it("the slots of two sessions are filled evenly", async () => {
    const sessions = ["tag-a", "tag-b"].map((tag) => ({ tag, sealed: `sealed ${tag}`, label: tag }));
    const ids: string[] = [];
    for (let n = 0; n < 9; n += 1) ids.push(await create({ sessions }));

    const orders = await begin();

    const used = orders.map(({ session }) => session.tag);
    expect(used.toSorted()).toEqual([...Array(4).fill("tag-a"), ...Array(4).fill("tag-b")]);
    expect(tasksOf(orders).toSorted()).toEqual(ids.slice(0, 8).toSorted());
  });

  it("every task beyond the slots gets its turn", async () => {
    const ids: string[] = [];
    for (let n = 0; n < 11; n += 1) ids.push(await stage.task());
    for (const id of ids) expect(await stage.end(id)).toMatchObject({ status: "completed" });

    expect(stage.simulator.state().accounts[0]?.maxConcurrent).toBe(4);
    expect(stage.jobs()).toHaveLength(11);
  });
});

describe("cancel", () => {
  it("cancel ends a task that was not begun, writes its record and wakes waiting callers", async () => {
    const id = await create();

    const answer = await one.coordinator.cancel(id, tags);

    expect(answer).toMatchObject({
      kind: "cancelled",
      snapshot: { record: { error: { code: "cancelled" } }, live: null },
    });
    expect(await begin()).toEqual([]);
    await recorded();
    expect(await env.TASKS.get(taskKey(id), "json")).toMatchObject({ status: "failed", error: { code: "cancelled" } });
  });

  it("cancel of a parked task moves the others up", async () => {
    const ids: string[] = [];
    for (let n = 0; n < 6; n += 1) ids.push(await create());

    await one.coordinator.cancel(ids[4] ?? "", tags);

    expect((await view(ids[5] ?? "")).live?.queuePosition).toBe(1);
    expect(stage.queue.sent).toEqual([]);
  });

  it("cancel of a task that the upstream may have is only requested; its next order asks the upstream", async () => {
    const id = await create();
    await begin();

    expect(await one.coordinator.cancel(id, tags)).toMatchObject({ kind: "requested" });
    await one.coordinator.report([{ task: id, step: 1, seen: accepted }]);
    expect(await one.coordinator.cancel(id, tags)).toMatchObject({ kind: "requested" });
    expect(await begin()).toMatchObject([{ kind: "cancel", task: id }]);
  });

  it("cancel of a terminal task or by another caller changes nothing", async () => {
    const id = await create();

    expect(await one.coordinator.cancel(id, ["tag-z"])).toEqual({ kind: "unknown" });
    await one.coordinator.cancel(id, tags);
    expect(await one.coordinator.cancel(id, tags)).toMatchObject({ kind: "finished" });
  });
});

describe("view", () => {
  it("view shows a task only to a caller with one of its tags", async () => {
    const id = await create({ tags: ["tag-a", "tag-b"] });

    expect(await one.coordinator.view(id, ["tag-z", "tag-b"])).toMatchObject({ record: { id } });
    expect(await one.coordinator.view(id, ["tag-z"])).toBeNull();
    expect(await one.coordinator.view(id, [])).toBeNull();
  });

  it("view of an overdue task wakes it", async () => {
    const id = await create();
    stage.advance(16);

    await view(id);

    // The same order: if the first tick is only late, the first to arrive counts.
    expect(stage.queue.sent).toEqual([{ body: tick(), delaySeconds: 0 }]);
    expect(await begin()).toMatchObject([{ kind: "submit", task: id, step: 1 }]);
  });

  it("view by another caller wakes nothing", async () => {
    const id = await create();
    stage.advance(16);

    await one.coordinator.view(id, ["tag-z"]);

    expect(stage.queue.sent).toEqual([]);
  });
});

describe("next", () => {
  it("next answers at once when the version is newer", async () => {
    const id = await create();

    expect(await one.coordinator.next(id, tags, 0, 60_000)).toMatchObject({ record: { id } });
  });

  it("next answers at once for a terminal task and for an unknown one", async () => {
    const id = await create();
    await one.coordinator.cancel(id, tags);

    expect(await one.coordinator.next(id, tags, 99, 60_000)).toMatchObject({ record: { status: "failed" } });
    expect(await one.coordinator.next("imgtask_x", tags, 0, 60_000)).toBeNull();
    expect(await one.coordinator.next(id, ["tag-z"], 0, 60_000)).toBeNull();
  });

  it("next answers every waiter as soon as something changes", async () => {
    const id = await create();
    const { version } = await view(id);
    const answers = [1, 2, 3].map(() => one.coordinator.next(id, tags, version, 600_000));

    await begin();
    await one.coordinator.report([{ task: id, step: 1, seen: accepted }]);

    for (const answer of await Promise.all(answers)) expect(answer?.version).toBeGreaterThan(version);
  });

  it("next answers with the current state when the time is up", async () => {
    const id = await create();
    const before = await view(id);
    let answer: Awaited<typeof waiting> | undefined;
    const waiting = one.coordinator.next(id, tags, before.version, 30);
    void waiting.then((given) => {
      answer = given;
    });
    // Timers are real and the clock is not: it has to pass the deadline too.
    await expect
      .poll(() => {
        stage.advance(1);
        return answer;
      })
      .toBeDefined();

    expect(answer).toMatchObject({ version: before.version, record: { status: "pending" } });
  });

  it("next of one task is not woken by another task", async () => {
    const [id, other] = [await create(), await create()];
    const { version } = await view(id);
    let isWoken = false;
    const waiting = one.coordinator.next(id, tags, version, 600_000).then((answer) => {
      isWoken = true;
      return answer;
    });

    await one.coordinator.cancel(other, tags);
    await view(id);
    expect(isWoken).toBe(false);

    await one.coordinator.cancel(id, tags);
    expect(await waiting).toMatchObject({ live: null });
  });
});

describe("deadlines", () => {
  it("a task that waits a whole day for a slot fails with a timeout", async () => {
    for (let n = 0; n < 4; n += 1) await run(await create());
    const parked = await create();
    stage.advance(24 * 3600);
    await runDurableObjectAlarm(one.stub);

    expect((await view(parked)).record).toMatchObject({ status: "failed", error: { code: "timeout" } });
  });

  it("a running task fails within 90 minutes when no tick gets through", async () => {
    const id = await create();
    await run(id);
    const acceptedAt = Date.now();
    stage.queue.send.mockRejectedValue(new Error("away"));
    for (let alarms = 0; alarms < 200 && (await view(id)).live !== null; alarms += 1) {
      vi.setSystemTime(Math.max(Date.now(), (await alarmOf(one.stub)) ?? 0));
      await runDurableObjectAlarm(one.stub);
    }

    expect((await view(id)).record).toMatchObject({ status: "failed", error: { code: "timeout" } });
    expect(Date.now() - acceptedAt).toBeGreaterThanOrEqual(30 * 60_000);
    expect(Date.now() - acceptedAt).toBeLessThanOrEqual(90 * 60_000);
  });
});

describe("a terminal task", () => {
  it("a terminal task is kept for a day; then only its entry in the list is left", async () => {
    const id = await create({ idempotency: { key: "k", bodyHash: "h", kind: "named" } });
    await one.coordinator.cancel(id, tags);
    await recorded();
    const { listing } = await tablesOf(one.stub);
    stage.advance(24 * 3600 - 61);
    await runDurableObjectAlarm(one.stub);
    expect(await one.coordinator.view(id, tags)).toMatchObject({ record: { id } });

    stage.advance(61);
    await runDurableObjectAlarm(one.stub);

    expect(await one.coordinator.view(id, tags)).toBeNull();
    const { totals: _, told: __, ...tables } = await tablesOf(one.stub);
    expect(Object.entries(tables).filter(([, rows]) => rows.length > 0)).toEqual([["listing", listing]]);
  });

  it("a terminal task is listed as long as its record lives; then nothing is stored", async () => {
    const id = await create({ expiresAt: Date.now() + 30 * dayMs });
    await one.coordinator.cancel(id, tags);
    await recorded();
    stage.advance((30 * dayMs) / 1000 - 61);
    await runDurableObjectAlarm(one.stub);
    const query = { tags, limit: 20, after: null, status: null };
    expect(await one.coordinator.list(query)).toEqual({
      kind: "page",
      tasks: [{ id, snapshot: null }],
      hasMore: false,
    });

    stage.advance(61);
    await runDurableObjectAlarm(one.stub);

    expect(await one.coordinator.list(query)).toEqual({ kind: "page", tasks: [], hasMore: false });
    expect(await tablesOf(one.stub)).toEqual({});
    expect(await alarmOf(one.stub)).toBeNull();
  });

  it("a terminal task is deleted by the alarm that was set for it", async () => {
    const id = await create();
    await one.coordinator.cancel(id, tags);
    const endedAt = Date.now();
    await recorded();
    await runDurableObjectAlarm(one.stub);
    // The report of its end.
    stage.advance(60);
    await runDurableObjectAlarm(one.stub);
    await runDurableObjectAlarm(one.stub);
    expect(await alarmOf(one.stub)).toBe(endedAt + dayMs);

    vi.setSystemTime(endedAt + dayMs);
    await runDurableObjectAlarm(one.stub);

    expect((await tablesOf(one.stub)).tasks).toEqual([]);
  });

  it("a new task starts normally after a terminal one of the same owner was deleted", async () => {
    await one.coordinator.cancel(await create(), tags);
    stage.advance(24 * 3600 + 60);
    await runDurableObjectAlarm(one.stub);

    await create();

    expect(await begin()).toMatchObject([{ kind: "submit" }]);
  });

  it("no session stays stored when no task is alive", async () => {
    const id = await create();
    await one.coordinator.cancel(id, tags);
    stage.advance(60);
    await runDurableObjectAlarm(one.stub);

    expect((await tablesOf(one.stub)).sessions).toEqual([]);
  });
});

describe("a session that is refused", () => {
  const sessions = ["tag-a", "tag-b"].map((tag) => ({ tag, sealed: `sealed ${tag}`, label: tag }));

  it("a refused session is replaced by the next one at once", async () => {
    const id = await create({ sessions });
    const [order] = await begin();
    const first = order?.session.tag;
    await one.coordinator.report([{ task: id, step: 1, seen: refused("session", "session_expired") }]);

    expect(stage.queue.sent).toEqual([{ body: tick(), delaySeconds: 0 }]);
    const [again] = await begin();
    expect(again).toMatchObject({ kind: "submit", session: { tag: first === "tag-a" ? "tag-b" : "tag-a" } });
  });

  it("the refusal of its last session fails a task", async () => {
    const id = await create({ sessions });
    for (const step of [1, 2]) {
      await begin();
      await one.coordinator.report([{ task: id, step, seen: refused("session", "session_expired") }]);
    }

    expect((await view(id)).record).toMatchObject({ status: "failed", error: { code: "session_expired" } });
  });
});
