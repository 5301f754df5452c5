/** A job that shows no new images for some time: it may be done, or wait for a request for more. Pure. */
import type { Observation } from "#shared/task/events.ts";
import type { Running, Storing } from "#shared/task/phases.ts";
import { askedOf } from "#shared/task/request.ts";
import { complete, giveUp } from "./ends.ts";
import { continueOrder } from "./orders.ts";
import type { Around, Step } from "./rules.ts";
import { lease } from "./wake-ups.ts";

/** Since when the job stands still; null while it does not. */
export function stalledSince(
  { images, stalledSince: since }: Running,
  seen: Extract<Observation, { kind: "generating" }>,
  now: number,
): number | null {
  const stored = new Set(images.map((image) => image.source));
  const isStill = seen.images.length > 0 && seen.images.every((image) => stored.has(image.source));
  return isStill ? (since ?? now) : null;
}

/**
 * A stalled job with all requested images is done, whatever its status: some stay at 45 for ever. A job of more images
 * than one batch may stall until the rest is requested. That is requested once a batch, because a request may cost:
 * after a lost reply it is not repeated. Null for any other job.
 */
export function afterStandstill(task: Running | Storing, fullBatches: number, { now, policy }: Around): Step | null {
  if (task.stalledSince === null || now - task.stalledSince < policy.stalledMs) return null;
  if (task.images.length >= (wantedOf(task) ?? Number.POSITIVE_INFINITY)) return complete(task, now, false);
  if (task.continues >= fullBatches || task.historyId === null) return null;
  if (task.continues >= policy.maxContinues || task.cancel === "asked") return giveUp(task, now);
  return task.phase === "running" ? continueJob(task, task.historyId, { now, policy }) : null;
}

/** With reference images the upstream's number follows theirs, so it is not used. Most models make four by default. */
const wantedOf = ({ request, inputs, planned }: Running | Storing): number | null =>
  askedOf(request) ?? (inputs.length === 0 ? (planned ?? 4) : null);

/** Counted at the start: requested twice it may be paid twice. */
function continueJob(task: Running, historyId: string, { now, policy }: Pick<Around, "now" | "policy">): Step {
  const seconds = policy.continueLeaseSeconds;
  const begun = { ...lease(task, now, seconds), stalledSince: null, continues: task.continues + 1 };
  return { task: begun, order: continueOrder(begun, historyId, seconds), decided: "continue" };
}

/** Undoes the count of a request for more that was not made. */
export const uncountContinue = <T extends Running | Storing>(task: T): T => ({
  ...task,
  continues: Math.max(0, task.continues - 1),
});
