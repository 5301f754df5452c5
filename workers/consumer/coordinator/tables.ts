/**
 * The coordinator's SQL, one function per statement, except for the list of all tasks (`listing.ts`) and refused
 * contents (`refusals.ts`). A task is a row of JSON with copies of a few fields; live tasks are searched by an index in
 * memory (`live-tasks.ts`). Tables are created with the first task:
 * a coordinator that only answered questions stores nothing.
 */
import { setAsideMs } from "#consumer/limits.ts";
import { log } from "#shared/log.ts";
import type { Phase, Task } from "#shared/task/phases.ts";
import { rowOf } from "#shared/task/row.ts";
import { taskSchema } from "#shared/task/stored-task.ts";
import { batchTables } from "./batches/table-statements.ts";
import type { Due } from "./due.ts";
import { KeyUses } from "./key-uses.ts";
import { KnownSessions } from "./known-sessions.ts";
import { DailyTotals } from "./totals.ts";

type Sql = DurableObjectStorage["sql"];

const statements = [
  `CREATE TABLE IF NOT EXISTS tasks (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    phase TEXT NOT NULL,
    session TEXT,
    due_at INTEGER,
    ended_at INTEGER,
    body TEXT NOT NULL,
    by_tick INTEGER NOT NULL DEFAULT 1)`,
  "CREATE INDEX IF NOT EXISTS tasks_ended ON tasks (ended_at)",
  ...KnownSessions.tables,
  ...KeyUses.tables,
  ...DailyTotals.tables,
  `CREATE TABLE IF NOT EXISTS listing (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    submit_id TEXT NOT NULL,
    reader TEXT NOT NULL,
    ended TEXT,
    expires_at INTEGER NOT NULL)`,
  "CREATE INDEX IF NOT EXISTS listing_ended ON listing (reader, ended, seq)",
  "CREATE INDEX IF NOT EXISTS listing_submit_id ON listing (submit_id)",
  "CREATE TABLE IF NOT EXISTS idempotency (key TEXT PRIMARY KEY, body_hash TEXT NOT NULL, task TEXT NOT NULL) WITHOUT ROWID",
  "CREATE TABLE IF NOT EXISTS refused (contents TEXT PRIMARY KEY, at INTEGER NOT NULL, error TEXT NOT NULL)",
  `CREATE TABLE IF NOT EXISTS outbox (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    task TEXT NOT NULL,
    step INTEGER NOT NULL,
    due_at INTEGER NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0)`,
  "CREATE TABLE IF NOT EXISTS tick (id INTEGER PRIMARY KEY, at INTEGER NOT NULL, unanswered INTEGER NOT NULL)",
  "CREATE TABLE IF NOT EXISTS durations (kind TEXT PRIMARY KEY, body TEXT NOT NULL) WITHOUT ROWID",
  ...batchTables,
];

/** Columns that earlier versions did not have. */
const addedColumns = [
  { table: "tasks", column: "by_tick", definition: "INTEGER NOT NULL DEFAULT 1" },
  { table: "sessions", column: "upstream", definition: "TEXT NOT NULL DEFAULT 'dreamina'" },
  { table: "outbox", column: "attempts", definition: "INTEGER NOT NULL DEFAULT 0" },
];

/** Indexes of earlier versions. Each one costs a row at every change of its columns. */
const droppedIndexes = ["tasks_due_at", "tasks_due", "tasks_phase", "tasks_ended_at", "listing_reader"];

/** In earlier versions `due_at` was when the alarm looked after a lost message. */
const dueNow = `UPDATE tasks SET
  due_at = COALESCE(json_extract(body, '$.leaseUntil'), json_extract(body, '$.wakeAt'), due_at),
  by_tick = json_extract(body, '$.leaseUntil') IS NULL AND json_extract(body, '$.wakeAt') IS NOT NULL
  WHERE ended_at IS NULL`;

/** Creates missing tables, columns and indexes, also in the tables of an earlier version. */
export const createTables = (sql: Sql): void => {
  for (const statement of statements) sql.exec(statement);
  const isOlder = !hasColumn(sql, "tasks", "by_tick");
  for (const { table, column, definition } of addedColumns) {
    if (!hasColumn(sql, table, column)) sql.exec(`ALTER TABLE ${table} ADD COLUMN ${column} ${definition}`);
  }
  if (isOlder) sql.exec(dueNow);
  for (const index of droppedIndexes) sql.exec(`DROP INDEX IF EXISTS ${index}`);
  // Earlier versions kept a row for each wake-up to be sent.
  sql.exec("DELETE FROM outbox WHERE kind = 'wake'");
};

const hasColumn = (sql: Sql, table: string, column: string): boolean =>
  sql.exec("SELECT 1 FROM pragma_table_info(?) WHERE name = ?", table, column).toArray().length > 0;

/** Reads the catalogue only: it writes nothing in a coordinator without tasks. */
export const hasTables = (sql: Sql): boolean =>
  sql.exec("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'outbox'").toArray().length > 0;

type TaskRow = { id: string; body: string };

/**
 * Parses rows. An unreadable row is a bug, but must not stop other tasks: it is logged, set aside so that it neither
 * holds a slot nor waits for one, and read again in an hour, perhaps by a newer version.
 */
function readTasks(sql: Sql, rows: TaskRow[]): Task[] {
  return rows.flatMap((row) => {
    try {
      return [taskSchema.parse(JSON.parse(row.body))];
    } catch (error) {
      log("error", "task_unreadable", { task: row.id, error });
      sql.exec("UPDATE tasks SET phase = 'unreadable', due_at = due_at + ? WHERE id = ?", setAsideMs, row.id);
      return [];
    }
  });
}

/** @param due null: never. */
export function insertTask(sql: Sql, task: Task, due: Due | null): void {
  const columns = Object.entries(columnsOf(task, due));
  const names = columns.map(([name]) => name).join(", ");
  const values = [task.id, bodyOf(task), ...columns.map(([, value]) => value)];
  sql.exec(`INSERT INTO tasks (id, body, ${names}) VALUES (${values.map(() => "?").join(", ")})`, ...values);
}

/** Names only the columns that change: each one named is charged with its indexes. */
export function updateTask(sql: Sql, before: { task: Task; due: Due | null }, after: { task: Task; due: Due | null }) {
  const old: Record<string, SqlStorageValue> = columnsOf(before.task, before.due);
  const changes = Object.entries(columnsOf(after.task, after.due)).filter(([name, value]) => old[name] !== value);
  const names = ["body", ...changes.map(([name]) => name)].map((name) => `${name} = ?`).join(", ");
  const values = [bodyOf(after.task), ...changes.map(([, value]) => value), after.task.id];
  sql.exec(`UPDATE tasks SET ${names} WHERE id = ?`, ...values);
}

/** Of a task that has ended only the body changes. */
export const updateEndedTask = (sql: Sql, task: Task): void => {
  sql.exec("UPDATE tasks SET body = ? WHERE id = ?", bodyOf(task), task.id);
};

/** The copies of a task's fields that are searched. */
function columnsOf(task: Task, due: Due | null) {
  const { phase, session, endedAt } = rowOf(task);
  return { phase, session, due_at: due?.at ?? null, by_tick: due?.byTick === false ? 0 : 1, ended_at: endedAt };
}

const bodyOf = (task: Task): string => JSON.stringify(rowOf(task));

export const deleteTask = (sql: Sql, id: string): void => {
  sql.exec("DELETE FROM tasks WHERE id = ?", id);
};

export const hasTask = (sql: Sql, id: string): boolean =>
  sql.exec("SELECT 1 FROM tasks WHERE id = ?", id).toArray().length > 0;

export function selectTask(sql: Sql, id: string): Task | null {
  const row = sql.exec<TaskRow>("SELECT id, body FROM tasks WHERE id = ?", id).toArray()[0];
  return row === undefined ? null : (readTasks(sql, [row])[0] ?? null);
}

/** The tasks with these ids, in their order, without those that cannot be read. */
export function selectTasks(sql: Sql, ids: string[]): Task[] {
  if (ids.length === 0) return [];
  const wanted = "SELECT id, body FROM tasks WHERE id IN (SELECT value FROM json_each(?))";
  const tasks = readTasks(sql, sql.exec<TaskRow>(wanted, JSON.stringify(ids)).toArray());
  const placeOf = new Map(ids.map((id, place) => [id, place]));
  return tasks.sort((one, other) => (placeOf.get(one.id) ?? 0) - (placeOf.get(other.id) ?? 0));
}

type LiveRow = {
  id: string;
  phase: Phase | "unreadable";
  session: string | null;
  dueAt: number | null;
  byTick: number;
};

/** The tasks that have not ended, in order of arrival. */
export const selectLive = (sql: Sql): LiveRow[] =>
  sql
    .exec<LiveRow>(
      "SELECT id, phase, session, due_at AS dueAt, by_tick AS byTick FROM tasks WHERE ended_at IS NULL ORDER BY seq",
    )
    .toArray();

/** The owner of the tasks and batches; null without one. */
export const selectOwner = (sql: Sql): string | null =>
  ["tasks", "batches"].flatMap((table) =>
    sql
      .exec<{ owner: string }>(`SELECT json_extract(body, '$.owner') AS owner FROM ${table} ORDER BY seq DESC LIMIT 1`)
      .toArray(),
  )[0]?.owner ?? null;

/** When a task was created, Unix milliseconds. */
export const selectCreation = (sql: Sql, id: string): number | null =>
  sql.exec<{ at: number }>("SELECT json_extract(body, '$.createdAt') AS at FROM tasks WHERE id = ?", id).toArray()[0]
    ?.at ?? null;

/** When the first of the terminal tasks without outbox rows ended, Unix milliseconds; null when there is none. */
export const selectFirstEnd = (sql: Sql): number | null =>
  sql
    .exec<{ at: number }>(
      `SELECT ended_at AS at FROM tasks WHERE ended_at IS NOT NULL AND id NOT IN (SELECT task FROM outbox)
       ORDER BY ended_at LIMIT 1`,
    )
    .toArray()[0]?.at ?? null;

/** Deletes tasks that ended by a moment and have no outbox rows, with their idempotency keys. */
export function deleteTasksEndedBy(sql: Sql, moment: number): void {
  const deletion = "DELETE FROM tasks WHERE ended_at <= ? AND id NOT IN (SELECT task FROM outbox) RETURNING id";
  if (sql.exec(deletion, moment).toArray().length === 0) return;
  sql.exec("DELETE FROM idempotency WHERE task NOT IN (SELECT id FROM tasks) AND task NOT IN (SELECT id FROM batches)");
}

/** Whether no task, no listed id, no batch and no effect is left. */
export const isEmpty = (sql: Sql): boolean =>
  ["tasks", "listing", "batches", "outbox"].every(
    (table) => sql.exec(`SELECT id FROM ${table} LIMIT 1`).toArray().length === 0,
  );

export function insertIdempotencyKey(sql: Sql, key: string, bodyHash: string, task: string): void {
  sql.exec("INSERT OR REPLACE INTO idempotency (key, body_hash, task) VALUES (?, ?, ?)", key, bodyHash, task);
}

export function selectIdempotencyKey(sql: Sql, key: string): { bodyHash: string; task: string } | null {
  const rows = sql.exec<{ bodyHash: string; task: string }>(
    "SELECT body_hash AS bodyHash, task FROM idempotency WHERE key = ?",
    key,
  );
  return rows.toArray()[0] ?? null;
}
