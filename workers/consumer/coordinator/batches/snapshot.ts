/** A batch as callers see it. Reads only. */
import { healthy, returnsAt, type SessionState } from "#consumer/coordinator/health.ts";
import type { KnownSessions } from "#consumer/coordinator/known-sessions.ts";
import { clearestReason } from "#consumer/coordinator/slots.ts";
import type { BatchSnapshot } from "#shared/task/batch.ts";
import { type Batch, type BatchState, countsOf, expiryOf } from "./rows.ts";

export function snapshotOf(known: KnownSessions, batch: Batch, now: number): BatchSnapshot {
  const { id, owner, state, createdAt, estimatedCredits, metadata, origin } = batch;
  const { status, startedAt, endedAt, pausedReason } = state;
  const stall = status === "in_progress" ? stallOf(known.states(), known.tagsOf(batch.groups.flat()), now) : null;
  return {
    ...{ id, owner, status, counts: countsOf(batch) },
    ...{ createdAt, startedAt, endedAt, expiresAt: expiryOf(batch) },
    ...{ stall, etaSeconds: stall === null ? etaOf(state, now) : null },
    ...{ estimatedCredits, pausedReason, metadata, origin, cancellingAt: state.cancellingAt },
  };
}

/** By the pace since it started, or was last resumed. */
function etaOf({ waiting, processing, completed, failed, cancelled, paceFrom, status }: BatchState, now: number) {
  if (paceFrom === null || status === "paused" || waiting + processing === 0) return null;
  const ended = completed + failed + cancelled - paceFrom.ended;
  return ended <= 0 ? null : Math.ceil((((now - paceFrom.at) / ended) * (waiting + processing)) / 1000);
}

/** Null unless every one of these sessions is paused. */
function stallOf(states: ReadonlyMap<string, SessionState>, tags: string[], now: number): BatchSnapshot["stall"] {
  if (tags.length === 0) return null;
  const own = tags.map((tag) => states.get(tag) ?? healthy);
  const returns = own.map((state) => returnsAt(state) ?? now);
  if (returns.some((at) => at <= now)) return null;
  const reason = clearestReason(own.map(({ reason }) => reason));
  return reason && { reason, until: Math.min(...returns) };
}
