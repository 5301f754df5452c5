/**
 * Every task of this owner for as long as its record lives, newest first: what lists and searches by submit id are
 * made of. A row holds ids and how the task ended, nothing of what was asked for. SQL, one function per statement.
 */
import type { ListQuery } from "#shared/task/coordinator.ts";
import type { Task, TaskRecord } from "#shared/task/schema.ts";

type Sql = DurableObjectStorage["sql"];
type Status = TaskRecord["status"];

/** Who sees it in a list: all tasks of one set of sessions have the same tags, those of one API key its only one. */
export const readerTagOf = (tags: readonly string[]): string => tags.toSorted()[0] ?? "";

export function insertListed(sql: Sql, { id, submitId, tags, expiresAt }: Task): void {
  sql.exec(
    "INSERT INTO listing (id, submit_id, reader, expires_at) VALUES (?, ?, ?, ?)",
    id,
    submitId,
    readerTagOf(tags),
    expiresAt,
  );
}

/** How a task ended; before that its status is read from its own row. */
export function updateListed(sql: Sql, id: string, ended: Status): void {
  sql.exec("UPDATE listing SET ended = ? WHERE id = ?", ended, id);
}

/** @returns ids, newest first; null when there is no such task to begin after. */
export function selectListed(sql: Sql, { tags, limit, after, status }: ListQuery): string[] | null {
  const reader = readerTagOf(tags);
  const cursor = "SELECT seq FROM listing WHERE id = ? AND reader = ?";
  const before =
    after === null ? Number.MAX_SAFE_INTEGER : sql.exec<{ seq: number }>(cursor, after, reader).toArray()[0]?.seq;
  if (before === undefined) return null;
  const page = `SELECT listing.id AS id FROM listing ${conditions(status)} AND reader = ? AND listing.seq < ?
    ORDER BY listing.seq DESC LIMIT ?`;
  return sql
    .exec<{ id: string }>(page, reader, before, limit)
    .toArray()
    .map(({ id }) => id);
}

/** Each so that an index leads straight to the page. */
function conditions(status: ListQuery["status"]): string {
  const live = "JOIN tasks ON tasks.id = listing.id WHERE ended IS NULL AND phase";
  switch (status) {
    case null:
      return "WHERE TRUE";
    case "completed":
    case "failed":
      return `WHERE ended = '${status}'`;
    case "pending":
      return `${live} NOT IN ('running', 'storing')`;
    case "processing":
      return `${live} IN ('running', 'storing')`;
  }
}

/** The task of a submit id, if this reader has one. */
export function selectBySubmitId(sql: Sql, submitId: string, tags: readonly string[]): string | null {
  const found = "SELECT id FROM listing WHERE submit_id = ? AND reader = ?";
  return sql.exec<{ id: string }>(found, submitId, readerTagOf(tags)).toArray()[0]?.id ?? null;
}

/** When the oldest row may go; null when there is none. */
export const selectFirstExpiry = (sql: Sql): number | null =>
  sql.exec<{ at: number }>("SELECT expires_at AS at FROM listing ORDER BY seq LIMIT 1").toArray()[0]?.at ?? null;

/** From the oldest on, up to the first that is still remembered. */
export function deleteExpired(sql: Sql, now: number): void {
  const firstKept = sql.exec<{ seq: number | null }>(
    "SELECT MIN(seq) AS seq FROM (SELECT seq FROM listing WHERE expires_at > ? ORDER BY seq LIMIT 1)",
    now,
  );
  const kept = firstKept.one().seq;
  if (kept === null) sql.exec("DELETE FROM listing");
  else sql.exec("DELETE FROM listing WHERE seq < ?", kept);
}
