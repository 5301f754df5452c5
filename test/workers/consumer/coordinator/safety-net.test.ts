/** The safety net: alarms, the outbox, eviction. No decision is lost. */
import { evictDurableObject, runDurableObjectAlarm } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { taskKey } from "#shared/task/records.ts";
import { aStagedInput } from "#test/support/task.ts";
import { anOwner } from "#test/workers/support/coordinator.ts";
import { alarmOf, type CoordinatorStub, type Stage, setStage, storing, tablesOf } from "#test/workers/support/stage.ts";

let stage: Stage;
beforeEach(() => {
  stage = setStage();
});

const kvPrototype = Object.getPrototypeOf(env.TASKS) as KVNamespace;
const tags = ["tag-a"];

async function theCoordinator(): Promise<CoordinatorStub> {
  const [stub] = await storing();
  if (stub === undefined) throw new Error("no coordinator stores anything");
  return stub;
}

async function nextAlarm(stub: CoordinatorStub): Promise<number> {
  const at = await alarmOf(stub);
  if (at === null) throw new Error("no alarm is set");
  vi.setSystemTime(Math.max(Date.now(), at));
  await runDurableObjectAlarm(stub);
  return at;
}

/** An alarm that fires before anything is due only sets itself again. */
async function alarmsUntilRecorded(id: string): Promise<void> {
  const stub = await theCoordinator();
  for (let alarms = 0; alarms < 3; alarms += 1) {
    const record = await env.TASKS.get<{ status: string }>(taskKey(id), "json");
    if (record?.status === "completed") return;
    await nextAlarm(stub);
  }
}

const tick = (owner: unknown) => ({ v: 2, owner });

describe("a lost tick", () => {
  it("a lost tick is sent again by the alarm, and the same orders are due", async () => {
    const id = await stage.task();
    stage.queue.lose();

    await nextAlarm(await theCoordinator());

    const [first, second] = stage.queue.sent;
    expect(stage.queue.sent).toHaveLength(2);
    expect(second?.body).toEqual(tick(first?.body.owner));
    expect(await stage.end(id)).toMatchObject({ status: "completed" });
    expect(stage.jobs()).toHaveLength(1);
  });

  it("a tick that is lost again and again is sent at growing intervals", async () => {
    const stub = await (async () => {
      await stage.task();
      return theCoordinator();
    })();
    const moments = [Date.now()];
    for (let alarms = 0; alarms < 7; alarms += 1) {
      stage.queue.lose();
      moments.push(await nextAlarm(stub));
    }

    const waits = moments.slice(1).map((moment, place) => (moment - (moments[place] ?? 0)) / 1000);
    expect(waits).toEqual([15, 30, 60, 120, 240, 300, 300]);
  });

  it.each([1, 2, 3, 4])("the loss of tick number %i only delays the task", async (number) => {
    const id = await stage.task({ n: 2 });
    for (let moves = 0; moves < 20 && stage.queue.sent.length < number; moves += 1) await stage.move();
    stage.queue.lose();

    expect(await stage.end(id)).toMatchObject({ status: "completed", partial: false });
    expect(stage.jobs()).toHaveLength(1);
  });

  it("a late tick finds nothing after its replacement was delivered", async () => {
    const id = await stage.task();
    const late = stage.queue.sent[0]?.body;
    stage.queue.lose();
    await nextAlarm(await theCoordinator());
    await stage.queue.deliver();

    expect(await stage.queue.deliverOnly([late])).toMatchObject([{ kind: "acked" }]);

    expect(await stage.end(id)).toMatchObject({ status: "completed" });
    expect(stage.jobs()).toHaveLength(1);
  });

  it("a consumer killed during a submit is followed by a search for the job, not by a second submit", async () => {
    const { owner, coordinator, stub, aTask } = anOwner();
    const task = aTask();
    await coordinator.create(task);
    await coordinator.begin({ calls: 45 });

    for (let alarms = 0; alarms < 3 && stage.queue.sent.length === 0; alarms += 1) await nextAlarm(stub);

    expect(stage.queue.sent).toEqual([{ body: tick(owner), delaySeconds: 0 }]);
    expect(await coordinator.begin({ calls: 45 })).toMatchObject([{ kind: "recover", task: task.id, step: 1 }]);
  });
});

describe("the alarm", () => {
  it("an alarm before anything is due only sets itself again", async () => {
    await stage.task();
    const stub = await theCoordinator();
    const sent = stage.queue.sent.length;
    const before = await tablesOf(stub);

    await runDurableObjectAlarm(stub);

    expect(stage.queue.sent).toHaveLength(sent);
    expect(await tablesOf(stub)).toEqual(before);
    expect(await alarmOf(stub)).not.toBeNull();
  });

  it("an alarm is set at all times while a task is alive", async () => {
    const id = await stage.task({ n: 2 });
    const stub = await theCoordinator();
    for (let moves = 0; moves < 20 && (await stage.view(id)).status !== "completed"; moves += 1) {
      expect(await alarmOf(stub)).not.toBeNull();
      await stage.move();
    }

    expect(await stage.view(id)).toMatchObject({ status: "completed" });
  });
});

describe("eviction", () => {
  it("eviction between any two moves loses nothing", async () => {
    const id = await stage.task({ n: 2 });
    const stub = await theCoordinator();
    for (let moves = 0; moves < 40; moves += 1) {
      await evictDurableObject(stub);
      const { status } = await stage.view(id);
      if (status === "completed" || status === "failed") break;
      await stage.move();
    }

    expect(await stage.view(id)).toMatchObject({ status: "completed", partial: false });
    expect(stage.jobs()).toHaveLength(1);
    expect(stage.calls("submit")).toBe(1);
  });

  it("a job whose submit answer was lost is still found after eviction", async () => {
    stage.simulator.addFault({ endpoint: "submit", fault: "reset-after" });
    const id = await stage.task();
    await stage.queue.deliver();
    await evictDurableObject(await theCoordinator());

    expect(await stage.end(id)).toMatchObject({ status: "completed" });
    expect(stage.jobs()).toHaveLength(1);
  });

  it("eviction keeps the alarm", async () => {
    const id = await stage.task();
    stage.queue.lose();
    const stub = await theCoordinator();
    const before = await alarmOf(stub);

    await evictDurableObject(stub);

    expect(await alarmOf(stub)).toBe(before);
    expect(await stage.end(id)).toMatchObject({ status: "completed" });
  });

  it("eviction keeps the order of parked tasks", async () => {
    const ids: string[] = [];
    for (let n = 0; n < 6; n += 1) ids.push(await stage.task());
    await evictDurableObject(await theCoordinator());

    expect(await stage.view(ids[4] ?? "")).toMatchObject({ queue_position: 1 });
    expect(await stage.view(ids[5] ?? "")).toMatchObject({ queue_position: 2 });
    for (const id of ids) expect(await stage.end(id)).toMatchObject({ status: "completed" });
  });
});

describe("the outbox", () => {
  it("a tick that the queue refused is sent again by the alarm ten seconds later", async () => {
    const id = await stage.task();
    stage.queue.send.mockRejectedValueOnce(new Error("Too Many Requests"));

    expect(await stage.queue.deliver()).toMatchObject([{ kind: "acked" }]);
    expect(stage.queue.sent).toHaveLength(1);
    const before = Date.now();
    await nextAlarm(await theCoordinator());
    expect(Date.now() - before).toBe(10_000);
    expect(stage.queue.sent).toHaveLength(2);

    expect(await stage.end(id)).toMatchObject({ status: "completed" });
    expect((await tablesOf(await theCoordinator())).outbox).toEqual([]);
    expect(stage.jobs()).toHaveLength(1);
  });

  it("a terminal record that KV refused is written by the alarm, some seconds later", async () => {
    const id = await stage.task();
    const put = vi.spyOn(kvPrototype, "put").mockRejectedValueOnce(new Error("KV PUT failed: 429 Too Many Requests"));
    const view = await stage.end(id);
    expect(view).toMatchObject({ status: "completed" });
    expect(await env.TASKS.get(taskKey(id), "json")).toMatchObject({ status: "pending" });

    const before = Date.now();
    await alarmsUntilRecorded(id);

    expect(Date.now() - before).toBeLessThanOrEqual(10_000);
    expect(await env.TASKS.get(taskKey(id), "json")).toMatchObject({ status: "completed" });
    expect(put).toHaveBeenCalledTimes(2);
    expect((await tablesOf(await theCoordinator())).outbox).toEqual([]);
  });

  it("a record that KV refused is still written after eviction", async () => {
    const id = await stage.task();
    vi.spyOn(kvPrototype, "put").mockRejectedValueOnce(new Error("KV PUT failed: 429 Too Many Requests"));
    await stage.end(id);
    const stub = await theCoordinator();
    await evictDurableObject(stub);

    await alarmsUntilRecorded(id);

    expect(await env.TASKS.get(taskKey(id), "json")).toMatchObject({ status: "completed" });
  });

  it("a record that KV refuses for more than a day is written once KV accepts it", async () => {
    const id = await stage.task();
    vi.spyOn(kvPrototype, "put").mockRejectedValue(new Error("KV put() limit exceeded for the day."));
    await stage.end(id);
    const stub = await theCoordinator();
    stage.advance(24 * 3600 + 60);
    await runDurableObjectAlarm(stub);

    vi.mocked(kvPrototype.put).mockRestore();
    stage.advance(60);
    await runDurableObjectAlarm(stub);

    expect(await env.TASKS.get(taskKey(id), "json")).toMatchObject({ status: "completed" });
  });

  /** A coordinator with this many records that KV refuses. */
  async function unwritten(records: number) {
    const one = anOwner();
    const put = vi.spyOn(kvPrototype, "put").mockRejectedValue(new Error("KV put() limit exceeded for the day."));
    for (let n = 0; n < records; n += 1) {
      const task = one.aTask();
      await one.coordinator.create(task);
      await one.coordinator.cancel(task.id, tags);
    }
    // A record is not written within a second of the pending one.
    stage.advance(1);
    return { ...one, put };
  }

  it("unwritten records delay no tick, however many there are", async () => {
    const { owner, coordinator, aTask, put } = await unwritten(110);
    const task = aTask();
    await coordinator.create(task);
    expect(put).toHaveBeenCalledTimes(100);
    await coordinator.begin({ calls: 45 });
    await coordinator.report([
      { task: task.id, step: 1, seen: { kind: "accepted", historyId: "1", forecastSeconds: 25, planned: 1 } },
    ]);

    expect(stage.queue.sent).toEqual([{ body: tick(owner), delaySeconds: 10 }]);
  });

  it("unwritten records delay the deletion of no reference image, however many there are", async () => {
    const { coordinator, aTask, put, stub } = await unwritten(110);
    const task = aTask({ inputs: [aStagedInput(0, { key: "staged/0" })] });
    await env.INPUTS.put("staged/0", "an image");
    await coordinator.create(task);
    await coordinator.cancel(task.id, tags);

    expect(await env.INPUTS.head("staged/0")).toBeNull();
    expect(put.mock.calls.length).toBeGreaterThanOrEqual(100);
    const kinds = (await tablesOf(stub)).outbox?.map(({ kind }) => kind);
    expect(kinds).toEqual(Array(111).fill("record"));
  });

  it("the failures of a record are counted, and it is reported as stuck once, after sixteen of them", async () => {
    const { put, stub } = await unwritten(1);
    const stuck = () => stage.logs.filter((line) => line.includes('"event":"outbox_stuck"'));
    for (let alarms = 0; put.mock.calls.length < 18; alarms += 1) {
      expect(alarms).toBeLessThan(60);
      await nextAlarm(stub);
      expect((await tablesOf(stub)).outbox).toMatchObject([{ kind: "record", attempts: put.mock.calls.length }]);
      expect(stuck()).toHaveLength(put.mock.calls.length < 16 ? 0 : 1);
    }

    expect(JSON.parse(stuck()[0] ?? "")).toMatchObject({ level: "error", kind: "record" });
  });

  it("a record that is accepted at once is written only once, and each tick serves", async () => {
    const put = vi.spyOn(kvPrototype, "put");
    const id = await stage.task({ n: 2 });
    await stage.end(id);

    expect(put).toHaveBeenCalledTimes(2);
    // The submit, and each poll.
    expect(stage.queue.sent).toHaveLength(stage.calls("submit") + stage.calls("history"));
  });
});

it("callers are answered although the queue hangs", async () => {
  const id = await stage.task();
  await stage.queue.deliver();
  stage.queue.send.mockImplementation(() => new Promise(() => {}));
  stage.advance(60);
  void stage.view(id).catch(() => {});

  expect(await stage.view(id)).toMatchObject({ status: "processing" });
}, 5_000);
