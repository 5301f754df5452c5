/** A task that its caller cancelled while the upstream has its job, or may have it. Pure. */
import { cancelledError, cancelledUpstream } from "#shared/task/end-reasons.ts";
import type { Failure } from "#shared/task/events.ts";
import type { Dispatched, Live, Running, Storing, Submitting } from "#shared/task/phases.ts";
import { changed } from "./changes.ts";
import { complete, fail } from "./ends.ts";
import { pollAfter } from "./polls.ts";
import type { Around, Reaction, Step } from "./rules.ts";
import { settled } from "./wake-ups.ts";

/** Null when it is marked already. */
export const markCancelWanted = <T extends Submitting | Running | Dispatched>(task: T, now: number): T | null =>
  task.cancel === null ? { ...changed(task, now, {}), cancel: "wanted" } : null;

/** The id of the job that the upstream must be told to cancel; null: none, or not known yet. */
export const jobToCancel = ({ cancel, historyId }: Running): string | null => (cancel === "wanted" ? historyId : null);

/** A cancelled task is not submitted again; a running job is polled at once, so that the cancellation can follow. */
export function whileCancelling(known: Live, next: Step, now: number): Step {
  if (!("cancel" in known) || known.cancel === null) return next;
  const { decided } = next;
  if (decided === "submit" || decided === "switch" || decided === "park") return fail(known, now, cancelledError);
  const isNextAsked = decided === "poll" || decided === "continue";
  const isToBeAsked = known.phase === "running" && jobToCancel(known) !== null;
  return isNextAsked && isToBeAsked ? pollAfter(known, now, 0) : next;
}

/** The job failed or is gone. */
export function failedJob<T extends Running | Storing>(
  task: T,
  { failure }: { failure: Failure },
  { now }: Around,
): Reaction {
  const known = { ...settled(task), blockedBy: failure.error };
  return { known, next: afterFailedJob(known, failure, now) };
}

/** Images that were copied before are delivered. */
function afterFailedJob(task: Running | Storing, failure: Failure, now: number): Step {
  if (task.images.length > 0) return complete(task, now, true);
  // A cancelled job reads as cancelled, or as failed without a reason of its own.
  const isCancelled = task.cancel === "asked" && isCancellation(failure);
  return fail(task, now, isCancelled ? cancelledUpstream : failure.error);
}

const isCancellation = ({ error }: Failure): boolean => error.code === "cancelled" || error.code === "upstream_failed";
