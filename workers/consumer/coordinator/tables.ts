/**
 * The coordinator's SQL, one function per statement, except for the list of all tasks (`listing.ts`) and refused
 * contents (`refusals.ts`). A task is a row of JSON with a few indexed columns. Tables are created with the first task:
 * a coordinator that only answered questions stores nothing.
 */
import { overduePerRound, rowsPerFlush, setAsideMs } from "#consumer/limits.ts";
import { log } from "#shared/log.ts";
import type { SealedSession } from "#shared/task/coordinator.ts";
import { holdsSlot, phases, rowOf, type Task, taskSchema } from "#shared/task/schema.ts";
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
    body TEXT NOT NULL)`,
  "CREATE INDEX IF NOT EXISTS tasks_due_at ON tasks (due_at) WHERE due_at IS NOT NULL",
  "CREATE INDEX IF NOT EXISTS tasks_ended_at ON tasks (ended_at) WHERE ended_at IS NOT NULL",
  "CREATE INDEX IF NOT EXISTS tasks_phase ON tasks (phase, session) WHERE ended_at IS NULL",
  "CREATE TABLE IF NOT EXISTS sessions (tag TEXT PRIMARY KEY, sealed TEXT NOT NULL, label TEXT NOT NULL)",
  "CREATE TABLE IF NOT EXISTS session_states (tag TEXT PRIMARY KEY, returns_at INTEGER, body TEXT NOT NULL)",
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
  "CREATE TABLE IF NOT EXISTS idempotency (key TEXT PRIMARY KEY, body_hash TEXT NOT NULL, task TEXT NOT NULL)",
  "CREATE TABLE IF NOT EXISTS refused (contents TEXT PRIMARY KEY, at INTEGER NOT NULL, error TEXT NOT NULL)",
  `CREATE TABLE IF NOT EXISTS outbox (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    task TEXT NOT NULL,
    step INTEGER NOT NULL,
    due_at INTEGER NOT NULL)`,
];

export const createTables = (sql: Sql): void => {
  for (const statement of statements) sql.exec(statement);
};

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

/** @param dueAt when the alarm looks after the task, Unix milliseconds; null: never. */
export function insertTask(sql: Sql, task: Task, dueAt: number | null): void {
  sql.exec("INSERT INTO tasks (id, phase, body) VALUES (?, ?, ?)", task.id, task.phase, "");
  updateTask(sql, task, dueAt);
}

export function updateTask(sql: Sql, task: Task, dueAt: number | null): void {
  const row = rowOf(task);
  sql.exec(
    "UPDATE tasks SET phase = ?, session = ?, due_at = ?, ended_at = ?, body = ? WHERE id = ?",
    task.phase,
    row.session,
    dueAt,
    row.endedAt,
    JSON.stringify(row),
    task.id,
  );
}

export function selectTask(sql: Sql, id: string): Task | null {
  const row = sql.exec<TaskRow>("SELECT id, body FROM tasks WHERE id = ?", id).toArray()[0];
  return row === undefined ? null : (readTasks(sql, [row])[0] ?? null);
}

/** Due tasks, the longest overdue first. */
export function selectDueTasks(sql: Sql, now: number): Task[] {
  const due = "SELECT id, body FROM tasks WHERE due_at <= ? ORDER BY due_at LIMIT ?";
  return readTasks(sql, sql.exec<TaskRow>(due, now, overduePerRound).toArray());
}

// Conditions that look redundant below let SQLite use the partial indexes.

/** When the next task is due, Unix milliseconds; null when none is. */
export const selectFirstDue = (sql: Sql): number | null =>
  sql.exec<{ at: number | null }>("SELECT MIN(due_at) AS at FROM tasks WHERE due_at IS NOT NULL").one().at;

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

export function selectSessionStates(sql: Sql): Map<string, SessionState> {
  const rows = sql.exec<{ tag: string; body: string }>("SELECT tag, body FROM session_states").toArray();
  return new Map(
    rows.map(({ tag, body }) => {
      const state = sessionStateSchema.safeParse(JSON.parse(body));
      if (!state.success) log("error", "session_state_unreadable", { session: tag, error: state.error });
      return [tag, state.data ?? healthy];
    }),
  );
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

/** Deletes the sessions once no live task is left. */
export function deleteSessionsWithoutTasks(sql: Sql): void {
  sql.exec("DELETE FROM sessions WHERE NOT EXISTS (SELECT 1 FROM tasks WHERE ended_at IS NULL)");
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

/**
 * A decided effect: `wake` sends a wake-up, `record` writes the terminal record, `inputs` deletes the reference images.
 */
export type OutboxRow = { id: number; kind: "wake" | "record" | "inputs"; task: string; step: number; dueAt: number };

export function insertOutbox(sql: Sql, row: Omit<OutboxRow, "id">): void {
  sql.exec(
    "INSERT INTO outbox (kind, task, step, due_at) VALUES (?, ?, ?, ?)",
    row.kind,
    row.task,
    row.step,
    row.dueAt,
  );
}

/** Rows to run now: every wake-up, and the others that are due; limited, so that one flush stays short. */
export const selectOutbox = (sql: Sql, now: number): OutboxRow[] =>
  sql
    .exec<OutboxRow>(
      `SELECT id, kind, task, step, due_at AS dueAt FROM outbox
       WHERE kind = 'wake' OR due_at <= ? ORDER BY kind DESC, id LIMIT ?`,
      now,
      rowsPerFlush,
    )
    .toArray();

/** Makes every row due, for the alarm, except wake-ups: their moment is that of delivery. */
export const makeUndoneDue = (sql: Sql): void => {
  sql.exec("UPDATE outbox SET due_at = 0 WHERE kind <> 'wake'");
};

/** Postpones a row; a wake-up keeps its moment of delivery. */
export const postponeOutbox = (sql: Sql, id: number, dueAt: number): void => {
  sql.exec("UPDATE outbox SET due_at = ? WHERE id = ? AND kind <> 'wake'", dueAt, id);
};

export const deleteOutbox = (sql: Sql, id: number): void => {
  sql.exec("DELETE FROM outbox WHERE id = ?", id);
};

/** Whether anything but a wake-up still has to be done. */
export const hasUndone = (sql: Sql): boolean =>
  sql.exec("SELECT 1 FROM outbox WHERE kind <> 'wake' LIMIT 1").toArray().length > 0;
