/**
 * The next decision, from an observation that `transition` has already applied to the task. Waiting is not failing: only a
 * terminal answer or the deadline ends a task. A job the upstream has accepted is never submitted again.
 * Pure: no storage, no network, no clock.
 */

import { backoffSeconds } from "./backoff.ts";
import type { Decision, Failure, Observation, RemoteImage } from "./events.ts";
import { firstRecoverSeconds, recoverAfterRefusalSeconds } from "./limits.ts";
import { pollDelaySeconds } from "./poll-delay.ts";
import { cancelledError, cancelledUpstream, nothingMade, timedOut } from "./reasons.ts";
import { askedOf, firstMissingInput, isTerminal, isToBeCancelled, type Task } from "./schema.ts";
import { uploadLeaseSeconds } from "./upload-lease.ts";

export type Policy = {
  /** How long a task may wait for a slot or for a busy upstream. */
  maxWaitMs: number;
  /** How long the upstream may take once it accepted, and how long a lost submit is looked for. */
  timeoutMs: number;
  /** How long copying may take once the upstream is done. */
  storeTimeoutMs: number;
  /** Looks that must find nothing before a lost submit counts as never arrived. */
  recoverPolls: number;
  /** Submits again after one that surely did not arrive. */
  maxResubmits: number;
  /** Wake-ups in a row without an answer after which a task past its deadline is given up unseen. */
  maxUnanswered: number;
  /** Tries of a submit the upstream refuses for a passing reason of its own. */
  submitAttempts: number;
  /** Tries in a row of a reference image the upstream says it cannot take, for a passing reason. */
  uploadAttempts: number;
  /** How long a job stands still before it is asked for more at a full batch, or is done with as many as it was asked for. */
  stalledMs: number;
  /** How often a job may be asked for more. */
  maxContinues: number;
  continueLeaseSeconds: number;
  /** Looks in a row a session may be refused before it counts as gone. */
  sessionAttempts: number;
  /** Looks in a row at a finished job without images before that is believed. */
  emptyPolls: number;
  /** Rounds of copying before the images that are still missing are given up for those that are there. */
  storeAttempts: number;
  storeLeaseSeconds: number;
  /** Seconds between two looks at a task that may be ready and is waited for. */
  paceSeconds: number;
  /** Whether a caller polled the task in the last seconds. */
  watched: boolean;
};

/** @param task the task after `transition` took in `seen`, and only if that changed it. */
export function decide(task: Task, seen: Observation, now: number, policy: Policy): Decision {
  if (isTerminal(task)) return { kind: "drop" };
  const next = move(task, seen, now, policy);
  const isLate = now >= deadlineOf(task, policy);
  // A copy that can be made now is made, however late it is; but not for ever.
  const mayStore = next.kind === "store" && task.copyAttempts < policy.storeAttempts;
  const isOver = next.kind === "complete" || next.kind === "fail" || next.kind === "switch" || mayStore;
  if (isLate && !isOver && isGivingUpSafe(task, seen, policy)) return giveUp(task);
  return task.cancel === null ? next : whileCancelling(task, next);
}

/** What its caller no longer wants is not begun again; a job that runs is asked about at once, so that it can be told. */
function whileCancelling(task: Task, next: Decision): Decision {
  if (next.kind === "submit" || next.kind === "switch" || next.kind === "park")
    return { kind: "fail", error: cancelledError };
  const isNextAsked = next.kind === "poll" || next.kind === "continue";
  return isNextAsked && isToBeCancelled(task) ? { kind: "poll", afterSeconds: 0 } : next;
}

/**
 * A deadline that passed while we were not there ourselves proves nothing: a job that may exist gets one more look,
 * which may well find it done. Only after many wake-ups in vain is that hope gone.
 */
function isGivingUpSafe(task: Task, seen: Observation, policy: Policy): boolean {
  const wasLookedAt = seen.kind !== "silent" && seen.kind !== "abandoned" && seen.kind !== "unsent";
  const isUpstream = task.phase === "submitting" || task.phase === "running" || task.phase === "storing";
  const mayExist = isUpstream || task.submitUnconfirmedSince !== null;
  const inVain = Math.max(task.unanswered, task.unreported);
  return wasLookedAt || !mayExist || inVain >= policy.maxUnanswered;
}

/** The moment, Unix milliseconds, at which the task's present phase ends it. */
export function deadlineOf(task: Task, policy: Pick<Policy, "maxWaitMs" | "timeoutMs" | "storeTimeoutMs">): number {
  if (task.phase === "storing") return task.phaseSince + policy.storeTimeoutMs;
  if (task.acceptedAt !== null) return task.acceptedAt + policy.timeoutMs;
  if (task.submitUnconfirmedSince !== null) return task.submitUnconfirmedSince + policy.timeoutMs;
  if (task.uploadingSince !== null) return task.uploadingSince + policy.timeoutMs;
  return task.createdAt + policy.maxWaitMs;
}

function move(task: Task, seen: Observation, now: number, policy: Policy): Decision {
  switch (seen.kind) {
    case "uploaded": {
      const index = firstMissingInput(task);
      const input = index === null ? undefined : task.inputs[index];
      if (index === null || input === undefined) return { kind: "submit", afterSeconds: 0 };
      return { kind: "upload", index, leaseSeconds: uploadLeaseSeconds(input.bytes) };
    }
    case "notUploaded":
      return afterFailedUpload(task, seen.failure, policy);
    case "accepted":
      return pollAtPace(task, now, policy);
    case "refused":
      return afterRefusal(task, seen.failure, policy);
    case "unsure":
      return { kind: "recover", afterSeconds: firstRecoverSeconds };
    case "absent":
      // A cancelled job may be gone altogether.
      if (task.cancel === "asked" && lookFailureCount(task) >= policy.recoverPolls) return giveUp(task);
      if (task.phase !== "submitting")
        return { kind: "poll", afterSeconds: backoffSeconds(lookFailureCount(task), 2, 30) };
      if (lookFailureCount(task) >= policy.recoverPolls && task.resubmits < policy.maxResubmits) {
        return { kind: "submit", afterSeconds: 0 };
      }
      return { kind: "recover", afterSeconds: backoffSeconds(lookFailureCount(task), firstRecoverSeconds, 15) };
    case "generating": {
      const images = notYetStored(task, seen.images);
      if (images.length > 0) return { kind: "store", images, leaseSeconds: policy.storeLeaseSeconds };
      return afterStandstill(task, seen.fullBatches, now, policy) ?? pollAtPace(task, now, policy);
    }
    case "continued":
      return pollAtPace(task, now, policy);
    case "cancelAsked":
      return { kind: "poll", afterSeconds: firstRecoverSeconds };
    case "notContinued":
      return afterRefusedContinue(task, seen.answered, seen.failure, policy);
    case "generated":
      return afterGenerated(task, seen, policy);
    case "failed":
      // Images that were copied before the job failed or was deleted stay what they are.
      if (task.images.length > 0) return { kind: "complete", partial: true };
      // A cancelled job is told as a cancelled one, or as a failed one that has no reason of its own.
      if (task.cancel === "asked" && isCancellation(seen.failure)) return { kind: "fail", error: cancelledUpstream };
      return { kind: "fail", error: seen.failure.error };
    case "unavailable":
      return afterFailedPoll(task, seen.failure, policy);
    case "stored":
      return afterStored(task, now, policy);
    case "unsent":
      if (seen.order === "submit" && task.phase === "submitting") return { kind: "submit", afterSeconds: 1 };
      return again(task, 1);
    case "abandoned":
      return task.blockedBy?.code === "internal" ? giveUp(task) : again(task, 0);
    case "silent":
      return task.phase === "parked" ? { kind: "drop" } : { kind: "nudge" };
  }
}

const isCancellation = ({ error }: Failure): boolean => error.code === "cancelled" || error.code === "upstream_failed";

const pollAtPace = (task: Task, now: number, policy: Policy): Decision => ({
  kind: "poll",
  afterSeconds: pollDelaySeconds(task, now, policy),
});

function afterRefusal(task: Task, failure: Failure, policy: Policy): Decision {
  // An earlier submit may have arrived after all: it is looked for before anything else is tried.
  if (task.submitUnconfirmedSince !== null) {
    return { kind: "recover", afterSeconds: failure.retryAfterSeconds ?? recoverAfterRefusalSeconds };
  }
  const isEnough = task.refusals >= policy.submitAttempts;
  return beforeAcceptance(failure, { isEnough, afterSeconds: backoffSeconds(task.refusals, 5, 60) });
}

/** Bringing an image there costs nothing: it is tried again until its own deadline, unless it is refused. */
function afterFailedUpload(task: Task, failure: Failure, policy: Policy): Decision {
  const isEnough = task.lookFailures?.kind === "upload" && task.lookFailures.count >= policy.uploadAttempts;
  return beforeAcceptance(failure, { isEnough, afterSeconds: backoffSeconds(lookFailureCount(task), 2, 60) });
}

/** What a refusal means while nothing runs upstream, of the submit or of an image on its way there. */
function beforeAcceptance(
  { verdict, error, retryAfterSeconds }: Failure,
  { isEnough, afterSeconds }: { isEnough: boolean; afterSeconds: number },
): Decision {
  switch (verdict) {
    case "refused":
      return { kind: "fail", error };
    case "session":
      return { kind: "switch" };
    case "full":
      return { kind: "park" };
    case "again":
      if (error.code === "rate_limited") return { kind: "park" };
      if (isEnough) return { kind: "fail", error };
      return { kind: "submit", afterSeconds: retryAfterSeconds ?? afterSeconds };
  }
}

/**
 * A job that stands still with as many images as it was asked for is done, whatever its status says: some stay at 45 for
 * ever. One of more images than one batch may stand still until it is asked for the rest. Asked once a batch, because
 * asking may cost: a lost answer is not asked for again.
 */
function afterStandstill(task: Task, fullBatches: number, now: number, policy: Policy): Decision | null {
  if (task.stalledSince === null || now - task.stalledSince < policy.stalledMs) return null;
  if (task.images.length >= (wantedOf(task) ?? Number.POSITIVE_INFINITY)) return { kind: "complete", partial: false };
  if (task.continues >= fullBatches || task.historyId === null) return null;
  if (task.continues >= policy.maxContinues || task.cancel === "asked") return giveUp(task);
  return { kind: "continue", leaseSeconds: policy.continueLeaseSeconds };
}

/** With reference images the upstream's own number says nothing: it follows theirs. Most models make four, unasked. */
const wantedOf = ({ request, inputs, planned }: Task): number | null =>
  askedOf(request) ?? (inputs.length === 0 ? (planned ?? 4) : null);

/** The stored images are paid for: a job that may not continue is delivered with them. */
function afterRefusedContinue(task: Task, answered: boolean, failure: Failure, policy: Policy): Decision {
  const isPassing = failure.verdict === "again" || failure.verdict === "full";
  if (answered && (!isPassing || task.refusals >= policy.submitAttempts)) return giveUp(task);
  return { kind: "poll", afterSeconds: failure.retryAfterSeconds ?? 15 };
}

function afterGenerated(task: Task, seen: Extract<Observation, { kind: "generated" }>, policy: Policy): Decision {
  const { images, failure } = seen;
  const missing = notYetStored(task, images);
  if (missing.length > 0) {
    if (hasNoCopyAttemptsLeft(task, policy)) return giveUp(task);
    return { kind: "store", images: missing, leaseSeconds: policy.storeLeaseSeconds };
  }
  const expected = task.expected ?? 0;
  if (expected > 0 && task.images.length >= expected) return { kind: "complete", partial: isPartial(task) };
  // Done and not everything to show: the list may lag behind the status, so look a few times more before believing it.
  const looks = lookFailureCount(task);
  if (looks < policy.emptyPolls) return { kind: "poll", afterSeconds: backoffSeconds(looks, 2, 30) };
  return task.images.length > 0 ? giveUp(task) : { kind: "fail", error: failure?.error ?? nothingMade };
}

function afterFailedPoll(task: Task, failure: Failure, policy: Policy): Decision {
  if (task.lookFailures?.kind === "session" && lookFailureCount(task) >= policy.sessionAttempts) return giveUp(task);
  return again(task, failure.retryAfterSeconds ?? backoffSeconds(lookFailureCount(task), 2, 30));
}

function afterStored(task: Task, now: number, policy: Policy): Decision {
  if (task.phase !== "storing") return pollAtPace(task, now, policy);
  if (task.images.length >= (task.expected ?? 0)) return { kind: "complete", partial: isPartial(task) };
  if (hasNoCopyAttemptsLeft(task, policy)) return giveUp(task);
  // The next poll brings fresh links for the missing images.
  return { kind: "poll", afterSeconds: backoffSeconds(task.copyAttempts, 1, 60) };
}

/** With nothing to show yet, only the deadline ends the copying: the images exist and are paid for. */
const hasNoCopyAttemptsLeft = (task: Task, policy: Policy): boolean =>
  task.copyAttempts >= policy.storeAttempts && task.images.length > 0;

/** Whatever the task was about to do, do it (again). */
function again(task: Task, afterSeconds: number): Decision {
  switch (task.phase) {
    case "ready":
    case "uploading":
      return { kind: "submit", afterSeconds };
    case "submitting":
      return { kind: "recover", afterSeconds };
    case "running":
    case "storing":
      return { kind: "poll", afterSeconds };
    case "parked":
    case "completed":
    case "failed":
    case "cancelled":
      return { kind: "drop" };
  }
}

const lookFailureCount = (task: Task): number => task.lookFailures?.count ?? 0;

/** Deadline or attempts are used up: deliver the stored images; without any, fail with the last error. */
function giveUp(task: Task): Decision {
  if (task.images.length > 0) return { kind: "complete", partial: task.planned === null || isPartial(task) };
  if (task.cancel === "asked") return { kind: "fail", error: cancelledUpstream };
  const reason = task.blockedBy !== null && task.blockedBy.code !== "rate_limited" ? task.blockedBy : null;
  return { kind: "fail", error: reason ?? timedOut(task) };
}

const isPartial = (task: Task): boolean => task.images.length < (task.planned ?? 0);

/** Each new image with the index it gets: its place in the upstream's list, or the next free one. */
function notYetStored(task: Task, images: RemoteImage[]): { index: number; image: RemoteImage }[] {
  const known = new Set(task.images.map((image) => image.source));
  const taken = new Set(task.images.map((image) => image.index));
  const fresh: { index: number; image: RemoteImage }[] = [];
  for (const [place, image] of images.entries()) {
    if (known.has(image.source)) continue;
    let index = place;
    while (taken.has(index)) index += 1;
    taken.add(index);
    fresh.push({ index, image });
  }
  return fresh;
}
