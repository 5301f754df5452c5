/**
 * Faults that never end. Each task still ends, and no alarm repeats too fast. Time moves from event to event: messages,
 * alarms, and dead letters, which the queue moves at once and delivers a few seconds later.
 */
import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeEach, expect, it, vi } from "vitest";
import { anOwner } from "#test/workers/support/coordinator.ts";
import { deadLetterQueue } from "#test/workers/support/queue.ts";
import { alarmOf, coordinators, type Stage, setStage } from "#test/workers/support/stage.ts";

let stage: Stage;

beforeEach(() => {
  stage = setStage();
});

const hourMs = 3_600_000;
const deadLetterDelayMs = 5_000;

async function theCoordinator() {
  const [one] = coordinators();
  if (one === undefined) throw new Error("no coordinator yet");
  return one;
}

/** Runs every event until the task ends. @returns its last view, and the duration. */
async function playOut(id: string, maxMs: number) {
  const begunAt = Date.now();
  const letters: { at: number; body: unknown }[] = [];
  let seenDead = 0;
  for (;;) {
    const view = await stage.view(id);
    const tookMs = Date.now() - begunAt;
    if (view.status === "failed" || view.status === "completed" || tookMs > maxMs) return { view, tookMs };
    const nextMove = Math.min(stage.queue.nextAt() ?? Infinity, (await alarmOf(await theCoordinator())) ?? Infinity);
    const [letter] = letters;
    if (letter !== undefined && letter.at <= nextMove) {
      letters.shift();
      vi.setSystemTime(Math.max(Date.now(), letter.at));
      await stage.queue.deliverOnly([letter.body], deadLetterQueue);
    } else {
      await stage.move();
    }
    for (const body of stage.queue.dead.slice(seenDead)) letters.push({ at: Date.now() + deadLetterDelayMs, body });
    seenDead = stage.queue.dead.length;
  }
}

it("a task whose session cannot be unsealed fails with an internal error", async () => {
  const id = await stage.task();
  await runInDurableObject(await theCoordinator(), (_object, state) => {
    state.storage.sql.exec("UPDATE sessions SET sealed = 'v1.AAAA.BBBB'");
  });

  const { view, tookMs } = await playOut(id, 2 * hourMs);

  expect(view).toMatchObject({ status: "failed", error_code: "internal" });
  expect(tookMs).toBeLessThan(hourMs / 4);
  expect(stage.jobs()).toEqual([]);
});

it("a task whose bucket never answers fails within an hour and is generated only once", async () => {
  const id = await stage.task();
  vi.spyOn(Object.getPrototypeOf(env.IMAGES) as R2Bucket, "head").mockRejectedValue(
    new Error("internal error (10001)"),
  );

  const { view, tookMs } = await playOut(id, 2 * hourMs);

  expect(view).toMatchObject({ status: "failed", error_code: "upstream_failed" });
  expect(tookMs).toBeLessThan(hourMs);
  expect(stage.jobs()).toHaveLength(1);
});

it("a record that KV refuses for days is retried after longer and longer pauses, reported once, and no alarm repeats too fast", async () => {
  const one = anOwner();
  const task = one.aTask();
  await one.coordinator.create(task);
  const tries: number[] = [];
  vi.spyOn(Object.getPrototypeOf(env.TASKS) as KVNamespace, "put").mockImplementation(async () => {
    tries.push(Date.now());
    throw new Error("429");
  });
  await one.coordinator.cancel(task.id, task.tags);

  for (let alarms = 1; alarms <= 80 && tries.length < 20; alarms += 1) {
    const next = (await alarmOf(one.stub)) ?? 0;
    vi.setSystemTime(Math.max(Date.now(), next));
    await runDurableObjectAlarm(one.stub);
    expect(((await alarmOf(one.stub)) ?? 0) - Date.now()).toBeGreaterThanOrEqual(10_000);
  }
  const pauses = tries.slice(1).map((at, place) => (at - (tries[place] ?? 0)) / 1000);
  expect(pauses.slice(0, 8)).toEqual([10, 20, 40, 80, 160, 300, 300, 300]);
  expect(new Set(pauses.slice(5))).toEqual(new Set([300]));
  expect(stage.logs.filter((line) => line.includes("outbox_stuck"))).toHaveLength(1);
});
