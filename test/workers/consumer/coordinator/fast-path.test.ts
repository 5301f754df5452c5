/** The fast path: while a caller waits, the coordinator's alarm starts due orders itself, without the queue. */
import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Coordinator } from "#consumer/coordinator/coordinator.ts";
import { Views } from "#consumer/coordinator/views.ts";
import type { Order, Snapshot } from "#shared/task/coordinator.ts";
import type { Observation } from "#shared/task/events.ts";
import { aRemoteImage, aStoredImage, moderated } from "#test/support/task.ts";
import { aFastCoordinator, anOwner } from "#test/workers/support/coordinator.ts";
import { alarmOf, coordinators, type Stage, setStage, type View } from "#test/workers/support/stage.ts";
import { skipPauses, until } from "#test/workers/support/waiting.ts";

const settings = env as { FAST_PATH: string };

let stage: Stage;
beforeEach(() => {
  stage = setStage();
});
afterEach(() => {
  settings.FAST_PATH = "false";
});

const tags = ["tag-a"];
const accepted = { kind: "accepted", historyId: "1", forecastSeconds: 25, planned: 1 } as const;
const failed = { kind: "failed", failure: moderated() } as const;
const generated: Observation = {
  kind: "generated",
  historyId: "1",
  planned: 1,
  finished: null,
  failure: null,
  images: [aRemoteImage(0)],
};
const stored: Observation = { kind: "stored", images: [aStoredImage(0)], missing: 0, blockedBy: null };

type World = ReturnType<typeof aWorld>;

function aWorld(coordinator: Coordinator, storage: DurableObjectStorage, one: ReturnType<typeof anOwner>) {
  async function create(): Promise<string> {
    const task = one.aTask();
    await coordinator.create(task);
    return task.id;
  }
  const begin = () => coordinator.begin({ calls: 900 });
  const report = (task: string, step: number, seen: Observation) => coordinator.report([{ task, step, seen }]);
  /** An alarm is not moved back, but sets itself again. */
  const earlyAlarm = () => coordinator.alarm();
  return {
    owner: one.owner,
    coordinator,
    create,
    begin,
    report,
    earlyAlarm,
    /** Its first poll is due in ten seconds. */
    async running(): Promise<string> {
      const id = await create();
      await begin();
      await report(id, 1, accepted);
      await earlyAlarm();
      return id;
    },
    /** Polls the task, and tells whether the answer is there. */
    view(id: string) {
      let answer: Snapshot | null | undefined;
      const whole = coordinator.view(id, tags).then((given) => {
        answer = given;
        return given;
      });
      return { whole, isAnswered: () => answer !== undefined };
    },
    alarmIn: async () => ((await storage.getAlarm()) ?? Number.NaN) - Date.now(),
  };
}

const aRun = () => vi.fn(async (_owner: string, _orders: Order[], _begunAt: number) => {});

/** A coordinator with the fast path; `run` gets what its alarm hands out. */
async function withFastPath(test: (world: World, run: ReturnType<typeof aRun>) => Promise<void>, given = {}) {
  const one = anOwner();
  const run = aRun();
  await runInDurableObject(one.stub, async (_instance, state) => {
    await test(aWorld(aFastCoordinator(state, run, given), state.storage, one), run);
  });
}

describe("the alarm of a watched task", () => {
  it("the alarm leases the orders of a watched task when they are due, and hands them to the Runner once", () =>
    withFastPath(async ({ coordinator, owner, running, begin, report, view, alarmIn }, run) => {
      const id = await running();
      expect(await alarmIn()).toBe(10_000);
      stage.advance(10);
      const { whole, isAnswered } = view(id);
      expect(await alarmIn()).toBeLessThanOrEqual(0);

      await coordinator.alarm();
      await coordinator.alarm();

      expect(run).toHaveBeenCalledExactlyOnceWith(
        owner,
        [expect.objectContaining({ kind: "poll", task: id, step: 2, leaseSeconds: 45 })],
        Date.now(),
      );
      expect(await begin()).toEqual([]);
      expect(isAnswered()).toBe(false);
      await report(id, 2, failed);
      await whole;
    }));

  it("no tick is sent for a watched task, as its alarm starts the orders", () =>
    withFastPath(async ({ running }) => {
      await running();

      expect(stage.queue.sent).toEqual([]);
    }));

  it("a task that its caller no longer polls gets its ticks again", () =>
    withFastPath(async ({ owner, create, begin, report, earlyAlarm, alarmIn }, run) => {
      const id = await create();
      await begin();
      stage.advance(12);
      await report(id, 1, accepted);

      await earlyAlarm();
      expect(stage.queue.sent).toEqual([{ body: { v: 2, owner }, delaySeconds: 10 }]);
      // The alarm only stands behind the tick.
      expect(await alarmIn()).toBe(25_000);
      expect(run).not.toHaveBeenCalled();
    }));

  it("a poll of a task that waits for its tick moves the alarm forward to the moment at which the task is due", () =>
    withFastPath(async ({ create, begin, report, earlyAlarm, view, alarmIn }) => {
      const id = await create();
      await begin();
      stage.advance(12);
      await report(id, 1, accepted);
      await earlyAlarm();
      expect(await alarmIn()).toBe(25_000);

      await view(id).whole;

      expect(await alarmIn()).toBe(10_000);
    }));

  it("a tick that is due is left to the queue for a second, and its orders are not started again", () =>
    withFastPath(async ({ coordinator, create, begin, alarmIn }, run) => {
      const id = await create();
      expect(await alarmIn()).toBe(1_000);
      expect(await begin()).toMatchObject([{ task: id }]);
      stage.advance(1);

      await coordinator.alarm();

      expect(run).not.toHaveBeenCalled();
    }));

  it("a tick that does not come within a second is made up for by the alarm", () =>
    withFastPath(async ({ coordinator, owner, create }, run) => {
      const id = await create();
      stage.advance(1);

      await coordinator.alarm();

      const orders = [expect.objectContaining({ kind: "submit", task: id })];
      expect(run).toHaveBeenCalledExactlyOnceWith(owner, orders, Date.now());
    }));

  it("the alarm hands out orders worth the calls of one invocation, and comes again at once for the others", () =>
    withFastPath(
      async ({ coordinator, create, alarmIn }, run) => {
        for (let n = 0; n < 6; n += 1) await create();
        stage.advance(1);

        await coordinator.alarm();
        // A submit may need two calls.
        expect(run.mock.calls.map(([, orders]) => orders.length)).toEqual([5]);
        expect(await alarmIn()).toBeLessThanOrEqual(0);
        await coordinator.alarm();

        expect(run.mock.calls.map(([, orders]) => orders.length)).toEqual([5, 1]);
      },
      { CALLS_PER_INVOCATION: "10", SESSION_CONCURRENCY: "6" },
    ));

  it("orders whose Runner fails are started again when their leases end", () =>
    withFastPath(async ({ coordinator, running, alarmIn }, run) => {
      const id = await running();
      stage.advance(10);
      run.mockRejectedValueOnce(new Error("Network connection lost."));
      await coordinator.alarm();
      await until(() => stage.logs.join("\n").includes("fast_path_failed"), "the failure is logged");

      expect(await alarmIn()).toBe(45_000);
      stage.advance(45);
      await coordinator.alarm();

      const orders = [expect.objectContaining({ kind: "poll", task: id })];
      expect(run.mock.calls.map(([, given]) => given)).toEqual([orders, orders]);
    }));
});

describe("a poll that is held", () => {
  it("a poll is held while the job is looked at, and answered as soon as the look is reported", () =>
    withFastPath(async ({ coordinator, running, report, view }) => {
      const id = await running();
      stage.advance(10);
      const { whole, isAnswered } = view(id);
      await coordinator.alarm();
      expect(isAnswered()).toBe(false);

      await report(id, 2, failed);

      // The clock stands still: only the report can end it.
      expect(await whole).toMatchObject({ record: { status: "failed" }, live: null });
    }));

  it("a poll is held while images are copied, and answered with them", () =>
    withFastPath(async ({ coordinator, running, report, view }) => {
      const id = await running();
      stage.advance(10);
      const { whole, isAnswered } = view(id);
      await coordinator.alarm();
      expect(await report(id, 2, generated)).toMatchObject([{ kind: "store" }]);
      expect(isAnswered()).toBe(false);

      await report(id, 2, stored);

      expect(await whole).toMatchObject({ record: { status: "completed", images: [{ index: 0 }] } });
    }));

  it("a poll is held for a second at most", () =>
    withFastPath(async ({ running, view }) => {
      const id = await running();
      stage.advance(10);
      const before = Date.now();
      const { whole, isAnswered } = view(id);
      await until(() => {
        if (Date.now() - before < 1_000) stage.advance(0.1);
        return isAnswered();
      }, "the poll is answered");

      expect(await whole).toMatchObject({ record: { status: "processing" } });
    }));

  it("a poll is answered at once while the task is not submitted, and while its next look is far", () =>
    withFastPath(async ({ create, running, view }) => {
      const [waiting, job] = [await create(), await running()];
      stage.advance(8.9);

      expect(await view(waiting).whole).toMatchObject({ record: { status: "pending" } });
      expect(await view(job).whole).toMatchObject({ record: { status: "processing" } });
    }));
});

it("a task that a caller polls ends by alarms and the consumer's Runner alone, although the queue is away", async () => {
  settings.FAST_PATH = "true";
  vi.spyOn(Views.prototype, "afterNews").mockImplementation(async (seen) => seen);
  skipPauses();
  stage.queue.send.mockRejectedValue(new Error("away"));
  const id = await stage.task({ n: 2 });
  let view: View | undefined;
  for (let seconds = 0; seconds < 60 && view?.status !== "completed"; seconds += 1) {
    stage.advance(1);
    view = await stage.view(id);
    for (const stub of coordinators()) {
      if (((await alarmOf(stub)) ?? Number.POSITIVE_INFINITY) <= Date.now()) await runDurableObjectAlarm(stub);
    }
    // What the Runner does is not awaited.
    for (let turns = 0; turns < 10; turns += 1) await new Promise((resolve) => setTimeout(resolve, 1));
  }

  expect(view).toMatchObject({ status: "completed", partial: false });
  expect(view?.images).toHaveLength(2);
  expect(stage.jobs()).toHaveLength(1);
  expect(stage.calls("submit")).toBe(1);
});
