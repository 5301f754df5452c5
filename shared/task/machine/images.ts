/** What follows a poll of a job that shows images, or will. Pure. */
import { backoffSeconds } from "#shared/task/backoff.ts";
import { nothingMade } from "#shared/task/end-reasons.ts";
import type { Observation } from "#shared/task/events.ts";
import type { ImageToCopy } from "#shared/task/follow-up.ts";
import type { Running, Storing } from "#shared/task/phases.ts";
import { askedOf } from "#shared/task/request.ts";
import { changed, enter } from "./changes.ts";
import { complete, fail, giveUp, isPartial } from "./ends.ts";
import { merged, notYetStored } from "./image-list.ts";
import { storeOrder } from "./orders.ts";
import { pollAfter, pollAtPace } from "./polls.ts";
import type { Around, Reaction, Step } from "./rules.ts";
import { afterStandstill } from "./standstill.ts";
import { countLookFailure, lease, lookFailureCount, settled } from "./wake-ups.ts";

type Seen<Kind extends Observation["kind"]> = Extract<Observation, { kind: Kind }>;

/** New images are copied at once; a job that stands still may be done, or be continued. */
export function whileGenerating(known: Running | Storing, seen: Seen<"generating">, around: Around): Step {
  const images = notYetStored(known.images, seen.images);
  if (images.length > 0) return store(known, images, around);
  return afterStandstill(known, seen.fullBatches, around) ?? pollAtPace(known, around);
}

/** The job is done. @param task just accepted, or settled. @param blockedBy why copying failed so far. */
export function generated(
  task: Running | Storing,
  seen: Seen<"generated">,
  around: Around,
  blockedBy: Storing["blockedBy"],
): Reaction {
  const { now } = around;
  const counted = seen.finished ?? 0;
  const expected = Math.max(seen.images.length, Math.min(counted, askedOf(task.request) ?? counted));
  const planned = seen.planned ?? task.planned ?? expected;
  // A finished job may list its images late, all of them or some.
  const isShort = seen.images.length < Math.max(1, expected);
  const lookFailures = isShort ? countLookFailure(task, "empty").lookFailures : null;
  const copyAttempts = task.phase === "storing" ? task.copyAttempts : 0;
  const known = enter(task, "storing", now, { expected, planned, lookFailures, blockedBy, copyAttempts });
  return { known, next: afterGenerated(known, seen, around) };
}

function afterGenerated(task: Storing, { images, failure }: Seen<"generated">, around: Around): Step {
  const { now, policy } = around;
  const missing = notYetStored(task.images, images);
  if (missing.length > 0) {
    return hasNoCopyAttemptsLeft(task, around) ? giveUp(task, now) : store(task, missing, around);
  }
  if (task.expected > 0 && task.images.length >= task.expected) return complete(task, now, isPartial(task));
  // The list of images may lag behind the status, so poll a few times more before believing it.
  const failures = lookFailureCount(task);
  if (failures < policy.emptyPolls) return pollAfter(task, now, backoffSeconds(failures, 2, 30));
  return task.images.length > 0 ? giveUp(task, now) : fail(task, now, failure?.error ?? nothingMade);
}

/** Images were copied. */
export function stored<T extends Running | Storing>(task: T, seen: Seen<"stored">, around: Around): Reaction {
  const { now } = around;
  const fields = { images: merged(task.images, seen.images), blockedBy: seen.blockedBy };
  const known = changed<Running | Storing>(settled(task), now, fields);
  if (known.phase === "running") return { known, next: pollAtPace(known, around) };
  if (known.images.length >= known.expected) return { known, next: complete(known, now, isPartial(known)) };
  if (hasNoCopyAttemptsLeft(known, around)) return { known, next: giveUp(known, now) };
  // The next poll brings fresh links for the missing images.
  return { known, next: pollAfter(known, now, backoffSeconds(known.copyAttempts, 1, 60)) };
}

/** Without a stored image, only the deadline ends the copying: the images exist and are paid for. */
const hasNoCopyAttemptsLeft = (task: Storing, { policy }: Around): boolean =>
  task.copyAttempts >= policy.storeAttempts && task.images.length > 0;

function store(task: Running | Storing, images: ImageToCopy[], { now, policy }: Around): Step {
  const begun = lease(task, now, policy.storeLeaseSeconds);
  // Counted at the start, so that a copy without a report counts too.
  const counted = begun.phase === "storing" ? { ...begun, copyAttempts: begun.copyAttempts + 1 } : begun;
  return { task: counted, order: storeOrder(counted, images, policy.storeLeaseSeconds), decided: "store" };
}
