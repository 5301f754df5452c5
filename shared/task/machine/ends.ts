/** How a live task ends. Pure. */
import type { TaskError } from "#shared/errors.ts";
import { cancelledUpstream, fewerMade, nothingDelivered, timedOut } from "#shared/task/end-reasons.ts";
import type { Dispatched, Live, Running, Storing } from "#shared/task/phases.ts";
import { progressOf } from "#shared/task/progress.ts";
import { withoutPrompts } from "#shared/task/request.ts";
import { rowOf } from "#shared/task/row.ts";
import { enter } from "./changes.ts";
import type { Step } from "./rules.ts";

/** Facts of every end. The progress of a task that fails stays; its prompts do not. */
function endFacts(task: Live, now: number) {
  const { session, historyId, acceptedAt, images, cancel } = rowOf(task);
  const request = withoutPrompts(task.request);
  const facts = { session, historyId, acceptedAt, images, cancel, request, progress: progressOf(task, now) };
  return { ...facts, endedAt: now, deletedImages: [], deletedAt: null };
}

/** The stored images are delivered. @param reason why images are missing; null: the latest error, if there was one. */
export function complete(
  task: Running | Storing | Dispatched,
  now: number,
  partial: boolean,
  reason: TaskError | null = null,
): Step {
  const partialReason = partial ? (reason ?? task.blockedBy) : null;
  const facts = { ...endFacts(task, now), partial, partialReason };
  return { task: enter(task, "completed", now, facts), order: null, decided: "complete" };
}

export function fail(task: Live, now: number, error: TaskError): Step {
  const phase = error.code === "cancelled" ? "cancelled" : "failed";
  return { task: enter(task, phase, now, { ...endFacts(task, now), error }), order: null, decided: "fail" };
}

/** Deadline or attempts are used up: deliver the stored images; without any, fail with the last error. */
export function giveUp(task: Live, now: number): Step {
  if (task.phase === "dispatched") return endOfCalls(task, now);
  const isAccepted = task.phase === "running" || task.phase === "storing";
  if (isAccepted && task.images.length > 0) return complete(task, now, task.planned === null || isPartial(task));
  if (isAccepted && task.cancel === "asked") return fail(task, now, cancelledUpstream);
  const reason = task.blockedBy !== null && task.blockedBy.code !== "rate_limited" ? task.blockedBy : null;
  return fail(task, now, reason ?? timedOut(task));
}

/**
 * The end of a task whose calls are all settled, or that has waited too long. Of several reasons a lost call counts
 * first.
 */
export function endOfCalls(task: Dispatched, now: number): Step {
  const { calls, images, request, blockedBy } = task;
  const isWaiting = calls.some(({ state }) => state === "waiting");
  const errors = [calls.find(({ state }) => state === "lost"), ...calls].flatMap((call) => call?.error ?? []);
  const passed = blockedBy?.code === "rate_limited" ? null : blockedBy;
  const silent = images.length > 0 ? fewerMade : nothingDelivered;
  const reason = errors[0] ?? passed ?? (isWaiting ? timedOut(task) : silent);
  if (images.length === 0) return fail(task, now, reason);
  const isShort = images.length < (request.count ?? calls.length);
  return complete(task, now, isShort, reason);
}

export const isPartial = (task: Running | Storing): boolean => task.images.length < (task.planned ?? 0);
