import { describe, expect, test } from "vitest";
import type { TaskView } from "#shared/wire/task.ts";
import { plainDraft } from "#web/state/draft.ts";
import {
  accepted,
  byDay,
  merge,
  mergeList,
  milestoneOf,
  newestFirst,
  newTask,
  phaseOf,
  prune,
  type Task,
  taskMadeElsewhere,
  withView,
} from "#web/state/task.ts";
import { aSubmittedTask, aTaskView } from "./wire.ts";

const view = (bend: Partial<TaskView> = {}): TaskView =>
  aTaskView({ progress: 40, images: ["/images/a/0"], created_at: 1000, updated_at: 1010, expires_at: 9000, ...bend });
const completed = view({ status: "completed", progress: 100, updated_at: 1020 });
const failed = view({
  status: "failed",
  images: undefined,
  error_code: "timeout",
  error_info: { code: "timeout", message: "The task took too long.", hint: "Send it again.", retryable: true },
});

const task = (bend: Partial<Task> = {}): Task => ({
  ...newTask({
    key: "k1",
    draft: { ...plainDraft, prompt: "a fox" },
    sessions: ["s1"],
    frame: { count: 4, width: 1, height: 1 },
    createdAt: 1_000_000,
  }),
  ...bend,
});
const live = (bend: Partial<TaskView> = {}) => task({ taskId: "imgtask_a", view: view(bend), heardAt: 5 });
const mapOf = (...tasks: Task[]) => new Map(tasks.map((one) => [one.key, one]));
const answer = aSubmittedTask();
const refusal = { code: "offline", message: "No answer.", hint: "", param: null };

describe("the phase of a task", () => {
  test.each([
    ["sending", task()],
    ["unsent", task({ refusal })],
    ["live", task({ taskId: "imgtask_a" })],
    ["live", live()],
    ["completed", live({ status: "completed" })],
    ["failed", live({ status: "failed" })],
  ] as const)("the phase of a task is %s", (phase, one) => {
    expect(phaseOf(one)).toBe(phase);
  });
});

describe("a view", () => {
  test("a view with nothing new returns the same task object", () => {
    const before = live();
    expect(withView(before, view(), 99)).toBe(before);
  });

  test("a view with news is applied, with the time of its arrival", () => {
    expect(withView(live(), view({ progress: 60 }), 99)).toMatchObject({ heardAt: 99, view: { progress: 60 } });
  });

  test("a view never lowers progress or removes images", () => {
    const next = withView(live({ images: ["/0", "/1"] }), view({ progress: 10, images: ["/0"] }), 99);
    expect(next.view).toMatchObject({ progress: 40, images: ["/0", "/1"] });
  });

  test("a view older than the known one is dropped", () => {
    const before = live();
    expect(withView(before, view({ progress: 90, updated_at: 1001 }), 99)).toBe(before);
  });

  test("a live view is dropped once a terminal view is known", () => {
    const before = live(completed);
    expect(withView(before, view({ progress: 90, updated_at: 2000 }), 99)).toBe(before);
  });

  test("a terminal view is applied, whatever its time", () => {
    expect(withView(live({ updated_at: 2000 }), completed, 99).view).toEqual(completed);
  });

  test("a view clears the lost code, and the refusal of a task that was accepted after all", () => {
    expect(withView({ ...live(), lost: "not_found" }, view(), 99).lost).toBeNull();
    expect(withView(task({ refusal }), view(), 99)).toMatchObject({ refusal: null, taskId: "imgtask_a" });
  });

  test("the hint of a failure is kept beside the one in the other language", () => {
    const english = withView(live(), failed, 99);
    const info = { ...(failed.error_info as NonNullable<TaskView["error_info"]>), hint: "请重新发送请求。" };
    const both = withView(english, { ...failed, error_info: info }, 100);
    expect(both.hints).toEqual({ en: "Send it again.", zh: "请重新发送请求。" });
  });
});

describe("the server's list", () => {
  test("the server's list adds tasks made elsewhere, without a prompt, in order of time", () => {
    const merged = mergeList(mapOf(live()), [view(), view({ id: "imgtask_b", created_at: 2000 })], 99);
    expect(newestFirst(merged.values()).map(({ key, draft }) => [key, draft?.prompt])).toEqual([
      ["imgtask_b", undefined],
      ["k1", "a fox"],
    ]);
  });

  test("the server's list updates known tasks under their own key", () => {
    const merged = mergeList(mapOf(live()), [completed], 99);
    expect([...merged.keys()]).toEqual(["k1"]);
    expect(merged.get("k1")?.view).toEqual(completed);
  });

  test("the server's list does not bring back a removed task", () => {
    const merged = mergeList(mapOf({ ...live(), isHidden: true }), [completed], 99);
    expect([...merged.values()].map(({ isHidden }) => isHidden)).toEqual([true]);
  });

  test("a server's list with nothing new returns the same map", () => {
    const before = mapOf(live());
    expect(mergeList(before, [view()], 99)).toBe(before);
  });
});

test("the answer to a submit gives the task its server id", () => {
  expect(accepted(task({ refusal }), answer)).toMatchObject({ taskId: "imgtask_a", refusal: null });
});

describe("an added task", () => {
  const foreign = taskMadeElsewhere(completed, 50);

  test("an added task has its key", () => {
    const { tasks, key, duplicate } = merge(mapOf(foreign), task());
    expect([...tasks.keys(), key, duplicate]).toEqual(["imgtask_a", "k1", "k1", null]);
  });

  test("an added task replaces its duplicate from the list", () => {
    const { tasks, key, duplicate } = merge(mapOf(task(), foreign), task({ taskId: "imgtask_a" }));
    expect([...tasks.keys(), key, duplicate]).toEqual(["k1", "k1", "imgtask_a"]);
    expect(tasks.get("k1")).toMatchObject({ view: completed, draft: { prompt: "a fox" } });
  });

  test("a task from the list gives its view to the one with the draft", () => {
    const { tasks, key, duplicate } = merge(mapOf(live()), foreign);
    expect([...tasks.keys(), key, duplicate]).toEqual(["k1", "k1", "imgtask_a"]);
    expect(tasks.get("k1")).toMatchObject({ view: completed, draft: { prompt: "a fox" } });
  });

  test("an added task stays hidden when its duplicate was removed", () => {
    const { tasks } = merge(mapOf({ ...foreign, isHidden: true }), live());
    expect(tasks.get("k1")?.isHidden).toBe(true);
  });
});

test("a running task is stored at its milestones, not with every view", () => {
  const before = milestoneOf(live());
  expect(milestoneOf(live({ progress: 60, eta_seconds: 3, updated_at: 1015 }))).toBe(before);
  const milestones = [
    live({ images: ["/images/a/0", "/images/a/1"] }),
    live({ status: "completed" }),
    task({ taskId: "imgtask_b", view: view() }),
    { ...live(), cancel: "asked" as const },
    { ...live(), isHidden: true },
  ].map(milestoneOf);
  expect(new Set([before, ...milestones]).size).toBe(6);
});

describe("stored tasks", () => {
  const hidden = (bend: Partial<Task>) => task({ isHidden: true, ...bend });

  test("hidden tasks are deleted once the server's list no longer has them", () => {
    const expired = hidden({ key: "expired", taskId: "t", view: view() });
    const listed = hidden({ key: "listed", taskId: "t", view: view({ expires_at: 99_000 }) });
    const never = hidden({ key: "never" });
    const { kept, gone } = prune([expired, listed, never, task()], 10_000_000);
    expect(kept.map(({ key }) => key).sort()).toEqual(["k1", "listed"]);
    expect(gone.map(({ key }) => key).sort()).toEqual(["expired", "never"]);
  });

  test("the newest two thousand tasks are kept", () => {
    const many = Array.from({ length: 2003 }, (_, at) => task({ key: `k${at}`, createdAt: at }));
    const { kept, gone } = prune(many, 0);
    expect(kept).toHaveLength(2000);
    expect(gone.map(({ key }) => key)).toEqual(["k0", "k1", "k2"]);
  });
});

test("tasks are grouped by the day of their creation", () => {
  const at = (day: number, hour: number) => task({ createdAt: new Date(2026, 4, day, hour).getTime() });
  const days = byDay([at(3, 23), at(3, 0), at(2, 23)]);
  expect(days.map(({ day, tasks }) => [day.getDate(), tasks.length])).toEqual([
    [3, 2],
    [2, 1],
  ]);
});
