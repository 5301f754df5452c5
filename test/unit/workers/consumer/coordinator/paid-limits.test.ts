import { beforeEach, expect, it } from "vitest";
import { KnownSessions } from "#consumer/coordinator/known-sessions.ts";
import { LiveTasks } from "#consumer/coordinator/live-tasks.ts";
import { PaidLimits } from "#consumer/coordinator/paid-limits.ts";
import type { Order } from "#shared/task/coordinator.ts";
import type { Dispatched } from "#shared/task/phases.ts";
import { openTables } from "#test/support/sqlite.ts";
import { aPaidCall, aPaidRequest, aPolicy, aTask, minuteMs, start } from "#test/support/task.ts";

let live: LiveTasks;
let limits: PaidLimits;
beforeEach(() => {
  const sql = openTables();
  live = new LiveTasks(sql);
  limits = new PaidLimits(live, new KnownSessions(sql));
});

const rules = (now = start) => ({ configured: { dreamina: 4, ark: 8 }, now, policy: aPolicy() });

/** A task with this many calls in the air. */
function aPaidTask(place: number, inTheAir: number, calls = 10): Dispatched {
  const task = aTask("dispatched", {
    id: `imgtask_${String(place).padStart(21, "0")}`,
    request: aPaidRequest(calls),
    calls: Array.from({ length: calls }, (_, index) =>
      index < inTheAir ? aPaidCall() : aPaidCall({ state: "waiting", attempt: 0, at: start }),
    ),
  });
  live.insert({ task, due: null });
  return task;
}

/** An order of this many calls. */
const anOrder = (task: Dispatched, calls: number): Order => ({
  kind: "generate",
  owner: task.owner,
  calls: Array.from({ length: calls }, (_, call) => ({ call, attempt: 1, deadlineSeconds: 300 })),
  request: task.request,
  inputs: [],
  task: task.id,
  step: task.step,
  submitId: task.submitId,
  leaseSeconds: 360,
  session: { upstream: "ark", tag: "tag-a", sealed: "", label: "" },
});

it("a task may have as many calls in the air as its key has slots that no other task holds", () => {
  const task = aPaidTask(1, 0);
  expect(limits.maxCalls(task, rules())).toBe(8);
  aPaidTask(2, 5);
  expect(limits.maxCalls(task, rules())).toBe(3);
});

it("a task that has its slot may always have one call in the air", () => {
  const task = aPaidTask(1, 0);
  aPaidTask(2, 8);
  expect(limits.maxCalls(task, rules())).toBe(1);
});

it("at most 500 images of a model are started in a minute", () => {
  const task = aPaidTask(1, 0);
  for (let count = 0; count < 62; count += 1) limits.started(anOrder(task, 8), start);
  expect(limits.maxCalls(task, rules())).toBe(4);
  limits.started(anOrder(task, 4), start);
  expect(limits.maxCalls(task, rules())).toBe(0);
  expect(limits.maxCalls(task, rules(start + minuteMs - 1))).toBe(0);
  expect(limits.maxCalls(task, rules(start + minuteMs))).toBe(8);
});

it("a task of jobs has no paid calls", () => {
  expect(limits.maxCalls(aTask("running"), rules())).toBe(0);
});
