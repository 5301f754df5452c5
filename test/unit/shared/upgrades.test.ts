/** The present code reads every shape that an earlier version stored. The dumps: test/fixtures/stored/README.md. */
import { DatabaseSync } from "node:sqlite";
import { describe, expect, it } from "vitest";
import { sessionStateSchema } from "#consumer/coordinator/health.ts";
import { createTables } from "#consumer/coordinator/tables.ts";
import { ownerOf } from "#shared/task/message.ts";
import { rowOf } from "#shared/task/row.ts";
import { earlierNames, taskSchema } from "#shared/task/stored-task.ts";
import { taskRecordSchema } from "#shared/task/task-record.ts";
import { alike, apart } from "#test/fixtures/stored/dump.ts";
import { dumps } from "#test/fixtures/stored/dumps.ts";
import type { Sql } from "#test/support/sqlite.ts";

/** Tables by these statements, then upgraded by the present code. */
function columnsAfter(schema: string[]): Record<string, string[]> {
  const database = new DatabaseSync(":memory:");
  for (const statement of schema) database.exec(statement);
  const exec = (query: string, ...bindings: string[]) => {
    const rows = database.prepare(query).all(...bindings);
    return { toArray: () => rows };
  };
  createTables({ exec } as unknown as Sql);
  const names = database
    .prepare("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'")
    .all();
  const columnsOf = database.prepare("SELECT name FROM pragma_table_info(?) ORDER BY name");
  return Object.fromEntries(
    names.map(({ name }) => [String(name), columnsOf.all(name as string).map((column) => String(column.name))]),
  );
}

it("there is a dump of more than one version", () => {
  expect(dumps.length).toBeGreaterThan(1);
});

describe.each(dumps)("what $commit stored", (dump) => {
  it("every stored task reads, and loses or gains nothing when it is written again", () => {
    for (const body of apart(dump.bodies)) {
      const task = taskSchema.parse(body);
      expect(taskSchema.parse(JSON.parse(JSON.stringify(rowOf(task))))).toEqual(task);
      const names: Record<string, string> = earlierNames;
      const known = Object.entries(body)
        .map(([field, value]) => [names[field] ?? field, value] as const)
        .filter(([field]) => field in task && field !== "lookFailures");
      expect(task).toMatchObject(Object.fromEntries(known));
    }
  });

  it("every stored record reads as it was written", () => {
    for (const record of apart(dump.records)) expect(taskRecordSchema.parse(record)).toEqual(record);
  });

  it("every stored message is a tick for its owner", () => {
    for (const message of dump.messages) expect(ownerOf(message)).toBe((message as { owner: string }).owner);
  });

  it("every stored session state reads with all its fields", () => {
    const states = dump.coordinators.flatMap(({ tables }) => tables.session_states ?? []);
    for (const { body } of states) {
      const state = JSON.parse(String(body));
      expect(sessionStateSchema.parse(state)).toMatchObject(state);
    }
  });

  it("the stored tables, once upgraded, have every column the present code uses", () => {
    const before = columnsAfter(dump.schema);
    for (const [table, columns] of Object.entries(columnsAfter([]))) {
      expect(before[table], table).toEqual(expect.arrayContaining(columns));
    }
  });

  it("a dump holds demo sessions only", () => {
    for (const { caller } of dump.tasks) expect(caller).toMatch(/^sg-demo-sg-[\w-]+(,sg-demo-sg-[\w-]+)?$/);
  });
});

describe("a dump", () => {
  it("a dump holds common values once and loses nothing by it", () => {
    const objects = [
      { id: "a", phase: "ready", tags: ["x"], late: null },
      { id: "b", phase: "ready", tags: ["y"] },
      { id: "c", phase: "failed", tags: ["x"], late: 7 },
    ];
    const short = alike(objects);
    expect(short).toEqual({
      common: { id: "a", phase: "ready", tags: ["x"] },
      each: [{ late: null }, { id: "b", tags: ["y"] }, { id: "c", phase: "failed", late: 7 }],
    });
    expect(apart(short)).toEqual(objects);
  });
});
