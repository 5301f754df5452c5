import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import {
  deleteExpired,
  insertListed,
  list,
  readerTagOf,
  search,
  selectBySubmitId,
  selectFirstExpiry,
  selectListed,
  updateListed,
} from "#consumer/coordinator/listing.ts";
import { LiveTasks } from "#consumer/coordinator/live-tasks.ts";
import { createTables, deleteTasksEndedBy, insertTask, isEmpty, updateTask } from "#consumer/coordinator/tables.ts";
import type { ListQuery } from "#shared/task/coordinator.ts";
import { isTerminal, type Phase, phases, type Task } from "#shared/task/phases.ts";
import { snapshotOf, statusByPhase } from "#shared/task/view.ts";
import { openTables, type Sql } from "#test/support/sqlite.ts";
import { aTask, start } from "#test/support/task.ts";

let sql: Sql;
let made: number;
beforeEach(() => {
  sql = openTables();
  made = 0;
});

const dayMs = 24 * 60 * 60 * 1000;
const mine = ["tag-a", "tag-b"];
const idOf = (number: number) => `imgtask_${String(number).padStart(21, "0")}`;

/** Inserts a task into both tables, like the coordinator. */
function add(phase: Phase = "parked", bend: Partial<Task> = {}): Task {
  made += 1;
  const task = aTask(phase, { id: idOf(made), submitId: `submit-${made}`, tags: mine, ...bend });
  insertTask(sql, task, null);
  insertListed(sql, task);
  if (isTerminal(task)) updateListed(sql, task.id, statusByPhase[phase]);
  return task;
}

const query = (bend: Partial<ListQuery> = {}): ListQuery => ({
  tags: mine,
  limit: 100,
  after: null,
  status: null,
  ...bend,
});

/** The snapshot of a task, like the coordinator's. */
const show = (task: Task) => {
  const place = new LiveTasks(sql).parkedIds().indexOf(task.id);
  return snapshotOf(task, start, place < 0 ? null : place + 1);
};

const idsOf = (bend: Partial<ListQuery> = {}) => selectListed(sql, query(bend));

describe("a reader", () => {
  it("a reader is the same however the tags are ordered", () => {
    expect(readerTagOf(["b", "a", "c"])).toBe(readerTagOf(["c", "b", "a"]));
  });

  it("a reader sees the tasks that have its tags, and no other's", () => {
    const ours = add();
    const theirs = add("parked", { tags: ["api-key-1"] });

    expect(idsOf()).toEqual([ours.id]);
    expect(idsOf({ tags: ["api-key-1"] })).toEqual([theirs.id]);
    expect(idsOf({ tags: ["api-key-2"] })).toEqual([]);
    expect(idsOf({ tags: [] })).toEqual([]);
  });

  it("a reader's page cannot start after another reader's task, nor after an unknown one", () => {
    const theirs = add("parked", { tags: ["api-key-1"] });
    add();

    expect(idsOf({ after: theirs.id })).toBeNull();
    expect(idsOf({ after: "imgtask_never" })).toBeNull();
    expect(idsOf({ after: "" })).toBeNull();
  });

  it("a reader finds its own tasks by submit id, and no other's", () => {
    const { id, submitId } = add();

    expect(selectBySubmitId(sql, submitId, mine.toReversed())).toBe(id);
    expect(selectBySubmitId(sql, submitId, ["api-key-1"])).toBeNull();
    expect(selectBySubmitId(sql, "never", mine)).toBeNull();
  });
});

describe("a list", () => {
  it("a list is newest first, and holds no more than its limit", () => {
    const ids = [add(), add(), add()].map(({ id }) => id);

    expect(idsOf()).toEqual(ids.toReversed());
    expect(idsOf({ limit: 2 })).toEqual(ids.toReversed().slice(0, 2));
    expect(idsOf({ after: ids[1] ?? "" })).toEqual([ids[0]]);
    expect(idsOf({ after: ids[0] ?? "" })).toEqual([]);
  });

  it.each(phases)("a list of one status has the tasks in that status: %s", (phase) => {
    const task = add(phase);

    for (const status of ["pending", "processing", "completed", "failed"] as const) {
      expect(idsOf({ status }), status).toEqual(status === statusByPhase[phase] ? [task.id] : []);
    }
  });

  it.each(["completed", "failed", "cancelled"] as const)(
    "a list has the terminal status of a deleted task: %s",
    (phase) => {
      const task = add(phase);

      deleteTasksEndedBy(sql, start);

      expect(list(sql, query(), show)).toEqual({
        kind: "page",
        tasks: [{ id: task.id, snapshot: null }],
        hasMore: false,
      });
      expect(idsOf({ status: statusByPhase[phase] })).toEqual([task.id]);
      expect(idsOf({ status: "pending" })).toEqual([]);
    },
  );

  it("a list follows a task from status to status", () => {
    const task = add("parked");
    updateTask(sql, { task, due: null }, { task: aTask("running", { id: task.id }), due: null });

    expect(idsOf({ status: "pending" })).toEqual([]);
    expect(idsOf({ status: "processing" })).toEqual([task.id]);
  });

  it("a list continues after a task whose status has changed", () => {
    const [old, middle] = [add("parked"), add("parked")];
    updateTask(sql, { task: middle, due: null }, { task: aTask("running", { id: middle.id }), due: null });

    expect(idsOf({ status: "pending", after: middle.id })).toEqual([old.id]);
  });

  it("a list has hasMore only if more tasks exist", () => {
    for (let number = 0; number < 3; number += 1) add();
    const more = (limit: number) => list(sql, query({ limit }), show);

    expect([1, 2, 3, 4].map((limit) => more(limit))).toMatchObject([
      { hasMore: true, tasks: { length: 1 } },
      { hasMore: true, tasks: { length: 2 } },
      { hasMore: false, tasks: { length: 3 } },
      { hasMore: false, tasks: { length: 3 } },
    ]);
  });

  it("a list shows a waiting task's position among the tasks of all callers", () => {
    add("parked", { tags: ["api-key-1"] });
    const task = add("parked");

    expect(list(sql, query(), show)).toMatchObject({
      tasks: [{ id: task.id, snapshot: { live: { queuePosition: 2 } } }],
    });
  });
});

describe("a search by submit ids", () => {
  it("a search by submit ids answers in the order of the request, and leaves out unknown ones", () => {
    const [first, second] = [add(), add("completed")];
    const theirs = add("parked", { tags: ["api-key-1"] });
    const asked = [second.submitId, "never", theirs.submitId, first.submitId];

    expect(search(sql, { submitIds: asked, tags: mine }, show).map(({ id }) => id)).toEqual([second.id, first.id]);
  });
});

describe("expired rows", () => {
  it("expired tasks are deleted, and nothing else", () => {
    const expiring = [1, 2, 3].map((days) => add("completed", { expiresAt: start + days * dayMs }));

    deleteExpired(sql, start + 2 * dayMs);

    expect(idsOf()).toEqual([expiring[2]?.id]);
    expect(selectFirstExpiry(sql)).toBe(start + 3 * dayMs);
  });

  it("the tables are empty once every task has expired", () => {
    add("completed", { expiresAt: start + dayMs });
    deleteTasksEndedBy(sql, start);

    expect(isEmpty(sql)).toBe(false);
    deleteExpired(sql, start + dayMs - 1);
    expect(isEmpty(sql)).toBe(false);
    deleteExpired(sql, start + dayMs);
    expect(isEmpty(sql)).toBe(true);
    expect(selectFirstExpiry(sql)).toBeNull();
  });

  it("deleting expired tasks from empty tables changes nothing", () => {
    deleteExpired(sql, start);
    expect(idsOf()).toEqual([]);
  });

  it("an expired task's id is unknown as a cursor, even when a newer task was added", () => {
    const gone = add("completed", { expiresAt: start });
    deleteExpired(sql, start);
    const next = add("completed", { expiresAt: start + dayMs });

    expect(idsOf({ after: gone.id })).toBeNull();
    expect(idsOf()).toEqual([next.id]);
  });

  it("a task is not deleted before its own expiry, whatever the expiry of a newer one", () => {
    const older = add("completed", { expiresAt: start + 30 * dayMs });
    const newer = add("completed", { expiresAt: start + 40 * dayMs });
    deleteExpired(sql, start + 29 * dayMs);

    expect(idsOf()).toEqual([newer.id, older.id]);
  });
});

it("existing tables are kept", () => {
  const task = add();
  createTables(sql);
  expect(idsOf()).toEqual([task.id]);
});

it("paging to the end lists each initial task once, in order, whatever starts and ends meanwhile", () => {
  const step = fc.record({
    fresh: fc.integer({ min: 0, max: 3 }),
    foreign: fc.boolean(),
    ends: fc.integer({ min: 0, max: 40 }),
  });
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 25 }),
      fc.integer({ min: 1, max: 7 }),
      fc.array(step, { minLength: 30, maxLength: 30 }),
      (before, limit, meanwhile) => {
        sql = openTables();
        made = 0;
        const expected = Array.from({ length: before }, () => add().id).toReversed();
        const seen: string[] = [];
        let after: string | null = null;
        for (const { fresh, foreign, ends } of meanwhile) {
          const page = list(sql, query({ limit, after }), show);
          if (page.kind !== "page") throw new Error("the cursor is unknown");
          seen.push(...page.tasks.map(({ id }) => id));
          if (!page.hasMore) break;
          after = page.tasks.at(-1)?.id ?? null;
          for (let number = 0; number < fresh; number += 1) add("ready", foreign ? { tags: ["other"] } : {});
          updateListed(sql, idOf(ends), "completed");
        }
        expect(seen).toEqual(expected);
      },
    ),
    { numRuns: 60 },
  );
});
