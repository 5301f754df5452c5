/** A batch as callers see it. Reads only. */
import { returnsAt } from "#consumer/coordinator/health.ts";
import type { KnownSessions } from "#consumer/coordinator/known-sessions.ts";
import { clearestReason } from "#consumer/coordinator/slots.ts";
import type { BatchSnapshot } from "#shared/task/batch.ts";
import { poolUnavailable } from "#shared/task/waiting.ts";
import { type Batch, type BatchState, countsOf, expiryOf } from "./rows.ts";

export function snapshotOf(known: KnownSessions, batch: Batch, now: number): BatchSnapshot {
  const { id, owner, state, createdAt, estimatedCredits, metadata, origin } = batch;
  const { status, startedAt, endedAt, pausedReason } = state;
  const stall = status === "in_progress" ? stallOf(known, batch, now) : null;
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

/** Null unless every one of its sessions is paused. */
function stallOf(known: KnownSessions, { groups, state }: Batch, now: number): BatchSnapshot["stall"] {
  const tags = known.tagsOf(groups.flat()).filter((tag) => known.members().get(tag)?.isPaused !== true);
  if (tags.length === 0) return state.waiting === 0 ? null : { reason: poolUnavailable, until: null };
  const own = tags.map((tag) => known.state(tag));
  const returns = own.map((state) => returnsAt(state) ?? now);
  if (returns.some((at) => at <= now)) return null;
  const reason = clearestReason(own.map(({ reason }) => reason));
  return reason && { reason, until: Math.min(...returns) };
}
