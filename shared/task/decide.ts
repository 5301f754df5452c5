/**
 * The next decision, from an observation that `transition` has already applied to the task. Waiting is not failing:
 * only a terminal answer or the deadline ends a task. A job the upstream has accepted is never submitted again. Pure:
 * no storage, no network, no clock.
 */

import { backoffSeconds } from "./backoff.ts";
import { cancelledError, cancelledUpstream, nothingMade, timedOut } from "./end-reasons.ts";
import type { Decision, Failure, Observation, RemoteImage } from "./events.ts";
import { firstRecoverSeconds, recoverAfterRefusalSeconds } from "./limits.ts";
import { pollDelaySeconds } from "./poll-delay.ts";
import { askedOf, firstMissingInput, isTerminal, isToBeCancelled, type Task } from "./schema.ts";
import { uploadLeaseSeconds } from "./upload-lease.ts";

export type Policy = {
  /** How long a task may wait for a slot or for a busy upstream. */
  maxWaitMs: number;
  /** How long the upstream may take after it accepted, and how long a lost submit is searched for. */
  timeoutMs: number;
  /** How long copying may take once the upstream is done. */
  storeTimeoutMs: number;
  /** Polls without a result after which a lost submit counts as never arrived. */
  recoverPolls: number;
  /** Submits again after one that surely did not arrive. */
  maxResubmits: number;
  /** Unanswered wake-ups in a row after which a task past its deadline is given up without a poll. */
  maxUnanswered: number;
  /** Attempts of a submit that the upstream refuses for a temporary reason. */
  submitAttempts: number;
  /** Attempts in a row of a reference image that the upstream refuses for a temporary reason. */
  uploadAttempts: number;
  /** How long a job stalls before more images are requested, or before it counts as done with all requested images. */
  stalledMs: number;
  /** Requests for more images of one job. */
  maxContinues: number;
  continueLeaseSeconds: number;
  /** Polls in a row with a refused session after which it counts as expired. */
  sessionAttempts: number;
  /** Polls in a row of a finished job without images after which it counts as empty. */
  emptyPolls: number;
  /** Rounds of copying after which the stored images are delivered without the missing ones. */
  storeAttempts: number;
  storeLeaseSeconds: number;
  /** Seconds between two polls of a watched task that may be done. */
  paceSeconds: number;
  /** Whether a caller polled the task in the last seconds. */
  watched: boolean;
};

/** @param task after `transition` applied `seen`, which must have changed it. */
export function decide(task: Task, seen: Observation, now: number, policy: Policy): Decision {
  if (isTerminal(task)) return { kind: "drop" };
  const next = nextDecision(task, seen, now, policy);
  const isLate = now >= deadlineOf(task, policy);
  // Images that can be copied now are copied even after the deadline, up to the limit of attempts.
  const mayStore = next.kind === "store" && task.copyAttempts < policy.storeAttempts;
  const isOver = next.kind === "complete" || next.kind === "fail" || next.kind === "switch" || mayStore;
  if (isLate && !isOver && isGivingUpSafe(task, seen, policy)) return giveUp(task);
  return task.cancel === null ? next : whileCancelling(task, next);
}

/** A cancelled task is not submitted again; a running job is polled at once, so that the cancellation can follow. */
function whileCancelling(task: Task, next: Decision): Decision {
  if (next.kind === "submit" || next.kind === "switch" || next.kind === "park")
    return { kind: "fail", error: cancelledError };
  const isNextAsked = next.kind === "poll" || next.kind === "continue";
  return isNextAsked && isToBeCancelled(task) ? { kind: "poll", afterSeconds: 0 } : next;
}

/**
 * Whether a task past its deadline may be given up. After downtime a job that may exist is polled once more, because it
 * may be done by now; after many unanswered wake-ups it is given up without that poll.
 */
function isGivingUpSafe(task: Task, seen: Observation, policy: Policy): boolean {
  const wasPolled = seen.kind !== "silent" && seen.kind !== "abandoned" && seen.kind !== "unsent";
  const isUpstream = task.phase === "submitting" || task.phase === "running" || task.phase === "storing";
  const mayExist = isUpstream || task.submitUnconfirmedSince !== null;
  const inVain = Math.max(task.unanswered, task.unreported);
  return wasPolled || !mayExist || inVain >= policy.maxUnanswered;
}

/** The deadline of the task's phase, Unix milliseconds. */
export function deadlineOf(task: Task, policy: Pick<Policy, "maxWaitMs" | "timeoutMs" | "storeTimeoutMs">): number {
  if (task.phase === "storing") return task.phaseSince + policy.storeTimeoutMs;
  if (task.acceptedAt !== null) return task.acceptedAt + policy.timeoutMs;
  if (task.submitUnconfirmedSince !== null) return task.submitUnconfirmedSince + policy.timeoutMs;
  if (task.uploadingSince !== null) return task.uploadingSince + policy.timeoutMs;
  return task.createdAt + policy.maxWaitMs;
}

function nextDecision(task: Task, seen: Observation, now: number, policy: Policy): Decision {
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
      // A cancelled job may have disappeared.
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
      // Images that were copied before the job failed or was deleted are delivered.
      if (task.images.length > 0) return { kind: "complete", partial: true };
      // A cancelled job reads as cancelled, or as failed without a reason of its own.
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
  // An earlier submit may have arrived after all: search for it first.
  if (task.submitUnconfirmedSince !== null) {
    return { kind: "recover", afterSeconds: failure.retryAfterSeconds ?? recoverAfterRefusalSeconds };
  }
  const isEnough = task.refusals >= policy.submitAttempts;
  return beforeAcceptance(failure, { isEnough, afterSeconds: backoffSeconds(task.refusals, 5, 60) });
}

/** An upload costs nothing: it is repeated until its own deadline, unless it is refused. */
function afterFailedUpload(task: Task, failure: Failure, policy: Policy): Decision {
  const isEnough = task.lookFailures?.kind === "upload" && task.lookFailures.count >= policy.uploadAttempts;
  return beforeAcceptance(failure, { isEnough, afterSeconds: backoffSeconds(lookFailureCount(task), 2, 60) });
}

/** The decision after a refusal of a submit or of an upload, while no job runs. */
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
 * A stalled job with all requested images is done, whatever its status: some stay at 45 for ever. A job of more images
 * than one batch may stall until the rest is requested. That is requested once a batch, because a request may cost:
 * after a lost reply it is not repeated.
 */
function afterStandstill(task: Task, fullBatches: number, now: number, policy: Policy): Decision | null {
  if (task.stalledSince === null || now - task.stalledSince < policy.stalledMs) return null;
  if (task.images.length >= (wantedOf(task) ?? Number.POSITIVE_INFINITY)) return { kind: "complete", partial: false };
  if (task.continues >= fullBatches || task.historyId === null) return null;
  if (task.continues >= policy.maxContinues || task.cancel === "asked") return giveUp(task);
  return { kind: "continue", leaseSeconds: policy.continueLeaseSeconds };
}

/** With reference images the upstream's number follows theirs, so it is not used. Most models make four by default. */
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
  // The list of images may lag behind the status, so poll a few times more before believing it.
  const failures = lookFailureCount(task);
  if (failures < policy.emptyPolls) return { kind: "poll", afterSeconds: backoffSeconds(failures, 2, 30) };
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

/** Without a stored image, only the deadline ends the copying: the images exist and are paid for. */
const hasNoCopyAttemptsLeft = (task: Task, policy: Policy): boolean =>
  task.copyAttempts >= policy.storeAttempts && task.images.length > 0;

/** Repeats the step that the task was about to do. */
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
