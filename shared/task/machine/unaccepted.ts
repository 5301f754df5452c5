/** The moves of a task while no job runs: to a submit, or back to the line of parked tasks. Pure. */
import type { Failure } from "#shared/task/events.ts";
import { firstMissingInput } from "#shared/task/inputs.ts";
import type { Dispatched, Ready, Submitting, Uploading } from "#shared/task/phases.ts";
import { enter } from "./changes.ts";
import { fail } from "./ends.ts";
import type { Step } from "./rules.ts";

/** A submit after a vain search starts a new search. */
export function submitAfter(
  task: Ready | Uploading | Submitting,
  now: number,
  afterSeconds: number,
): Step & { task: Ready } {
  const isResubmit = task.lookFailures?.kind === "absent";
  const isUploading = task.phase !== "submitting" && firstMissingInput(task) !== null;
  const ready = enter(task, "ready", now, {
    submitUnconfirmedSince: task.phase === "uploading" ? null : task.submitUnconfirmedSince,
    uploadingSince: isUploading ? task.uploadingSince : null,
    step: task.step + 1,
    wakeAt: now + afterSeconds * 1000,
    ...(isResubmit && { lookFailures: null, resubmits: task.resubmits + 1 }),
  });
  return { task: ready, order: null, decided: "submit" };
}

function switchSession(task: Uploading | Submitting | Dispatched, now: number): Step {
  const excludedSessions = [...task.excludedSessions, task.session];
  return { task: enter(task, "parked", now, { excludedSessions, refusals: 0 }), order: null, decided: "switch" };
}

const park = (task: Uploading | Submitting | Dispatched, now: number): Step => ({
  task: enter(task, "parked", now, {}),
  order: null,
  decided: "park",
});

/** What follows a refusal of a submit or of an upload. */
export function afterRefusal(
  task: Uploading | Submitting | Dispatched,
  { verdict, error, retryAfterSeconds }: Failure,
  { now, isEnough, afterSeconds }: { now: number; isEnough: boolean; afterSeconds: number },
): Step {
  switch (verdict) {
    case "refused":
      return fail(task, now, error);
    case "session":
      return switchSession(task, now);
    case "full":
      return park(task, now);
    case "again":
      if (error.code === "rate_limited") return park(task, now);
      if (isEnough) return fail(task, now, error);
      return task.phase === "dispatched" ? park(task, now) : submitAfter(task, now, retryAfterSeconds ?? afterSeconds);
  }
}
