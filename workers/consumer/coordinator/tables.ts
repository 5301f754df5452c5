/**
 * The coordinator's SQL, one function per statement, but for the list of all tasks (`listing.ts`) and refused contents
 * (`refusals.ts`). Tasks are rows of JSON with the few columns that are searched beside it. Nothing is created before the first task: a coordinator that only ever was asked stores nothing.
 */
import { overduePerRound, setAsideMs } from "#consumer/limits.ts";
import { log } from "#shared/log.ts";
import type { SealedSession } from "#shared/task/coordinator.ts";
import { holdsSlot, phases, type Task, taskSchema } from "#shared/task/schema.ts";
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

/** A read of the catalogue: writes nothing, even in a coordinator that never held a task. */
export const hasTables = (sql: Sql): boolean =>
  sql.exec("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'outbox'").toArray().length > 0;

type TaskRow = { id: string; body: string };

/**
 * A row that cannot be read is a bug, but must not keep other tasks from being served: it is logged, set aside so that
 * it neither holds a slot nor stands in the line, and tried again in an hour, when there may be a better version.
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

/** @param dueAt when the coordinator looks after the task by itself; null when it need not. */
export function insertTask(sql: Sql, task: Task, dueAt: number | null): void {
  sql.exec("INSERT INTO tasks (id, phase, body) VALUES (?, ?, ?)", task.id, task.phase, "");
  updateTask(sql, task, dueAt);
}

export function updateTask(sql: Sql, task: Task, dueAt: number | null): void {
  sql.exec(
    "UPDATE tasks SET phase = ?, session = ?, due_at = ?, ended_at = ?, body = ? WHERE id = ?",
    task.phase,
    task.session,
    dueAt,
    task.endedAt,
    JSON.stringify(task),
    task.id,
  );
}

export function selectTask(sql: Sql, id: string): Task | null {
  const row = sql.exec<TaskRow>("SELECT id, body FROM tasks WHERE id = ?", id).toArray()[0];
  return row === undefined ? null : (readTasks(sql, [row])[0] ?? null);
}

/** Tasks whose due moment has come, the longest overdue first. */
export function selectDueTasks(sql: Sql, now: number): Task[] {
  const due = "SELECT id, body FROM tasks WHERE due_at <= ? ORDER BY due_at LIMIT ?";
  return readTasks(sql, sql.exec<TaskRow>(due, now, overduePerRound).toArray());
}

/** (The conditions below that look needless let SQLite use the partial indexes.) When the next task is due; null when none is. */
export const selectFirstDue = (sql: Sql): number | null =>
  sql.exec<{ at: number | null }>("SELECT MIN(due_at) AS at FROM tasks WHERE due_at IS NOT NULL").one().at;

/** Tasks that wait for a slot, first come first. @param offset how many of the line are passed over. */
export function selectParkedTasks(sql: Sql, limit: number, offset: number): Task[] {
  const parked = "SELECT id, body FROM tasks WHERE phase = 'parked' AND ended_at IS NULL ORDER BY seq LIMIT ? OFFSET ?";
  return readTasks(sql, sql.exec<TaskRow>(parked, limit, offset).toArray());
}

/** When the first session that is out comes back, or may be asked again, if anybody waits for one; null otherwise. */
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

/** Jobs of a session that were sent to the upstream, or are being sent, but for one task's. */
export const countSent = (sql: Sql, session: string, butFor: string): number =>
  sql
    .exec<{ n: number }>(
      `SELECT COUNT(*) AS n FROM tasks
       WHERE ended_at IS NULL AND session = ? AND phase IN ('submitting', 'running') AND id <> ?`,
      session,
      butFor,
    )
    .one().n;

/** Places of all parked tasks in the line, from 1. */
export function selectParkedPlaces(sql: Sql): Map<string, number> {
  const line = "SELECT id FROM tasks WHERE phase = 'parked' AND ended_at IS NULL ORDER BY seq";
  return new Map(
    sql
      .exec<{ id: string }>(line)
      .toArray()
      .map(({ id }, index) => [id, index + 1]),
  );
}

/** Live tasks without and with a session, and since when the first of those without one waits. */
export const selectCounts = (sql: Sql): { waiting: number; running: number; waitingSince: number | null } =>
  sql
    .exec<{ waiting: number; running: number; waitingSince: number | null }>(
      `SELECT COUNT(*) FILTER (WHERE phase = 'parked') AS waiting, COUNT(*) FILTER (WHERE phase <> 'parked') AS running,
         MIN(json_extract(body, '$.createdAt')) FILTER (WHERE phase = 'parked') AS waitingSince
       FROM tasks WHERE ended_at IS NULL AND phase <> 'unreadable'`,
    )
    .one();

/** How many jobs each session has now. */
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

/** The moment the longest-ended task ended that owes nothing any more; null when there is none. */
export const selectFirstEnd = (sql: Sql): number | null =>
  sql
    .exec<{ at: number }>(
      `SELECT ended_at AS at FROM tasks WHERE ended_at IS NOT NULL AND id NOT IN (SELECT task FROM outbox)
       ORDER BY ended_at LIMIT 1`,
    )
    .toArray()[0]?.at ?? null;

/** Forgets tasks that ended by a moment and owe nothing any more, with their idempotency keys. */
export function deleteTasksEndedBy(sql: Sql, moment: number): void {
  sql.exec("DELETE FROM tasks WHERE ended_at <= ? AND id NOT IN (SELECT task FROM outbox)", moment);
  sql.exec("DELETE FROM idempotency WHERE task NOT IN (SELECT id FROM tasks)");
}

/** Whether there is nothing left to remember. */
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
 * Something decided and not yet done: `wake` sends a wake-up, `record` writes the final record, `inputs` removes the
 * reference images.
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

/** Rows to do now: wake-ups at once, others when they are due; limited, so that one flush stays short. */
export const selectOutbox = (sql: Sql, now: number): OutboxRow[] =>
  sql
    .exec<OutboxRow>(
      `SELECT id, kind, task, step, due_at AS dueAt FROM outbox
       WHERE kind = 'wake' OR due_at <= ? ORDER BY kind DESC, id LIMIT 100`,
      now,
    )
    .toArray();

/** The alarm tries all but wake-ups again, however lately it failed. */
export const makeUndoneDue = (sql: Sql): void => {
  sql.exec("UPDATE outbox SET due_at = 0 WHERE kind <> 'wake'");
};

/** Leaves a row alone until a moment; a wake-up keeps the moment it is to arrive at. */
export const postponeOutbox = (sql: Sql, id: number, dueAt: number): void => {
  sql.exec("UPDATE outbox SET due_at = ? WHERE id = ? AND kind <> 'wake'", dueAt, id);
};

export const deleteOutbox = (sql: Sql, id: number): void => {
  sql.exec("DELETE FROM outbox WHERE id = ?", id);
};

/** Whether anything but a wake-up still has to be done. */
export const hasUndone = (sql: Sql): boolean =>
  sql.exec("SELECT 1 FROM outbox WHERE kind <> 'wake' LIMIT 1").toArray().length > 0;
