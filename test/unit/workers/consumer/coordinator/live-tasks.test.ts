import fc from "fast-check";
import { beforeEach, expect, it, vi } from "vitest";
import { withCaches } from "#consumer/coordinator/caches.ts";
import type { Due } from "#consumer/coordinator/due.ts";
import { LiveTasks } from "#consumer/coordinator/live-tasks.ts";
import { isTerminal, type Phase, phases, type Task } from "#shared/task/phases.ts";
import { openTables, type Sql } from "#test/support/sqlite.ts";
import { aTask, hourMs, start } from "#test/support/task.ts";

let sql: Sql;
beforeEach(() => {
  sql = openTables();
});

const sessions = ["tag-a", "tag-b"];
const idOf = (place: number) => `imgtask_${String(place).padStart(21, "0")}`;
const taskIn = (place: number, phase: Phase, session = sessions[0]): Task =>
  aTask(phase, phase === "parked" ? { id: idOf(place) } : { id: idOf(place), session });

/** Every answer of the index. */
function answersOf(live: LiveTasks, tasks: string[]) {
  const moments = [start, start + 5, start + 10];
  return {
    due: moments.flatMap((moment) => [live.due("tick", moment), live.due("alarm", moment)]),
    first: [live.firstDue("tick"), live.firstDue("alarm")],
    parked: [live.hasParked(), live.parkedIds(), live.parked(2, 1)],
    jobs: [...live.slotsBySession()].sort(),
    sent: sessions.flatMap((session) => tasks.map((id) => live.countSent(session, id))),
    counts: live.counts(),
  };
}

const changes = fc.array(
  fc.record({
    place: fc.nat(5),
    phase: fc.constantFrom(...phases),
    session: fc.constantFrom(...sessions),
    due: fc.record({ at: fc.integer({ min: start, max: start + 10 }), byTick: fc.boolean() }),
  }),
  { maxLength: 30 },
);

it("after any changes the index in memory answers as one that is read from the table", () => {
  fc.assert(
    fc.property(changes, (made) => {
      sql = openTables();
      const live = new LiveTasks(sql);
      const stored = new Map<string, { task: Task; due: Due | null }>();
      for (const { place, phase, session, due } of made) {
        const before = stored.get(idOf(place));
        if (before !== undefined && isTerminal(before.task)) continue;
        const task = taskIn(place, phase, session);
        const after = { task, due: isTerminal(task) ? null : due };
        if (before === undefined) live.insert(after);
        else live.update(before, after);
        stored.set(task.id, after);
      }
      expect(answersOf(live, [...stored.keys()])).toEqual(answersOf(new LiveTasks(sql), [...stored.keys()]));
    }),
  );
});

it("a transaction that fails leaves the index as the rows are", () => {
  const live = new LiveTasks(sql);
  live.insert({ task: taskIn(1, "parked"), due: null });
  const failing = () =>
    withCaches([live], () => {
      live.insert({ task: taskIn(2, "parked"), due: null });
      // Rolled back.
      sql.exec("DELETE FROM tasks WHERE id = ?", idOf(2));
      throw new Error("full");
    });

  expect(failing).toThrow("full");
  expect(live.parkedIds()).toEqual([idOf(1)]);
});

it("a task that cannot be read neither waits for a slot nor holds one, and is read again an hour later", () => {
  vi.spyOn(console, "error").mockImplementation(() => {});
  const live = new LiveTasks(sql);
  live.insert({ task: taskIn(1, "running"), due: { at: start, byTick: true } });
  live.insert({ task: taskIn(2, "running"), due: { at: start + 1, byTick: true } });
  sql.exec("UPDATE tasks SET body = '{}' WHERE id = ?", idOf(1));

  expect(live.due("tick", start + 1).map(({ id }) => id)).toEqual([idOf(2)]);
  expect(live.slotsBySession()).toEqual(new Map([["tag-a", 1]]));
  expect(live.due("tick", start + hourMs - 1).map(({ id }) => id)).toEqual([idOf(2)]);
  expect(live.counts()).toEqual({ waiting: 0, running: 1 });
  expect(new LiveTasks(sql).firstDue("tick")).toBe(start + 1);
});
