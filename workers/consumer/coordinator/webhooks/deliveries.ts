/** The table of deliveries, one function per statement. Its columns are told in `tables.ts`. */
import type {
  DeliveryEntry,
  DeliveryFault,
  DeliveryQuery,
  DeliveryState,
  DeliveryType,
  LeasedDelivery,
} from "#shared/task/webhook.ts";

type Sql = DurableObjectStorage["sql"];

export type NewDelivery = {
  id: string;
  reader: string;
  subject: string;
  object: string | null;
  type: DeliveryType;
  url: string;
  origin: string;
  body: string;
  createdAt: number;
};

/** It is due at once. */
export function insertDelivery(sql: Sql, given: NewDelivery): void {
  const { id, reader, subject, object, type, url, origin, body, createdAt } = given;
  sql.exec(
    `INSERT INTO deliveries (id, reader, subject, object, type, url, origin, body, state, due_at, created_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'pending', ?, ?)`,
    ...[id, reader, subject, object, type, url, origin, body, createdAt, createdAt],
  );
}

export type DueDelivery = Omit<LeasedDelivery, "attempt" | "secrets"> & { reader: string; attempts: number };

/** The longest due first. */
export const selectDue = (sql: Sql, moment: number, limit: number): DueDelivery[] =>
  sql
    .exec<DueDelivery>(
      `SELECT id, reader, type, url, origin, body, attempts FROM deliveries
       WHERE due_at <= ? ORDER BY due_at, seq LIMIT ?`,
      moment,
      limit,
    )
    .toArray();

/** When the first one is due, Unix milliseconds; null when none is. */
export const selectFirstDue = (sql: Sql): number | null =>
  sql
    .exec<{ at: number }>("SELECT due_at AS at FROM deliveries WHERE due_at IS NOT NULL ORDER BY due_at LIMIT 1")
    .toArray()[0]?.at ?? null;

/** Counts an attempt, which is due again when its lease ends. */
export const leaseDelivery = (sql: Sql, id: string, { now, until }: { now: number; until: number }): void => {
  sql.exec(
    "UPDATE deliveries SET attempts = attempts + 1, due_at = ?2, lease_until = ?2, last_at = ?3 WHERE id = ?1",
    ...[id, until, now],
  );
};

export type Attempted = { subject: string; type: DeliveryType; url: string; state: DeliveryState; attempts: number };

export const selectAttempted = (sql: Sql, id: string): Attempted | null =>
  sql.exec<Attempted>("SELECT subject, type, url, state, attempts FROM deliveries WHERE id = ?", id).toArray()[0] ??
  null;

type Outcome = { status: number | null; fault: DeliveryFault | null };

/** The attempt is over. @param next when the next one is due; null: none follows. */
export function updateAttempted(
  sql: Sql,
  id: string,
  { status, fault, state, next }: Outcome & { state: DeliveryState; next: number | null },
): void {
  sql.exec(
    "UPDATE deliveries SET state = ?, due_at = ?, lease_until = NULL, last_status = ?, last_fault = ? WHERE id = ?",
    ...[state, next, status, fault, id],
  );
}

/** Deletes the deliveries about a task. */
export const deleteAbout = (sql: Sql, object: string): void => {
  sql.exec("DELETE FROM deliveries WHERE object = ?", object);
};

/** Ends the deliveries of a subject that wait. */
export const endPending = (sql: Sql, subject: string): void => {
  sql.exec(
    "UPDATE deliveries SET state = 'gone', due_at = NULL, lease_until = NULL WHERE subject = ? AND due_at IS NOT NULL",
    subject,
  );
};

/** It is due now, with all its attempts, unless one is being sent. */
export const restartDelivery = (sql: Sql, id: string, now: number): void => {
  sql.exec(
    `UPDATE deliveries SET state = 'pending', attempts = 0, due_at = ?2, lease_until = NULL
     WHERE id = ?1 AND (lease_until IS NULL OR lease_until <= ?2)`,
    ...[id, now],
  );
};

const entryColumns = `id, type, object, url, state, attempts, created_at AS createdAt, last_at AS lastAttemptAt,
  due_at AS nextAttemptAt, last_status AS lastStatus, last_fault AS lastFault`;

/** A delivery of this reader. */
export const selectEntry = (sql: Sql, reader: string, id: string): DeliveryEntry | null =>
  sql
    .exec<DeliveryEntry>(`SELECT ${entryColumns} FROM deliveries WHERE id = ? AND reader = ?`, id, reader)
    .toArray()[0] ?? null;

/** The newest first; null when the delivery to start after is unknown. */
export function selectEntries(
  sql: Sql,
  reader: string,
  { limit, after, state }: Omit<DeliveryQuery, "tags">,
): DeliveryEntry[] | null {
  const cursor = "SELECT seq FROM deliveries WHERE id = ? AND reader = ?";
  const before =
    after === null ? Number.MAX_SAFE_INTEGER : sql.exec<{ seq: number }>(cursor, after, reader).toArray()[0]?.seq;
  if (before === undefined) return null;
  return sql
    .exec<DeliveryEntry>(
      `SELECT ${entryColumns} FROM deliveries
       WHERE reader = ?1 AND seq < ?2 AND (?3 IS NULL OR state = ?3) ORDER BY seq DESC LIMIT ?4`,
      ...[reader, before, state, limit],
    )
    .toArray();
}

/** When the oldest delivery was created, Unix milliseconds; null when there is none. */
export const selectOldest = (sql: Sql): number | null =>
  sql.exec<{ at: number }>("SELECT created_at AS at FROM deliveries ORDER BY seq LIMIT 1").toArray()[0]?.at ?? null;

/** Deletes those that have ended and were created by a moment. */
export const deleteEndedBy = (sql: Sql, moment: number): void => {
  sql.exec("DELETE FROM deliveries WHERE due_at IS NULL AND created_at <= ?", moment);
};

/** The number of the newest delivery. */
export const selectNewest = (sql: Sql): number =>
  sql.exec<{ seq: number | null }>("SELECT MAX(seq) AS seq FROM deliveries").one().seq ?? 0;

/** Keeps the newest of each reader, and those that have not ended. */
export const deleteOlder = (sql: Sql, kept: number): void => {
  sql.exec(
    `DELETE FROM deliveries WHERE due_at IS NULL AND seq IN (SELECT seq FROM
     (SELECT seq, ROW_NUMBER() OVER (PARTITION BY reader ORDER BY seq DESC) AS nth FROM deliveries) WHERE nth > ?)`,
    kept,
  );
};
