/** The figures of the registry, and how coordinators tell them. */
import { evictDurableObject, runDurableObjectAlarm } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { Registry } from "#consumer/index.ts";
import type { DayTotals, OwnerReport } from "#shared/task/figures.ts";
import { registryOf } from "#shared/task/registry.ts";
import { aNamedKey, callAs, toPool } from "#test/workers/support/admin.ts";
import { batchCalls, someRequests } from "#test/workers/support/batches.ts";
import { anOwner } from "#test/workers/support/coordinator.ts";
import { alarmOf, aSession, type Stage, setStage, storing, tablesOf } from "#test/workers/support/stage.ts";
import { until } from "#test/workers/support/waiting.ts";

let stage: Stage;
beforeEach(() => {
  stage = setStage();
});

const registry = () => registryOf(env.REGISTRY);
const day = "2031-01-01";
const dayMs = 24 * 3_600_000;
const none = { waiting: 0, running: 0, waitingSince: null, firstTaskAt: null };

/** Totals of tasks of one image each, which took ten seconds. */
const completed = (tasks: number, change: Partial<DayTotals> = {}): DayTotals => ({
  ...{ day, status: "completed", code: "" },
  totals: {
    ...{ tasks, images: tasks, imagesByKeys: 0, credits: 4 * tasks, seconds: 10 * tasks },
    durations: [tasks, 0, 0, 0, 0, 0, 0, 0],
  },
  ...change,
});

const aReport = (change: Partial<OwnerReport> = {}): OwnerReport => ({
  ...{ owner: "owner-a", at: Date.now(), days: [], live: none },
  ...change,
});

/** Tasks that completed on the day of the stage, and tasks that have not ended. */
async function counted() {
  const { days, live } = await registry().figures(1);
  return {
    tasks: days.reduce((sum, { totals }) => sum + totals.tasks, 0),
    waiting: live.waiting,
    running: live.running,
  };
}

describe("a report", () => {
  it("a report that comes twice counts once", async () => {
    const report = aReport({ days: [completed(2)] });
    await registry().report(report);
    await registry().report(report);

    const [sum] = (await registry().figures(1)).days;
    expect(sum).toEqual(completed(2));
    expect((await registry().counters()).ended).toEqual([
      { status: "completed", code: "", totals: completed(2).totals },
    ]);
  });

  it("what a lost report would have told is in the next one", async () => {
    await registry().report(aReport({ days: [completed(1)] }));
    await registry().report(aReport({ days: [completed(4)] }));

    expect(await counted()).toMatchObject({ tasks: 4 });
  });

  it("a report that comes after a later one changes neither totals nor live tasks", async () => {
    const early = aReport({ days: [completed(1)], live: { ...none, running: 3, firstTaskAt: Date.now() } });
    stage.advance(60);
    await registry().report(aReport({ days: [completed(4)] }));
    await registry().report(early);

    expect(await counted()).toEqual({ tasks: 4, waiting: 0, running: 0 });
    expect(await registry().liveOwners()).toEqual([]);
  });

  it("a report of yesterday that comes today counts for yesterday", async () => {
    stage.advance(24 * 3600);
    await registry().report(aReport({ days: [completed(3)] }));

    expect((await registry().figures(1)).days).toEqual([]);
    expect((await registry().figures(2)).days).toEqual([completed(3)]);
  });

  it("a report of a day whose last totals are deleted is not counted: it might be counted twice", async () => {
    await registry().report(aReport({ days: [completed(3)] }));
    stage.advance(5 * 24 * 3600);
    await registry().report(aReport({ days: [completed(4)] }));

    expect((await registry().figures(10)).days).toEqual([completed(3)]);
    expect(stage.logs.join()).toContain("totals_too_late");
  });

  it("the totals of several owners are added, each kind of end by itself", async () => {
    const failed = completed(1, { status: "failed", code: "risk_control" });
    await registry().report(aReport({ days: [completed(1)], live: { ...none, waiting: 1, waitingSince: 5_000 } }));
    await registry().report(
      aReport({
        owner: "owner-b",
        days: [completed(2), failed],
        live: { waiting: 1, running: 2, waitingSince: 2_000, firstTaskAt: 1_000 },
      }),
    );

    const { days, live } = await registry().figures(1);
    expect(days).toEqual([completed(3), failed]);
    expect(live).toEqual({ waiting: 2, running: 2, waitingSince: 2_000, owners: 2 });
    expect(await registry().liveOwners()).toEqual([{ owner: "owner-b", firstTaskAt: 1_000 }]);
  });

  it("sums of a day are kept for 400 days, those of all time for ever", async () => {
    await registry().report(aReport({ days: [completed(2)] }));
    vi.setSystemTime(Date.now() + 401 * dayMs);
    await registry().report(aReport({ days: [completed(1, { day: "2032-02-06" })] }));

    expect((await registry().figures(1_000)).days.map((sum) => sum.day)).toEqual(["2032-02-06"]);
    expect((await registry().counters()).ended.map(({ totals }) => totals.tasks)).toEqual([3]);
  });
});

it("a registry that was only asked stores nothing", async () => {
  expect(await registry().figures(30)).toEqual({ days: [], live: { ...none, owners: 0, firstTaskAt: undefined } });
  expect(await registry().counters()).toMatchObject({ ended: [], deadLetters: 0 });
  expect([await registry().liveOwners(), await registry().deadLetters()]).toEqual([[], []]);
  expect(await registry().replayed("dead_x")).toBeNull();

  expect(await tablesOf(env.REGISTRY.getByName("registry") as never)).toEqual({});
});

describe("a coordinator", () => {
  const tags = ["tag-a"];
  let one: ReturnType<typeof anOwner>;
  beforeEach(() => {
    one = anOwner();
  });
  const create = async () => {
    const task = one.aTask();
    await one.coordinator.create(task);
    return task.id;
  };
  const minuteLater = async () => {
    stage.advance(60);
    await runDurableObjectAlarm(one.stub);
  };
  const reports = () => vi.spyOn(Registry.prototype, "report");
  const told = (sent: ReturnType<typeof reports>) => until(() => sent.mock.results.length > 0, "a report");

  it("a coordinator tells a new task at once, and its end within a minute, when nothing is live any more", async () => {
    const id = await create();
    await until(async () => (await counted()).running === 1, "the task is told");
    await one.coordinator.cancel(id, tags);
    expect(await counted()).toEqual({ tasks: 0, waiting: 0, running: 1 });

    await minuteLater();

    expect(await counted()).toEqual({ tasks: 1, waiting: 0, running: 0 });
    expect(await registry().liveOwners()).toEqual([]);
  });

  it("a coordinator makes one report a minute, whatever happens", async () => {
    const sent = reports();
    for (let tasks = 0; tasks < 5; tasks += 1) await one.coordinator.cancel(await create(), tags);
    await told(sent);
    stage.advance(59);
    await create();
    expect(sent).toHaveBeenCalledTimes(1);

    stage.advance(1);
    await runDurableObjectAlarm(one.stub);

    expect(sent).toHaveBeenCalledTimes(2);
    expect(await counted()).toEqual({ tasks: 5, waiting: 0, running: 1 });
  });

  it("a report that was not taken is made again by the alarm, also by a coordinator that started again", async () => {
    const sent = reports().mockRejectedValue(new Error("Network connection lost."));
    await one.coordinator.cancel(await create(), tags);
    await told(sent);
    await minuteLater();
    expect(stage.logs.join()).toContain("report_not_taken");
    await evictDurableObject(one.stub);
    sent.mockRestore();

    stage.advance(15 * 60);
    await runDurableObjectAlarm(one.stub);
    await until(async () => (await counted()).tasks === 1, "the end is told");
  });

  it("a report whose answer was lost is made again, and counts once", async () => {
    const { report } = Registry.prototype;
    const sent = reports().mockImplementationOnce(async function (this: Registry, given) {
      await report.call(this, given);
      throw new Error("Network connection lost.");
    });
    await one.coordinator.cancel(await create(), tags);
    await told(sent);
    await minuteLater();
    await minuteLater();

    expect(sent.mock.results.length).toBeGreaterThan(1);
    expect(await counted()).toEqual({ tasks: 1, waiting: 0, running: 0 });
  });

  it("a coordinator with nothing to tell sets no alarm for it, with tasks that wait as without", async () => {
    await create();
    await until(async () => (await counted()).running === 1, "the task is told");
    const sent = reports();
    for (let minutes = 0; minutes < 10; minutes += 1) await minuteLater();
    expect(sent).not.toHaveBeenCalled();

    for (const { id } of [await one.coordinator.list({ tags, limit: 9, after: null, status: null })].flatMap((page) =>
      page.kind === "page" ? page.tasks : [],
    )) {
      await one.coordinator.cancel(id, tags);
    }
    await minuteLater();
    await minuteLater();
    expect(((await alarmOf(one.stub)) ?? 0) - Date.now()).toBeGreaterThan(3_600_000);
  });

  it("a coordinator whose totals were not taken keeps them, and all of its storage ends once they are", async () => {
    const sent = reports().mockRejectedValue(new Error("Network connection lost."));
    const task = one.aTask({ expiresAt: Date.now() + 3_600_000 });
    await one.coordinator.create(task);
    await one.coordinator.cancel(task.id, tags);
    await told(sent);
    stage.advance(3 * 24 * 3600);
    await runDurableObjectAlarm(one.stub);
    expect((await tablesOf(one.stub)).totals).toHaveLength(1);
    sent.mockRestore();

    for (let alarms = 0; alarms < 5; alarms += 1) {
      vi.setSystemTime(Math.max(Date.now(), (await alarmOf(one.stub)) ?? 0));
      await runDurableObjectAlarm(one.stub);
    }

    expect((await registry().figures(5)).days).toMatchObject([{ day, status: "cancelled", totals: { tasks: 1 } }]);
    expect(await tablesOf(one.stub)).toEqual({});
    expect(await alarmOf(one.stub)).toBeNull();
  });

  it("a coordinator that is empty on the day of its tasks does not begin their totals again from nothing", async () => {
    const aBriefTask = () => one.aTask({ expiresAt: Date.now() + 1_000 });
    vi.setSystemTime(Date.UTC(2031, 0, 1, 0, 1));
    for (let tasks = 0; tasks < 2; tasks += 1) {
      const task = aBriefTask();
      await one.coordinator.create(task);
      await one.coordinator.cancel(task.id, tags);
      vi.setSystemTime(Date.now() + 3_600_000);
      await runDurableObjectAlarm(one.stub);
      await runDurableObjectAlarm(one.stub);
    }
    await until(async () => (await counted()).tasks === 2, "both are told");
  });

  it("a batch that waits unchanged is told every day, and counts for as long as it waits", async () => {
    await toPool([aSession()], { paused: true });
    const { key } = await aNamedKey();
    await callAs(key, "/v1/images/batches", { requests: someRequests(3) });
    const [stub] = await storing();
    if (stub === undefined) throw new Error("no coordinator");
    for (let days = 0; days < 15; days += 1) {
      stage.advance(24 * 3600);
      await runDurableObjectAlarm(stub);
    }
    const before = await counted();
    expect(((await alarmOf(stub)) ?? 0) - Date.now()).toBeLessThanOrEqual(dayMs);
    stage.advance(10);
    // The first report of a day deletes old rows.
    await registry().report(aReport({ owner: "owner-b" }));

    expect(before).toEqual({ tasks: 0, waiting: 3, running: 0 });
    expect(await counted()).toEqual(before);
  });

  it("requests of a batch that wait are told, and that they were cancelled", async () => {
    const batches = batchCalls(stage);
    const { id } = await batches.create(someRequests(10));
    await until(async () => (await counted()).waiting === 6, "the batch is told");
    const [stub] = await storing();
    if (stub === undefined) throw new Error("no coordinator");

    await batches.change(id, "cancel");
    while ((await batches.view(id)).status !== "cancelled") await stage.move();
    stage.advance(60);
    await runDurableObjectAlarm(stub);

    expect(await counted()).toMatchObject({ waiting: 0, running: 0 });
  });
});
