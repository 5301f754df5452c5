/** A batch as its caller reads it. */
import { type ErrorCode, remedyOf } from "#shared/errors.ts";
import type { Language } from "#shared/language.ts";
import type { BatchSnapshot } from "#shared/task/batch.ts";
import type { BatchView, InvalidRequest } from "#shared/wire/batch.ts";

/** Reasons that lie with the caller's key, not with sessions. */
const ofKey = new Set<ErrorCode>(["quota_exceeded", "not_allowed"]);

const seconds = (milliseconds: number): number => Math.floor(milliseconds / 1000);
const maybeSeconds = (milliseconds: number | null): number | null => milliseconds && seconds(milliseconds);

export const batchPath = (id: string): string => `/v1/images/batches/${id}`;

/** @param invalid requests that were left out. */
export function batchView(batch: BatchSnapshot, language: Language, invalid: InvalidRequest[] = []): BatchView {
  const { id, status, counts, etaSeconds, estimatedCredits, stall, pausedReason, metadata } = batch;
  return {
    ...{ id, object: "batch", status, request_counts: counts },
    created_at: seconds(batch.createdAt),
    started_at: maybeSeconds(batch.startedAt),
    ended_at: maybeSeconds(batch.endedAt),
    expires_at: seconds(batch.expiresAt),
    ...(etaSeconds !== null && { eta_seconds: etaSeconds }),
    ...(estimatedCredits !== null && { estimated_credits: estimatedCredits }),
    ...(stall !== null && {
      ...{ waiting_for: stall.reason.message, waiting_code: stall.reason.code },
      ...(stall.until !== null && { next_try_at: seconds(stall.until) }),
    }),
    ...(pausedReason !== null && {
      paused_reason: {
        code: pausedReason.code,
        message: pausedReason.message,
        hint: remedyOf(pausedReason).hint[language],
      },
    }),
    ...{ metadata, message: messageOf(batch) },
    ...(invalid.length > 0 && { invalid_requests: invalid }),
  };
}

function messageOf({ id, status, counts, stall, pausedReason, origin }: BatchSnapshot): string {
  const faults = origin?.faults.length ?? 0;
  if (faults > 0)
    return `Nothing was started: ${faults} lines of its file are at fault; GET /v1/batches/${id} names each.`;
  const { total, waiting, processing, completed, failed } = counts;
  const path = batchPath(id);
  const again = failed > 0 ? ` POST ${path}/retry makes the ${failed} that failed again.` : "";
  switch (status) {
    case "validating":
    case "in_progress":
      if (stall !== null) {
        const then = stall.until === null ? "" : " It is tried again at `next_try_at`.";
        return `${stall.reason.message}${then} ${waiting} requests wait.`;
      }
      return `${completed + failed} of ${total} requests have ended, ${processing} are under way. Poll GET ${path}; GET ${path}/results has the results so far.`;
    case "paused":
      return pausedReason === null
        ? `Paused with ${waiting} requests waiting: POST ${path}/resume goes on.`
        : ofKey.has(pausedReason.code)
          ? `Paused with ${waiting} requests waiting: ${pausedReason.message} POST ${path}/resume goes on then.`
          : `Paused with ${waiting} requests waiting, of which nothing was spent, because no session that may run them can be used: ${pausedReason.message} POST ${path}/resume goes on once one of these sessions works again. With other sessions, send the waiting requests (GET ${path}/tasks?status=pending) as a new batch.`;
    case "completed":
      return `${completed} of ${total} requests are completed: GET ${path}/results.${again}`;
    case "cancelling":
      return `Cancelled; ${processing} requests are still ending.`;
    case "cancelled":
      return `Cancelled with ${completed} of ${total} requests completed: GET ${path}/results.`;
  }
}
