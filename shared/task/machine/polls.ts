/** Polls of a job, and searches for a lost submit. Pure. */
import { backoffSeconds } from "#shared/task/backoff.ts";
import type { Failure, Observation } from "#shared/task/events.ts";
import type { Running, Storing, Submitting } from "#shared/task/phases.ts";
import { pollDelaySeconds } from "#shared/task/poll-delay.ts";
import { giveUp } from "./ends.ts";
import type { Around, Reaction, Step } from "./rules.ts";
import { uncountContinue } from "./standstill.ts";
import { countLookFailure, lookFailureCount, settled, wake } from "./wake-ups.ts";

type Seen<Kind extends Observation["kind"]> = Extract<Observation, { kind: Kind }>;

export const pollAfter = (task: Running | Storing, now: number, afterSeconds: number): Step => ({
  task: wake(task, now, afterSeconds),
  order: null,
  decided: "poll",
});

export const recoverAfter = (task: Submitting, now: number, afterSeconds: number): Step => ({
  task: wake(task, now, afterSeconds),
  order: null,
  decided: "recover",
});

export function pollAtPace(task: Running | Storing, { now, paceFactor, firstLookSeconds, policy }: Around): Step {
  const paceSeconds = paceFactor * policy.paceSeconds;
  return pollAfter(task, now, pollDelaySeconds(task, now, { paceSeconds, firstLookSeconds }));
}

/** A poll did not find an accepted job. A cancelled one may have disappeared. */
export function absentJob<T extends Running | Storing>(task: T, _seen: object, { now, policy }: Around): Reaction {
  const known = countLookFailure(task, "absent");
  const count = lookFailureCount(known);
  const isGone = known.cancel === "asked" && count >= policy.recoverPolls;
  return { known, next: isGone ? giveUp(known, now) : pollAfter(known, now, backoffSeconds(count, 2, 30)) };
}

/** A poll of an accepted job failed. */
export const unavailableJob = <T extends Running | Storing>(
  task: T,
  { failure }: { failure: Failure },
  around: Around,
): Reaction => unavailable(task, failure, around, (known, seconds) => pollAfter(known, around.now, seconds));

/** An order of an accepted job was not sent. */
export function unsentJob<T extends Running | Storing>(task: T, { order }: Seen<"unsent">, { now }: Around): Reaction {
  const known = settled(order === "continue" ? uncountContinue(task) : task);
  return { known, next: pollAfter(known, now, 1) };
}

/** A poll failed. @param again repeats it after these seconds. */
export function unavailable<T extends Running | Storing | Submitting>(
  task: T,
  { error, retryAfterSeconds }: Failure,
  { now, policy }: Around,
  again: (known: T, afterSeconds: number) => Step,
): Reaction {
  const kind = error.code === "session_expired" ? "session" : "blind";
  const known = { ...countLookFailure(task, kind), blockedBy: error };
  const count = lookFailureCount(known);
  if (kind === "session" && count >= policy.sessionAttempts) return { known, next: giveUp(known, now) };
  return { known, next: again(known, retryAfterSeconds ?? backoffSeconds(count, 2, 30)) };
}
