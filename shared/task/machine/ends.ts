/** How a live task ends. Pure. */
import type { TaskError } from "#shared/errors.ts";
import { cancelledUpstream, timedOut } from "#shared/task/end-reasons.ts";
import type { Live, Running, Storing } from "#shared/task/phases.ts";
import { progressOf } from "#shared/task/progress.ts";
import { rowOf } from "#shared/task/row.ts";
import { enter } from "./changes.ts";
import type { Step } from "./rules.ts";

/** Facts of every end. The progress of a task that fails stays. */
function endFacts(task: Live, now: number) {
  const { session, historyId, acceptedAt, images, cancel } = rowOf(task);
  return { session, historyId, acceptedAt, images, cancel, endedAt: now, progress: progressOf(task, now) };
}

/** The stored images are delivered. */
export function complete(task: Running | Storing, now: number, partial: boolean): Step {
  return { task: enter(task, "completed", now, { ...endFacts(task, now), partial }), order: null, decided: "complete" };
}

export function fail(task: Live, now: number, error: TaskError): Step {
  const phase = error.code === "cancelled" ? "cancelled" : "failed";
  return { task: enter(task, phase, now, { ...endFacts(task, now), error }), order: null, decided: "fail" };
}

/** Deadline or attempts are used up: deliver the stored images; without any, fail with the last error. */
export function giveUp(task: Live, now: number): Step {
  const isAccepted = task.phase === "running" || task.phase === "storing";
  if (isAccepted && task.images.length > 0) return complete(task, now, task.planned === null || isPartial(task));
  if (isAccepted && task.cancel === "asked") return fail(task, now, cancelledUpstream);
  const reason = task.blockedBy !== null && task.blockedBy.code !== "rate_limited" ? task.blockedBy : null;
  return fail(task, now, reason ?? timedOut(task));
}

export const isPartial = (task: Running | Storing): boolean => task.images.length < (task.planned ?? 0);
