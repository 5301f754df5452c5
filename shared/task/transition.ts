/**
 * Applies an event to a task. A terminal task, or an event that does not apply to the phase, returns the same object,
 * and nothing is written: so duplicates and late events are harmless. Pure.
 */

import type { TaskError } from "#shared/errors.ts";
import { cancelledError } from "./end-reasons.ts";
import type { Command, Decision, Failure, Observation, TaskEvent } from "./events.ts";
import { maxUnreported } from "./limits.ts";
import { progressOf } from "./progress.ts";
import { askedOf, firstMissingInput, isTerminal, type StoredImage, type Task } from "./schema.ts";
import { changed, countLookFailure, end, enter, missedWakeUp, noteUnreported, settled, wake } from "./task-changes.ts";

export function transition(task: Task, event: TaskEvent, now: number): Task {
  if (isTerminal(task)) return task;
  const next = apply(task, event, now);
  // Includes the progress before the event: a later forecast may be longer than the assumed one.
  return next === task ? task : { ...next, progress: Math.max(progressOf(task, now), progressOf(next, now)) };
}

function apply(task: Task, event: TaskEvent, now: number): Task {
  switch (event.kind) {
    case "assigned":
    case "begun":
    case "cancelled":
      return applyCommand(task, event, now);
    case "uploaded":
    case "notUploaded":
      return applyUploadReport(task, event, now);
    case "accepted":
    case "refused":
    case "unsure":
      return applySubmitReport(task, event, now);
    case "absent":
    case "generating":
    case "generated":
    case "failed":
    case "unavailable":
      return applyPollReport(task, event, now);
    case "continued":
    case "notContinued":
    case "cancelAsked":
    case "stored":
      return applyJobReport(task, event, now);
    case "unsent":
    case "abandoned":
    case "silent":
      return applyMissingReport(task, event, now);
    case "drop":
    case "upload":
    case "submit":
    case "recover":
    case "poll":
    case "continue":
    case "store":
    case "complete":
    case "fail":
    case "switch":
    case "park":
    case "nudge":
      return applyDecision(task, event, now);
  }
}

type Seen<Kind extends Observation["kind"]> = Extract<Observation, { kind: Kind }>;

/** Whether the upstream has, or may have, a job for the task. */
const mayHaveJob = ({ phase }: Task): boolean => phase === "submitting" || phase === "running" || phase === "storing";

function applyCommand(task: Task, event: Command, now: number): Task {
  const { phase } = task;
  switch (event.kind) {
    case "assigned":
      if (phase !== "parked") return task;
      // Uploads of another session cannot be used.
      return wake(
        enter(task, "ready", now, {
          session: event.session,
          lookFailures: null,
          uploads: task.uploadsOf === event.session ? task.uploads : [],
        }),
        now,
        0,
      );
    case "begun": {
      const leaseUntil = now + event.leaseSeconds * 1000;
      const begun = { ...noteUnreported(task), leaseUntil, wakeAt: leaseUntil, unanswered: 0 };
      if (phase === "ready" && firstMissingInput(task) !== null) {
        return enter(begun, "uploading", now, { uploadingSince: task.uploadingSince ?? now });
      }
      if (phase === "ready") return enter(begun, "submitting", now, {});
      if (phase === "uploading") return begun;
      // The lease of a submit ran out without a report: the job may exist.
      if (phase === "submitting") return { ...begun, submitUnconfirmedSince: task.submitUnconfirmedSince ?? now };
      return mayHaveJob(task) ? begun : task;
    }
    case "cancelled":
      return cancel(task, now);
  }
}

function applyUploadReport(task: Task, event: Seen<"uploaded" | "notUploaded">, now: number): Task {
  const { phase } = task;
  switch (event.kind) {
    case "uploaded": {
      if (phase !== "uploading") return task;
      const others = task.uploads.filter((upload) => upload.index !== event.upload.index);
      const uploads = [...others, event.upload].sort((a, b) => a.index - b.index);
      const uploadingSince = firstMissingInput({ ...task, uploads }) === null ? null : now;
      return {
        ...settled(task),
        uploads,
        uploadsOf: task.session,
        uploadingSince,
        lookFailures: null,
        blockedBy: null,
      };
    }
    case "notUploaded": {
      if (phase !== "uploading") return task;
      const { error } = event.failure;
      return { ...countLookFailure(task, error.code === "upstream_failed" ? "upload" : "blind"), blockedBy: error };
    }
  }
}

function applySubmitReport(task: Task, event: Seen<"accepted" | "refused" | "unsure">, now: number): Task {
  const { phase } = task;
  switch (event.kind) {
    case "accepted":
      // In a task that is ready again, only an earlier lost submit can still be accepted.
      if (phase !== "submitting" && (phase !== "ready" || task.submitUnconfirmedSince === null)) return task;
      return accept(task, event, now);
    case "refused": {
      if (phase !== "submitting") return task;
      const { error } = event.failure;
      const known = {
        ...settled(task),
        blockedBy: error,
        submitUnconfirmedSince: stillUnconfirmedSince(task, event.failure),
        lookFailures: null,
      };
      if (error.code === "rate_limited" || known.submitUnconfirmedSince !== null) return known;
      // The refusal may concern the reference images: upload them again.
      return { ...known, refusals: task.refusals + 1, uploads: [] };
    }
    case "unsure":
      if (phase !== "submitting") return task;
      return {
        ...settled(task),
        lookFailures: null,
        blockedBy: event.failure.error,
        submitUnconfirmedSince: task.submitUnconfirmedSince ?? now,
      };
  }
}

function applyPollReport(
  task: Task,
  event: Seen<"absent" | "generating" | "generated" | "failed" | "unavailable">,
  now: number,
): Task {
  const { phase } = task;
  switch (event.kind) {
    case "absent":
      return mayHaveJob(task) ? countLookFailure(task, "absent") : task;
    case "generating": {
      if (phase === "submitting") return accept(task, event, now);
      // A status that goes back from done only means another poll.
      if (phase === "storing") return settled(task);
      if (phase !== "running") return task;
      return changed(settled(task), now, {
        lookFailures: null,
        blockedBy: null,
        stalledSince: hasStalled(task, event) ? (task.stalledSince ?? now) : null,
        queuePosition: event.queuePosition,
        planned: event.planned ?? task.planned,
        forecastSeconds: task.forecastSeconds ?? event.forecastSeconds,
        historyId: task.historyId ?? event.historyId,
      });
    }
    case "generated": {
      if (!mayHaveJob(task)) return task;
      const known = phase === "submitting" ? accept(task, { ...event, forecastSeconds: null }, now) : settled(task);
      const counted = event.finished ?? 0;
      const expected = Math.max(event.images.length, Math.min(counted, askedOf(task.request) ?? counted));
      const planned = event.planned ?? known.planned ?? expected;
      // A finished job may list its images late, all of them or some.
      const isShort = event.images.length < Math.max(1, expected);
      const lookFailures = isShort ? countLookFailure(known, "empty").lookFailures : null;
      // Another poll does not explain why copying failed.
      const blockedBy = phase === "storing" ? task.blockedBy : null;
      return enter(known, "storing", now, {
        queuePosition: null,
        expected,
        planned,
        lookFailures,
        blockedBy,
      });
    }
    case "failed":
      return mayHaveJob(task) ? { ...settled(task), blockedBy: event.failure.error } : task;
    case "unavailable":
      if (!mayHaveJob(task)) return task;
      return {
        ...countLookFailure(task, event.failure.error.code === "session_expired" ? "session" : "blind"),
        blockedBy: event.failure.error,
      };
  }
}

function applyJobReport(
  task: Task,
  event: Seen<"continued" | "notContinued" | "cancelAsked" | "stored">,
  now: number,
): Task {
  const { phase } = task;
  switch (event.kind) {
    case "continued":
      return phase === "running" ? { ...settled(task), lookFailures: null, refusals: 0 } : task;
    case "notContinued": {
      if (phase !== "running") return task;
      const known = { ...settled(task), blockedBy: event.failure.error };
      // A refusal costs nothing, so undo the count. After a lost reply we cannot tell, so keep it.
      if (!event.answered) return known;
      const isBusy = event.failure.error.code === "rate_limited";
      return { ...uncountContinue(known), refusals: isBusy ? known.refusals : known.refusals + 1 };
    }
    case "cancelAsked":
      return phase === "running" ? { ...settled(task), cancel: "asked" } : task;
    case "stored": {
      if (phase !== "running" && phase !== "storing") return task;
      const images = merge(task.images, event.images);
      return changed(settled(task), now, { images, blockedBy: event.blockedBy });
    }
  }
}

function applyMissingReport(task: Task, event: Seen<"unsent" | "abandoned" | "silent">, now: number): Task {
  const { phase } = task;
  switch (event.kind) {
    case "unsent":
      if (phase === "uploading") return settled(task);
      if (!mayHaveJob(task)) return task;
      return settled(event.order === "continue" ? uncountContinue(task) : task);
    case "abandoned": {
      // A live lease means a consumer may still be working. Otherwise the alarm reschedules.
      const isLeased = task.leaseUntil !== null && task.leaseUntil > now;
      if (isLeased && task.unreported < maxUnreported) return task;
      const known = isLeased ? { ...task, leaseUntil: null } : missedWakeUp(task);
      return known.unreported >= maxUnreported ? { ...known, blockedBy: abandonedError } : known;
    }
    case "silent":
      return missedWakeUp(task);
  }
}

function applyDecision(task: Task, event: Decision, now: number): Task {
  const { phase } = task;
  switch (event.kind) {
    case "drop":
      return task;
    case "upload": {
      if (phase !== "uploading") return task;
      const leaseUntil = now + event.leaseSeconds * 1000;
      return { ...task, leaseUntil, wakeAt: leaseUntil };
    }
    case "submit": {
      if (phase !== "ready" && phase !== "uploading" && phase !== "submitting") return task;
      // A submit after a vain search starts a new search.
      const isResubmit = task.lookFailures?.kind === "absent";
      const fields = isResubmit ? { lookFailures: null, resubmits: task.resubmits + 1 } : {};
      return wake(enter(task, "ready", now, fields), now, event.afterSeconds);
    }
    case "recover":
    case "poll":
      return mayHaveJob(task) ? wake(task, now, event.afterSeconds) : task;
    case "continue": {
      if (phase !== "running") return task;
      const leaseUntil = now + event.leaseSeconds * 1000;
      // Counted at the start: requested twice it may be paid twice.
      return { ...task, leaseUntil, wakeAt: leaseUntil, stalledSince: null, continues: task.continues + 1 };
    }
    case "store": {
      if (phase !== "running" && phase !== "storing") return task;
      const leaseUntil = now + event.leaseSeconds * 1000;
      // Counted at the start, so that a copy without a report counts too.
      const copyAttempts = phase === "storing" ? task.copyAttempts + 1 : task.copyAttempts;
      return { ...task, leaseUntil, wakeAt: leaseUntil, copyAttempts };
    }
    case "complete":
      return end(task, "completed", now, { partial: event.partial, blockedBy: null });
    case "fail":
      return end(task, event.error.code === "cancelled" ? "cancelled" : "failed", now, { error: event.error });
    case "switch":
      if (phase !== "uploading" && phase !== "submitting") return task;
      return enter(task, "parked", now, {
        excludedSessions: task.session === null ? task.excludedSessions : [...task.excludedSessions, task.session],
        session: null,
        uploadingSince: null,
        refusals: 0,
        wakeAt: null,
        leaseUntil: null,
        submitUnconfirmedSince: null,
      });
    case "park":
      if (phase !== "uploading" && phase !== "submitting") return task;
      return enter(task, "parked", now, { session: null, uploadingSince: null, wakeAt: null, leaseUntil: null });
    case "nudge":
      return phase === "parked" ? task : { ...task, wakeAt: now };
  }
}

/** A task without a job ends at once; one that may have a job is marked, and the upstream is told later. */
function cancel(task: Task, now: number): Task {
  switch (task.phase) {
    case "parked":
    case "ready":
    case "uploading":
      return end(task, "cancelled", now, { error: cancelledError });
    case "submitting":
      return markCancelWanted(task, now);
    case "running": {
      const marked = markCancelWanted(task, now);
      const isLeased = task.leaseUntil !== null && task.leaseUntil > now;
      // The consumer that holds the lease reports soon, and the next wake-up follows at once.
      return marked === task || isLeased ? marked : wake(marked, now, 0);
    }
    case "storing":
    case "completed":
    case "failed":
    case "cancelled":
      return task;
  }
}

const markCancelWanted = (task: Task, now: number): Task =>
  task.cancel === null ? changed(task, now, { cancel: "wanted" }) : task;

/**
 * Since when it is unknown whether a job of an earlier, lost submit exists; null when it is known. A refusal of a
 * submit that was sent again may be caused by that job: it took the slot, or the last credits.
 */
function stillUnconfirmedSince(task: Task, { verdict, error }: Failure): number | null {
  const isItsOwn = verdict === "refused" || error.code === "session_expired";
  return task.resubmits > 0 && !isItsOwn ? task.submitUnconfirmedSince : null;
}

/** Undoes the count of a request for more that was not made. */
const uncountContinue = (task: Task): Task => ({ ...task, continues: Math.max(0, task.continues - 1) });

/** The job has made images, and all of them are stored already. */
function hasStalled(task: Task, seen: Extract<TaskEvent, { kind: "generating" }>): boolean {
  const stored = new Set(task.images.map((image) => image.source));
  return seen.images.length > 0 && seen.images.every((image) => stored.has(image.source));
}

const abandonedError: TaskError = {
  code: "internal",
  message: "The task could not be carried out because of a fault of this server.",
};

function accept(
  task: Task,
  answer: { historyId: string | null; forecastSeconds: number | null; planned: number | null },
  now: number,
): Task {
  return enter(settled(task), "running", now, {
    historyId: answer.historyId,
    forecastSeconds: answer.forecastSeconds,
    planned: answer.planned,
    acceptedAt: now,
    lookFailures: null,
    refusals: 0,
    blockedBy: null,
    submitUnconfirmedSince: null,
  });
}

function merge(stored: StoredImage[], added: StoredImage[]): StoredImage[] {
  const known = new Set(stored.map((image) => image.source));
  const fresh = added.filter((image) => !known.has(image.source));
  return [...stored, ...fresh].sort((a, b) => a.index - b.index);
}
