/** When the coordinator's alarm is due, and which rows it deletes. */
import { retentionMs, retryAfterMs } from "#consumer/limits.ts";
import { deleteExpired, selectFirstExpiry } from "./listing.ts";
import { deleteOldRefusals } from "./refusals.ts";
import {
  deleteSessionsWithoutTasks,
  deleteTasksEndedBy,
  hasUndone,
  selectFirstDue,
  selectFirstEnd,
  selectFirstReturn,
} from "./tables.ts";

type Sql = DurableObjectStorage["sql"];

/** Unix milliseconds, not before `now`; null when nothing is due. Reads only. */
export function nextAlarmAt(sql: Sql, now: number): number | null {
  const firstEnd = selectFirstEnd(sql);
  const moments = [
    selectFirstDue(sql),
    selectFirstReturn(sql, now),
    hasUndone(sql) ? now + retryAfterMs : null,
    firstEnd === null ? null : firstEnd + retentionMs,
    selectFirstExpiry(sql),
  ].filter((moment) => moment !== null);
  return moments.length === 0 ? null : Math.max(now, Math.min(...moments));
}

/** Deletes rows past their retention. @param now Unix milliseconds. */
export function deleteExpiredRows(sql: Sql, now: number): void {
  deleteTasksEndedBy(sql, now - retentionMs);
  deleteExpired(sql, now);
  deleteOldRefusals(sql, now);
  deleteSessionsWithoutTasks(sql);
}
