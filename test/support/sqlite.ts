/** The coordinator's storage for tests in Node: SQLite in memory, with the interface of the Workers runtime. */
import { DatabaseSync, type SQLInputValue } from "node:sqlite";
import { createTables } from "#consumer/coordinator/tables.ts";

export type Sql = DurableObjectStorage["sql"];

/** With the coordinator's tables, all empty. */
export function openTables(): Sql {
  const database = new DatabaseSync(":memory:");
  const exec = (query: string, ...bindings: SQLInputValue[]) => {
    const rows = database.prepare(query).all(...bindings);
    return {
      toArray: () => rows,
      one() {
        if (rows.length !== 1) throw new Error(`Expected exactly one result from SQL query, but got ${rows.length}.`);
        return rows[0];
      },
    };
  };
  const sql = { exec } as unknown as Sql;
  createTables(sql);
  return sql;
}
