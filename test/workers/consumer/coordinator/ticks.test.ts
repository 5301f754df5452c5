/** The ticks of one owner: how many are sent, and when. */
import { evictDurableObject, runDurableObjectAlarm } from "cloudflare:test";
import { beforeEach, describe, expect, it, vi } from "vitest";
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
const tasksOf = (orders: { task: string }[]) => orders.map(({ task }) => task);
const begin = async (calls = 900) => tasksOf(await one.coordinator.begin({ calls }));
/** The delays of all ticks that the coordinator sent. */
const delays = () => stage.queue.sent.map(({ delaySeconds }) => delaySeconds);

async function create(): Promise<{ id: string; wakeUp: object | null }> {
  const task = one.aTask();
  const answer = await one.coordinator.create(task);
  if (answer.kind !== "created") throw new Error(`the task is ${answer.kind}`);
  return { id: task.id, wakeUp: answer.wakeUp };
}

/** Its first poll is due after 40 % of the forecast. */
const accept = (id: string, forecastSeconds = 25) =>
  one.coordinator.report([
    { task: id, step: 1, seen: { kind: "accepted", historyId: "1", forecastSeconds, planned: 1 } },
  ]);

async function running(forecastSeconds?: number): Promise<string> {
  const { id } = await create();
  await begin();
  await accept(id, forecastSeconds);
  return id;
}

/** Runs the next alarm at its time. @returns seconds until then. */
async function nextAlarm(): Promise<number> {
  const at = await alarmOf(one.stub);
  if (at === null) throw new Error("no alarm is set");
  const waited = at - Date.now();
  vi.setSystemTime(Math.max(Date.now(), at));
  await runDurableObjectAlarm(one.stub);
  return waited / 1000;
}

describe("one tick for all tasks of an owner", () => {
  it("the first of several new tasks gets the tick, which serves all of them", async () => {
    const tasks = [await create(), await create(), await create()];

    expect(tasks.map(({ wakeUp }) => wakeUp)).toEqual([tick(), null, null]);
    expect(stage.queue.sent).toEqual([]);
    expect(await begin()).toEqual(tasks.map(({ id }) => id));
    expect(stage.queue.sent).toEqual([]);
  });

  it("a new task gets a tick when the promised one comes later", async () => {
    await running();
    expect(delays()).toEqual([10]);

    expect(await create()).toMatchObject({ wakeUp: tick() });
  });

  it("a repeated call gets the tick again, as the answer that had it may be lost", async () => {
    const task = one.aTask();
    expect(await one.coordinator.create(task)).toMatchObject({ wakeUp: tick() });

    expect(await one.coordinator.create(task)).toMatchObject({ wakeUp: tick() });
    expect(await begin()).toEqual([task.id]);
  });

  it("a tick is sent when something is due earlier than the promised one, and else not", async () => {
    const { id: slow } = await create();
    const { id: swift } = await create();
    const { id: last } = await create();
    await begin();

    await accept(slow, 50);
    expect(delays()).toEqual([20]);
    await accept(swift, 25);
    expect(delays()).toEqual([20, 10]);
    await accept(last, 37.5);
    expect(delays()).toEqual([20, 10]);
  });

  it("tasks that are due one after another get a tick each, sent when the one before is served", async () => {
    const { id: first } = await create();
    const { id: second } = await create();
    await begin();
    await accept(first, 25);
    await accept(second, 50);
    expect(delays()).toEqual([10]);

    stage.advance(10);
    expect(await begin()).toEqual([first]);
    expect(delays()).toEqual([10, 10]);
    stage.advance(10);
    expect(await begin()).toEqual([second]);
    expect(delays()).toEqual([10, 10]);
  });

  it("an evicted coordinator remembers the promised tick", async () => {
    await create();
    await evictDurableObject(one.stub);

    expect(await create()).toMatchObject({ wakeUp: null });
  });

  it("a leased task gets a tick only when its lease has ended", async () => {
    const { id } = await create();
    await begin();
    expect(stage.queue.sent).toEqual([]);

    stage.advance(44.9);
    await runDurableObjectAlarm(one.stub);
    expect(stage.queue.sent).toEqual([]);
    stage.advance(0.1);
    await runDurableObjectAlarm(one.stub);
    expect(stage.queue.sent).toEqual([{ body: tick(), delaySeconds: 0 }]);
    expect(await begin()).toEqual([id]);
  });
});

describe("a tick out of time", () => {
  it("a tick serves tasks that are due within a fifth of a second, and no others", async () => {
    const id = await running();
    stage.advance(9.7);
    expect(await begin()).toEqual([]);

    stage.advance(0.1);
    expect(await begin()).toEqual([id]);
  });

  it("a tick that comes early hands out nothing, and the promised one is neither forgotten nor sent again", async () => {
    const id = await running();
    stage.advance(5);
    const before = await tablesOf(one.stub);

    expect(await begin()).toEqual([]);

    expect(await tablesOf(one.stub)).toEqual(before);
    expect(delays()).toEqual([10]);
    stage.advance(5);
    expect(await begin()).toEqual([id]);
  });

  it("ticks that come again during the leases hand out nothing and send nothing", async () => {
    const { id } = await create();
    expect(await begin()).toEqual([id]);
    const before = await tablesOf(one.stub);

    expect([await begin(), await begin()]).toEqual([[], []]);

    expect(await tablesOf(one.stub)).toEqual(before);
    expect(stage.queue.sent).toEqual([]);
  });
});

describe("a tick that is not served", () => {
  it("the interval of lost ticks grows up to five minutes, also across evictions, and starts again after one is served", async () => {
    const { id } = await create();
    const waits: number[] = [];
    for (let lost = 0; lost < 8; lost += 1) {
      waits.push(await nextAlarm());
      await evictDurableObject(one.stub);
    }
    expect(waits).toEqual([15, 30, 60, 120, 240, 300, 300, 300]);
    expect(stage.queue.sent).toEqual(waits.map(() => ({ body: tick(), delaySeconds: 0 })));

    expect(await begin()).toEqual([id]);
    await accept(id);
    // Due after ten seconds, and lost fifteen later.
    expect(await nextAlarm()).toBe(25);
  });

  it("a new task gets a tick when the promised one is lost", async () => {
    await create();
    stage.advance(14.9);
    expect(await create()).toMatchObject({ wakeUp: null });
    stage.advance(0.1);
    expect(await create()).toMatchObject({ wakeUp: tick() });
  });

  it("a refused tick is sent again after ten seconds, for the moment at which it is needed", async () => {
    const { id } = await create();
    await begin();
    stage.queue.send.mockRejectedValueOnce(new Error("Too Many Requests"));
    await accept(id, 50);
    expect(stage.queue.sent).toEqual([]);

    expect(await nextAlarm()).toBe(10);

    expect(stage.queue.sent).toEqual([{ body: tick(), delaySeconds: 10 }]);
    stage.advance(10);
    expect(await begin()).toEqual([id]);
  });

  it("a tick that is refused twice is sent again when it counts as lost", async () => {
    const { id } = await create();
    await begin();
    stage.queue.send.mockRejectedValueOnce(new Error("away")).mockRejectedValueOnce(new Error("away"));
    const acceptedAt = Date.now();
    await accept(id, 50);
    expect(await nextAlarm()).toBe(10);
    expect(stage.queue.sent).toEqual([]);

    for (let alarms = 0; alarms < 3 && stage.queue.sent.length === 0; alarms += 1) await nextAlarm();

    // It was needed after twenty seconds, and is lost fifteen later.
    expect(Date.now() - acceptedAt).toBe(35_000);
    expect(stage.queue.sent).toEqual([{ body: tick(), delaySeconds: 0 }]);
    expect(stage.queue.send).toHaveBeenCalledTimes(3);
  });

  it("nothing is sent for an owner whose tasks have all ended", async () => {
    const { id } = await create();
    await one.coordinator.cancel(id, tags);
    for (let alarms = 0; alarms < 3; alarms += 1) await nextAlarm();

    expect(stage.queue.sent).toEqual([]);
    expect((await tablesOf(one.stub)).tick).toEqual([]);
  });
});

describe("a number of calls", () => {
  it("ticks with few calls hand out every due order once, each followed by another tick at once", async () => {
    const ids: string[] = [];
    for (let n = 0; n < 4; n += 1) ids.push((await create()).id);

    const rounds = [await begin(3), await begin(3), await begin(3), await begin(3)];

    expect(rounds).toEqual(ids.map((id) => [id]));
    expect(delays()).toEqual([0, 0, 0]);
    expect(await begin(3)).toEqual([]);
    expect(delays()).toEqual([0, 0, 0]);
  });

  it("polls of one session count as one call, with the images that they may find", async () => {
    const tasks = Array.from({ length: 4 }, () => one.aTask());
    for (const task of tasks) await one.coordinator.create({ ...task, request: { ...task.request, asked: 2 } });
    await begin();
    for (const { id } of tasks) await accept(id);
    stage.advance(10);

    // One call and two images with their small versions, and as many for each further task.
    expect(await begin(10)).toEqual(tasks.slice(0, 2).map(({ id }) => id));
    expect(await begin(6)).toEqual(tasks.slice(2, 3).map(({ id }) => id));
    expect(await begin(3)).toEqual(tasks.slice(3).map(({ id }) => id));
  });
});
