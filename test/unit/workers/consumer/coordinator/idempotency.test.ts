import { beforeEach, describe, expect, it } from "vitest";
import { recall } from "#consumer/coordinator/idempotency.ts";
import { deleteTasksEndedBy, insertIdempotencyKey, insertTask } from "#consumer/coordinator/tables.ts";
import { retryWindowMs } from "#consumer/limits.ts";
import type { Idempotency } from "#shared/task/coordinator.ts";
import type { Task } from "#shared/task/phases.ts";
import { openTables, type Sql } from "#test/support/sqlite.ts";
import { aTask, hourMs, minuteMs, start } from "#test/support/task.ts";

let sql: Sql;
beforeEach(() => {
  sql = openTables();
});

const key = "order 7";
const bodyHash = "hash-1";
const withinMs = 5_000;
const kinds = [{ kind: "named" }, { kind: "first" }, { kind: "again" }, { kind: "resent", withinMs }] as const;
type Kind = (typeof kinds)[number]["kind"];

function remember(id: string, bend: Partial<Task> = {}, phase: Task["phase"] = "running"): Task {
  const task = aTask(phase, { id, ...bend });
  insertTask(sql, task, null);
  insertIdempotencyKey(sql, key, bodyHash, id);
  return task;
}

function ask(wanted: Kind, bend: { key?: string; bodyHash?: string } = {}, now = start) {
  const kind = kinds.find((one) => one.kind === wanted);
  if (kind === undefined) throw new Error("no such kind");
  const idempotency: Idempotency = { key, bodyHash, ...kind, ...bend };
  return recall(sql, idempotency, now);
}

describe("an unused key", () => {
  it.each(kinds)("an unused key is new: $kind", ({ kind }) => {
    remember("imgtask_1");
    expect(ask(kind, { key: "order 8" })).toEqual({ kind: "new" });
  });
});

describe("a caller's own key", () => {
  it("a caller's own key finds its task as long as the task is kept", () => {
    const task = remember("imgtask_1", {}, "completed");

    expect(ask("named", {}, start + 23 * hourMs)).toEqual({ kind: "existing", task });
    deleteTasksEndedBy(sql, start);
    expect(ask("named", {}, start + 24 * hourMs)).toEqual({ kind: "new" });
  });

  it("a caller's own key with another body is a conflict", () => {
    remember("imgtask_1");
    expect(ask("named", { bodyHash: "hash-2" })).toEqual({ kind: "conflict" });
  });
});

describe("a client that numbers its attempts", () => {
  it("a client's first attempt creates another task each time", () => {
    remember("imgtask_1");
    expect(ask("first")).toEqual({ kind: "new" });
  });

  it("a client's next attempt finds the task of the first one", () => {
    const task = remember("imgtask_1");
    expect(ask("again")).toEqual({ kind: "existing", task });
  });

  it("a client's next attempt finds the latest of several tasks", () => {
    remember("imgtask_1");
    const task = remember("imgtask_2");
    expect(ask("again")).toEqual({ kind: "existing", task });
  });

  it.each(["completed", "failed", "cancelled"] as const)(
    "a client's next try means its task also when that is %s",
    (phase) => {
      const task = remember("imgtask_1", {}, phase);
      expect(ask("again")).toEqual({ kind: "existing", task });
    },
  );

  it.each([
    [0, "existing"],
    [29, "existing"],
    [30, "existing"],
    [31, "new"],
    [24 * 60, "new"],
  ])("a client's next attempt %i minutes later finds a task that is %s", (minutes, kind) => {
    remember("imgtask_1");
    expect(ask("again", {}, start + minutes * minuteMs)).toMatchObject({ kind });
  });

  it("a client's next attempt is recognized for half an hour, to the millisecond", () => {
    expect(retryWindowMs).toBe(30 * minuteMs);
    remember("imgtask_1");
    expect(ask("again", {}, start + retryWindowMs)).toMatchObject({ kind: "existing" });
    expect(ask("again", {}, start + retryWindowMs + 1)).toEqual({ kind: "new" });
  });

  it("a client's next attempt creates a task when the first one is deleted", () => {
    insertIdempotencyKey(sql, key, bodyHash, "imgtask_gone");
    expect(ask("again")).toEqual({ kind: "new" });
  });
});

describe("a request that is sent again without a key", () => {
  it.each(["parked", "running", "completed", "failed"] as const)(
    "an equal request a moment later means the same task, also when that is %s",
    (phase) => {
      const task = remember("imgtask_1", {}, phase);
      expect(ask("resent", {}, start + 1)).toEqual({ kind: "existing", task });
    },
  );

  it("an equal request is the same for its window, to the millisecond", () => {
    const task = remember("imgtask_1");
    expect(ask("resent", {}, start + withinMs)).toEqual({ kind: "existing", task });
    expect(ask("resent", {}, start + withinMs + 1)).toEqual({ kind: "new" });
  });

  it.each([
    ["cancelled", {}],
    ["running", { cancel: "wanted" }],
    ["running", { cancel: "asked" }],
  ] as const)("an equal request creates a task when the one before was cancelled: %s %j", (phase, bend) => {
    remember("imgtask_1", bend, phase);
    expect(ask("resent")).toEqual({ kind: "new" });
  });

  it("an equal request creates a task when the one before is deleted", () => {
    insertIdempotencyKey(sql, key, bodyHash, "imgtask_gone");
    expect(ask("resent")).toEqual({ kind: "new" });
  });
});

it("a look-up of a key changes nothing", () => {
  remember("imgtask_1");
  const before = sql.exec("SELECT * FROM idempotency").toArray();
  for (const { kind } of kinds) ask(kind);
  expect(sql.exec("SELECT * FROM idempotency").toArray()).toEqual(before);
});
