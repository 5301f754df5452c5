/** Deletes what is old enough that nobody asks for it any more. */
import { deleteExpired } from "./listing.ts";
import { retentionMs } from "./policy.ts";
import { deleteOldRefusals } from "./refusals.ts";
import { deleteSessionsWithoutTasks, deleteTasksEndedBy } from "./tables.ts";

/** @param now Unix milliseconds. */
export function deleteExpiredRows(sql: DurableObjectStorage["sql"], now: number): void {
  deleteTasksEndedBy(sql, now - retentionMs);
  deleteExpired(sql, now);
  deleteOldRefusals(sql, now);
  deleteSessionsWithoutTasks(sql);
}
