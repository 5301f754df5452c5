/** What a change of a task's row costs. */
import { runInDurableObject } from "cloudflare:test";
import { expect, it } from "vitest";
import type { Due } from "#consumer/coordinator/due.ts";
import { LiveTasks } from "#consumer/coordinator/live-tasks.ts";
import { createTables, insertTask, selectTask, updateTask } from "#consumer/coordinator/tables.ts";
import type { Task } from "#shared/task/phases.ts";
import { aTask, start } from "#test/support/task.ts";
import { anOwner } from "#test/workers/support/coordinator.ts";
import { setStage } from "#test/workers/support/stage.ts";

type Row = { task: Task; due: Due | null };

const soon: Due = { at: start + 12_000, byTick: true };
const before: Row = { task: aTask("running"), due: soon };

/** Rows that the update writes, those of the indexes included, and its statement. */
function update(after: Row): Promise<{ written: number; statement: string }> {
  setStage();
  return runInDurableObject(anOwner().stub, (_coordinator, { storage }) => {
    const { sql } = storage;
    createTables(sql);
    insertTask(sql, before.task, before.due);
    const done = { written: 0, statement: "" };
    const exec: typeof sql.exec = (query, ...bindings) => {
      const cursor = sql.exec<never>(query, ...bindings);
      done.written += cursor.rowsWritten;
      done.statement += query;
      return cursor;
    };
    updateTask({ exec } as typeof sql, before, after);
    expect(selectTask(sql, after.task.id)).toEqual(after.task);
    const dueTasks = new LiveTasks(sql).due(after.due?.byTick === false ? "alarm" : "tick", Number.MAX_SAFE_INTEGER);
    expect(dueTasks).toEqual(after.due === null ? [] : [after.task]);
    return done;
  });
}

it.each<[string, Row, string]>([
  ["what no column has a copy of", { task: aTask("running", { progress: 40 }), due: soon }, ""],
  ["the moment at which it is due", { task: before.task, due: { at: start + 13_000, byTick: true } }, ", due_at = ?"],
  ["a lease", { task: before.task, due: { at: start + 45_000, byTick: false } }, ", due_at = ?, by_tick = ?"],
  ["its phase", { task: aTask("storing"), due: soon }, ", phase = ?"],
  ["its session", { task: aTask("running", { session: "tag-b" }), due: soon }, ", session = ?"],
])("a change of %s writes one row: the index of live tasks is in memory", async (_what, after, columns) => {
  expect(await update(after)).toEqual({ written: 1, statement: `UPDATE tasks SET body = ?${columns} WHERE id = ?` });
});

it("the end of a task writes its row and the index of ended tasks", async () => {
  const { written } = await update({ task: aTask("completed"), due: null });

  expect(written).toBe(2);
});
