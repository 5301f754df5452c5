/**
 * The table behind lists and searches by submit id: one row for every task of this owner until its record expires,
 * with its ids and its terminal status (`deleted` for one that was deleted), and nothing of the request.
 */
import type { ListAnswer, Listed, ListQuery, Snapshot } from "#shared/task/coordinator.ts";
import type { Task } from "#shared/task/phases.ts";
import type { TaskRecord } from "#shared/task/task-record.ts";
import { selectDeletedImages } from "./effects.ts";
import { selectTask } from "./tables.ts";

type Sql = DurableObjectStorage["sql"];
type Status = TaskRecord["status"];

/**
 * The tag that selects a caller's rows: tasks of one set of sessions share their tags, those of an API key have one.
 */
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

/** Stores the terminal status; until then the status comes from the task's own row. */
export function updateListed(sql: Sql, id: string, ended: Status | "deleted"): void {
  sql.exec("UPDATE listing SET ended = ? WHERE id = ?", ended, id);
}

/** Whether the task was deleted: a row of it stays until its record would have expired. */
export const isListedDeleted = (sql: Sql, id: string): boolean =>
  sql.exec("SELECT 1 FROM listing WHERE id = ? AND ended = 'deleted'", id).toArray().length > 0;

/** @returns ids, newest first; null when the task to start after is unknown. */
export function selectListed(sql: Sql, { tags, limit, after, status }: ListQuery): string[] | null {
  const readerTag = readerTagOf(tags);
  const cursor = "SELECT seq FROM listing WHERE id = ? AND reader = ?";
  const before =
    after === null ? Number.MAX_SAFE_INTEGER : sql.exec<{ seq: number }>(cursor, after, readerTag).toArray()[0]?.seq;
  if (before === undefined) return null;
  // One index serves every status, so that a new task costs one row less; a page of all of them merges three.
  const pages = conditions(status).map(
    (condition) => `SELECT * FROM (SELECT listing.id AS id, listing.seq AS seq FROM listing ${condition}
      AND reader = ?1 AND listing.seq < ?2 ORDER BY listing.seq DESC LIMIT ?3)`,
  );
  return sql
    .exec<{ id: string }>(`${pages.join(" UNION ALL ")} ORDER BY seq DESC LIMIT ?3`, readerTag, before, limit)
    .toArray()
    .map(({ id }) => id);
}

/** Each condition matches an index, so that a page is read without a scan. */
function conditions(status: ListQuery["status"]): string[] {
  const live = "JOIN tasks ON tasks.id = listing.id WHERE ended IS NULL AND phase";
  switch (status) {
    case null:
      return ["WHERE ended IS NULL", "WHERE ended = 'completed'", "WHERE ended = 'failed'"];
    case "completed":
    case "failed":
      return [`WHERE ended = '${status}'`];
    case "pending":
      return [`${live} NOT IN ('dispatched', 'running', 'storing')`];
    case "processing":
      return [`${live} IN ('dispatched', 'running', 'storing')`];
  }
}

/** The task of a submit id, if this reader has one. */
export function selectBySubmitId(sql: Sql, submitId: string, tags: readonly string[]): string | null {
  const found = "SELECT id FROM listing WHERE submit_id = ? AND reader = ? AND ended IS NOT 'deleted'";
  return sql.exec<{ id: string }>(found, submitId, readerTagOf(tags)).toArray()[0]?.id ?? null;
}

/** When the oldest row expires, Unix milliseconds; null for an empty table. */
export const selectFirstExpiry = (sql: Sql): number | null =>
  sql.exec<{ at: number }>("SELECT expires_at AS at FROM listing ORDER BY seq LIMIT 1").toArray()[0]?.at ?? null;

/** Deletes expired rows from the oldest up to the first that has not expired. */
export function deleteExpired(sql: Sql, now: number): void {
  const firstKept = sql.exec<{ seq: number | null }>(
    "SELECT MIN(seq) AS seq FROM (SELECT seq FROM listing WHERE expires_at > ? ORDER BY seq LIMIT 1)",
    now,
  );
  const kept = firstKept.one().seq;
  if (kept === null) sql.exec("DELETE FROM listing");
  else sql.exec("DELETE FROM listing WHERE seq < ?", kept);
}

/** One page of a caller's tasks. @param snapshot makes the snapshot of a task as it is now. */
export function list(sql: Sql, query: ListQuery, snapshot: (task: Task) => Snapshot): ListAnswer {
  const ids = selectListed(sql, { ...query, limit: query.limit + 1 });
  if (ids === null) return { kind: "unknown_cursor" };
  const tasks = ids.slice(0, query.limit).map((id) => listed(sql, id, snapshot));
  return { kind: "page", tasks, hasMore: ids.length > query.limit };
}

/** The tasks with these submit ids, in their order; unknown ids are left out. */
export function search(
  sql: Sql,
  { submitIds, tags }: { submitIds: string[]; tags: string[] },
  snapshot: (task: Task) => Snapshot,
): Listed[] {
  const ids = submitIds.map((submitId) => selectBySubmitId(sql, submitId, tags));
  return ids.filter((id) => id !== null).map((id) => listed(sql, id, snapshot));
}

function listed(sql: Sql, id: string, snapshot: (task: Task) => Snapshot): Listed {
  const task = selectTask(sql, id);
  if (task !== null) return { id, snapshot: snapshot(task) };
  const deletedImages = selectDeletedImages(sql, id);
  return { id, snapshot: null, ...(deletedImages.length > 0 && { deletedImages }) };
}
