/** Wake-ups and orders that nothing came of: what a leased task makes of them. Pure. */
import type { TaskError } from "#shared/errors.ts";
import type { FollowUp } from "#shared/task/follow-up.ts";
import { maxUnreported } from "#shared/task/limits.ts";
import type { Leased, Live } from "#shared/task/phases.ts";
import { giveUp } from "./ends.ts";
import type { Around, Reaction, Step } from "./rules.ts";
import { lease, missedWakeUp, noteUnreported } from "./wake-ups.ts";

const abandonedError: TaskError = {
  code: "internal",
  message: "The task could not be carried out because of a fault of this server.",
};

/** A consumer takes the task; one that was handed out in vain too often is given up. */
export function begin<T extends Leased>(
  task: T,
  { now }: Around,
  leaseSeconds: number,
  orderOf: (begun: T) => FollowUp | null,
): Reaction {
  const noted = noteUnreported(task);
  if (isHopeless(noted)) return { known: null, next: giveUp({ ...noted, blockedBy: abandonedError }, now) };
  const begun: T = { ...lease(noted, now, leaseSeconds), unanswered: 0 };
  return { known: null, next: { task: begun, order: orderOf(begun), decided: "begin" } };
}

/** @param again repeats the step that the task was about to do. */
export function abandoned<T extends Leased>(task: T, { now }: Around, again: (known: T) => Step): Reaction | null {
  // A live lease means a consumer may still be working. Otherwise the alarm reschedules.
  const isLeased = task.leaseUntil !== null && task.leaseUntil > now;
  if (isLeased && !isHopeless(task)) return null;
  const known = isLeased ? { ...task, leaseUntil: null } : missedWakeUp(task);
  return { known, next: abandonedBefore(known, now) ?? again(known) };
}

/** The end of a task that a fault of this server stops every time; null for any other. */
export function abandonedBefore(task: Live, now: number): Step | null {
  if (task.phase !== "parked" && isHopeless(task)) return giveUp({ ...task, blockedBy: abandonedError }, now);
  return task.blockedBy?.code === "internal" ? giveUp(task, now) : null;
}

const isHopeless = ({ unreported }: Pick<Leased, "unreported">): boolean => unreported >= maxUnreported;

export function silent<T extends Leased>(task: T, _seen: object, { now }: Around): Reaction {
  const known = missedWakeUp(task);
  return { known, next: { task: { ...known, wakeAt: now }, order: null, decided: "nudge" } };
}
