/** How an owner is doing, in numbers: for /health. Reads only. */
import type { Overview } from "#shared/task/coordinator.ts";
import { slotsOf } from "./health.ts";
import { readSessions, type SlotRules } from "./sessions.ts";
import { selectCounts } from "./tables.ts";

export function overview(sql: DurableObjectStorage["sql"], { configured, now }: SlotRules): Overview {
  const { waiting, running, waitingSince } = selectCounts(sql);
  const sessions: Overview["sessions"] = { ready: 0, full: 0, out: {} };
  for (const { state, jobs } of readSessions(sql).values()) {
    const reason = state.reason?.code ?? "internal";
    if ((state.outUntil ?? 0) > now) sessions.out[reason] = (sessions.out[reason] ?? 0) + 1;
    else if (jobs >= slotsOf(state, configured, now)) sessions.full += 1;
    else sessions.ready += 1;
  }
  return { waiting, running, oldestWaitingMs: waitingSince === null ? null : now - waitingSince, sessions };
}
