/**
 * The coordinator's SQL, one function per statement, except for the list of all tasks (`listing.ts`) and refused
 * contents (`refusals.ts`). A task is a row of JSON with a few indexed columns. Tables are created with the first task:
 * a coordinator that only answered questions stores nothing.
 */
import { duePerRound, setAsideMs } from "#consumer/limits.ts";
import { log } from "#shared/log.ts";
import type { SealedSession } from "#shared/task/coordinator.ts";
import { holdsSlot, phases, type Task } from "#shared/task/phases.ts";
import { rowOf } from "#shared/task/row.ts";
import { taskSchema } from "#shared/task/stored-task.ts";
import type { Due } from "./due.ts";
import { healthy, returnsAt, type SessionState, sessionStateSchema } from "./health.ts";

type Sql = DurableObjectStorage["sql"];

const statements = [
  `CREATE TABLE IF NOT EXISTS tasks (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    phase TEXT NOT NULL,
    session TEXT,
    due_at INTEGER,
    ended_at INTEGER,
    body TEXT NOT NULL,
    by_tick INTEGER NOT NULL DEFAULT 1)`,
  "CREATE INDEX IF NOT EXISTS tasks_ended_at ON tasks (ended_at) WHERE ended_at IS NOT NULL",
  "CREATE INDEX IF NOT EXISTS tasks_phase ON tasks (phase, session) WHERE ended_at IS NULL",
  "CREATE TABLE IF NOT EXISTS sessions (tag TEXT PRIMARY KEY, sealed TEXT NOT NULL, label TEXT NOT NULL) WITHOUT ROWID",
  "CREATE TABLE IF NOT EXISTS session_states (tag TEXT PRIMARY KEY, returns_at INTEGER, body TEXT NOT NULL) WITHOUT ROWID",
  `CREATE TABLE IF NOT EXISTS listing (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    submit_id TEXT NOT NULL,
    reader TEXT NOT NULL,
    ended TEXT,
    expires_at INTEGER NOT NULL)`,
  "CREATE INDEX IF NOT EXISTS listing_reader ON listing (reader, seq)",
  "CREATE INDEX IF NOT EXISTS listing_ended ON listing (reader, ended, seq)",
  "CREATE INDEX IF NOT EXISTS listing_submit_id ON listing (submit_id)",
  "CREATE TABLE IF NOT EXISTS idempotency (key TEXT PRIMARY KEY, body_hash TEXT NOT NULL, task TEXT NOT NULL) WITHOUT ROWID",
  "CREATE TABLE IF NOT EXISTS refused (contents TEXT PRIMARY KEY, at INTEGER NOT NULL, error TEXT NOT NULL)",
  `CREATE TABLE IF NOT EXISTS outbox (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    task TEXT NOT NULL,
    step INTEGER NOT NULL,
    due_at INTEGER NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0)`,
  "CREATE TABLE IF NOT EXISTS tick (id INTEGER PRIMARY KEY, at INTEGER NOT NULL, unanswered INTEGER NOT NULL)",
  "CREATE TABLE IF NOT EXISTS durations (kind TEXT PRIMARY KEY, body TEXT NOT NULL) WITHOUT ROWID",
];

/** Columns that earlier versions did not have. */
const addedColumns = [
  { table: "tasks", column: "by_tick", definition: "INTEGER NOT NULL DEFAULT 1" },
  { table: "outbox", column: "attempts", definition: "INTEGER NOT NULL DEFAULT 0" },
];

/** After the columns are there. */
const indexes = ["CREATE INDEX IF NOT EXISTS tasks_due ON tasks (by_tick, due_at) WHERE due_at IS NOT NULL"];

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
  for (const statement of indexes) sql.exec(statement);
  // Earlier versions kept a row for each wake-up to be sent, and an index of due tasks without `by_tick`.
  sql.exec("DELETE FROM outbox WHERE kind = 'wake'");
  sql.exec("DROP INDEX IF EXISTS tasks_due_at");
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

/** The copies of a task's fields that are searched. */
function columnsOf(task: Task, due: Due | null) {
  const { phase, session, endedAt } = rowOf(task);
  return { phase, session, due_at: due?.at ?? null, by_tick: due?.byTick === false ? 0 : 1, ended_at: endedAt };
}

const bodyOf = (task: Task): string => JSON.stringify(rowOf(task));

export function selectTask(sql: Sql, id: string): Task | null {
  const row = sql.exec<TaskRow>("SELECT id, body FROM tasks WHERE id = ?", id).toArray()[0];
  return row === undefined ? null : (readTasks(sql, [row])[0] ?? null);
}

/** Tasks that a tick has something to do for, or only the alarm; the longest due first. */
export function selectDueTasks(sql: Sql, by: "tick" | "alarm", moment: number): Task[] {
  const due = `SELECT id, body FROM tasks WHERE by_tick = ? AND due_at <= ? ORDER BY due_at LIMIT ?`;
  return readTasks(sql, sql.exec<TaskRow>(due, by === "tick" ? 1 : 0, moment, duePerRound).toArray());
}

// Conditions that look redundant below let SQLite use the partial indexes.

/** When the next task is due, Unix milliseconds; null when none is. */
export const selectFirstDue = (sql: Sql, by: "tick" | "alarm"): number | null =>
  sql
    .exec<{ at: number | null }>(
      "SELECT MIN(due_at) AS at FROM tasks WHERE due_at IS NOT NULL AND by_tick = ?",
      by === "tick" ? 1 : 0,
    )
    .one().at;

/** The owner of the live tasks; null without one. */
export const selectOwner = (sql: Sql): string | null =>
  sql
    .exec<{ owner: string }>("SELECT json_extract(body, '$.owner') AS owner FROM tasks ORDER BY seq DESC LIMIT 1")
    .toArray()[0]?.owner ?? null;

/** Tasks that wait for a slot, in order of arrival. @param offset number of tasks to skip. */
export function selectParkedTasks(sql: Sql, limit: number, offset: number): Task[] {
  const parked = "SELECT id, body FROM tasks WHERE phase = 'parked' AND ended_at IS NULL ORDER BY seq LIMIT ? OFFSET ?";
  return readTasks(sql, sql.exec<TaskRow>(parked, limit, offset).toArray());
}

/** When the first paused session returns or may be probed, while tasks wait for a slot; null otherwise. */
export const selectFirstReturn = (sql: Sql, now: number): number | null =>
  sql
    .exec<{ at: number | null }>(
      `SELECT MIN(returns_at) AS at FROM session_states WHERE returns_at > ?
       AND EXISTS (SELECT 1 FROM tasks WHERE phase = 'parked' AND ended_at IS NULL)`,
      now,
    )
    .one().at;

export const hasParked = (sql: Sql): boolean =>
  sql.exec("SELECT 1 FROM tasks WHERE phase = 'parked' AND ended_at IS NULL LIMIT 1").toArray().length > 0;

type StateRow = { tag: string; body: string };

export const selectSessionStates = (sql: Sql): Map<string, SessionState> =>
  new Map(
    sql
      .exec<StateRow>("SELECT tag, body FROM session_states")
      .toArray()
      .map((row) => [row.tag, readState(row)]),
  );

export function selectSessionState(sql: Sql, tag: string): SessionState {
  const row = sql.exec<StateRow>("SELECT tag, body FROM session_states WHERE tag = ?", tag).toArray()[0];
  return row === undefined ? healthy : readState(row);
}

function readState({ tag, body }: StateRow): SessionState {
  const state = sessionStateSchema.safeParse(JSON.parse(body));
  if (!state.success) log("error", "session_state_unreadable", { session: tag, error: state.error });
  return state.data ?? healthy;
}

export function upsertSessionState(sql: Sql, tag: string, state: SessionState): void {
  sql.exec(
    "INSERT OR REPLACE INTO session_states (tag, returns_at, body) VALUES (?, ?, ?)",
    tag,
    returnsAt(state),
    JSON.stringify(state),
  );
}

/** Number of jobs of a session that were submitted, or are being submitted, except that of one task. */
export const countSent = (sql: Sql, session: string, exceptTask: string): number =>
  sql
    .exec<{ n: number }>(
      `SELECT COUNT(*) AS n FROM tasks
       WHERE ended_at IS NULL AND session = ? AND phase IN ('submitting', 'running') AND id <> ?`,
      session,
      exceptTask,
    )
    .one().n;

/** Positions of all parked tasks, from 1. */
export function selectParkedPlaces(sql: Sql): Map<string, number> {
  const line = "SELECT id FROM tasks WHERE phase = 'parked' AND ended_at IS NULL ORDER BY seq";
  return new Map(
    sql
      .exec<{ id: string }>(line)
      .toArray()
      .map(({ id }, index) => [id, index + 1]),
  );
}

/** Numbers of live tasks without and with a session, and since when the first of the former waits. */
export const selectCounts = (sql: Sql): { waiting: number; running: number; waitingSince: number | null } =>
  sql
    .exec<{ waiting: number; running: number; waitingSince: number | null }>(
      `SELECT COUNT(*) FILTER (WHERE phase = 'parked') AS waiting, COUNT(*) FILTER (WHERE phase <> 'parked') AS running,
         MIN(json_extract(body, '$.createdAt')) FILTER (WHERE phase = 'parked') AS waitingSince
       FROM tasks WHERE ended_at IS NULL AND phase <> 'unreadable'`,
    )
    .one();

/** The present number of jobs of each session. */
export function selectLoad(sql: Sql): Map<string, number> {
  const rows = sql.exec<{ session: string; jobs: number }>(
    `SELECT session, COUNT(*) AS jobs FROM tasks
     WHERE ended_at IS NULL AND session IS NOT NULL AND phase IN (${slotPhases}) GROUP BY session`,
  );
  return new Map(rows.toArray().map(({ session, jobs }) => [session, jobs]));
}
const slotPhases = phases
  .filter((phase) => holdsSlot({ phase }))
  .map((phase) => `'${phase}'`)
  .join(", ");

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
  sql.exec("DELETE FROM tasks WHERE ended_at <= ? AND id NOT IN (SELECT task FROM outbox)", moment);
  sql.exec("DELETE FROM idempotency WHERE task NOT IN (SELECT id FROM tasks)");
}

/** Whether no task and no listed id is left. */
export const isEmpty = (sql: Sql): boolean =>
  sql.exec("SELECT id FROM tasks UNION ALL SELECT id FROM listing LIMIT 1").toArray().length === 0;

/** Deletes the sessions and the promised tick once no live task is left. */
export function deleteWithoutTasks(sql: Sql): void {
  for (const table of ["sessions", "tick"]) {
    sql.exec(`DELETE FROM ${table} WHERE NOT EXISTS (SELECT 1 FROM tasks WHERE ended_at IS NULL)`);
  }
}

export function insertSession(sql: Sql, session: SealedSession): void {
  const { tag, sealed, label } = session;
  sql.exec("INSERT OR IGNORE INTO sessions (tag, sealed, label) VALUES (?, ?, ?)", tag, sealed, label);
}

export const selectSessionTags = (sql: Sql): string[] =>
  sql
    .exec<{ tag: string }>("SELECT tag FROM sessions")
    .toArray()
    .map(({ tag }) => tag);

export function selectSession(sql: Sql, tag: string): SealedSession | null {
  return sql.exec<SealedSession>("SELECT tag, sealed, label FROM sessions WHERE tag = ?", tag).toArray()[0] ?? null;
}

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
