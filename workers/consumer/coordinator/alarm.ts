/** When the coordinator has to look after things by itself. Reads only. */
import { selectFirstExpiry } from "./listing.ts";
import { retryAfterMs } from "./outbox.ts";
import { retentionMs } from "./policy.ts";
import { hasUndone, selectFirstDue, selectFirstEnd, selectFirstReturn } from "./tables.ts";

/** Unix milliseconds, not before now; null when nothing is ever due. */
export function firstMoment(sql: DurableObjectStorage["sql"], now: number): number | null {
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
