/** What a coordinator keeps of its tasks and credentials, in rows with copies in memory. */
import { KeyUses } from "./key-uses.ts";
import { KnownSessions } from "./known-sessions.ts";
import { LiveTasks } from "./live-tasks.ts";
import { DailyTotals } from "./totals.ts";

export function keptIn(sql: DurableObjectStorage["sql"]) {
  const keyUses = new KeyUses(sql);
  return {
    keyUses,
    known: new KnownSessions(sql),
    live: new LiveTasks(sql, keyUses),
    totals: new DailyTotals(sql),
  };
}

export type Kept = ReturnType<typeof keptIn>;
