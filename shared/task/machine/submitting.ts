/** A consumer has the order to submit; whether the upstream has the job is not known yet. */
import { backoffSeconds } from "#shared/task/backoff.ts";
import type { Failure } from "#shared/task/events.ts";
import { firstRecoverSeconds, recoverAfterRefusalSeconds } from "#shared/task/limits.ts";
import type { Submitting } from "#shared/task/phases.ts";
import { accept } from "./accept.ts";
import { markCancelWanted } from "./cancelling.ts";
import { fail } from "./ends.ts";
import { generated, whileGenerating } from "./images.ts";
import { pollOrder } from "./orders.ts";
import { pollAtPace, recoverAfter, unavailable } from "./polls.ts";
import type { Around, PhaseRules, Reaction } from "./rules.ts";
import { afterRefusal, submitAfter } from "./unaccepted.ts";
import { abandoned, begin, silent } from "./unreported.ts";
import { countLookFailure, lookFailureCount, settled } from "./wake-ups.ts";

export const submitting: PhaseRules<Submitting> = {
  sees: {
    begun: {
      leadsTo: ["submitting", "failed"],
      on(task, { leaseSeconds }, around) {
        // The lease of a submit ran out without a report: the job may exist.
        const unsure = { ...task, submitUnconfirmedSince: task.submitUnconfirmedSince ?? around.now };
        return begin(unsure, around, leaseSeconds, (begun) => pollOrder(begun, "recover", leaseSeconds));
      },
    },
    cancelled: {
      leadsTo: ["submitting"],
      on(task, _seen, { now }) {
        const marked = markCancelWanted(task, now);
        return marked && { known: null, next: { task: marked, order: null, decided: "cancel" } };
      },
    },
    accepted: {
      leadsTo: ["running"],
      on(task, seen, around) {
        const known = accept(task, seen, around.now);
        return { known, next: pollAtPace(known, around) };
      },
    },
    refused: { leadsTo: ["submitting", "ready", "parked", "failed", "cancelled"], on: refused },
    unsure: {
      leadsTo: ["submitting"],
      on(task, { failure }, { now }) {
        const since = task.submitUnconfirmedSince ?? now;
        const known = {
          ...settled(task),
          lookFailures: null,
          blockedBy: failure.error,
          submitUnconfirmedSince: since,
        };
        return { known, next: recoverAfter(known, now, firstRecoverSeconds) };
      },
    },
    absent: {
      leadsTo: ["submitting", "ready", "cancelled"],
      on(task, _seen, { now, policy }) {
        const known = countLookFailure(task, "absent");
        const count = lookFailureCount(known);
        if (count >= policy.recoverPolls && known.resubmits < policy.maxResubmits) {
          return { known, next: submitAfter(known, now, 0) };
        }
        return { known, next: recoverAfter(known, now, backoffSeconds(count, firstRecoverSeconds, 15)) };
      },
    },
    generating: {
      leadsTo: ["running"],
      on(task, seen, around) {
        const known = accept(task, seen, around.now);
        return { known, next: whileGenerating(known, seen, around) };
      },
    },
    generated: {
      leadsTo: ["storing"],
      on: (task, seen, around) =>
        generated(accept(task, { ...seen, forecastSeconds: null }, around.now), seen, around, null),
    },
    failed: {
      leadsTo: ["failed", "cancelled"],
      on(task, { failure }, { now }) {
        const known = { ...settled(task), blockedBy: failure.error };
        return { known, next: fail(known, now, failure.error) };
      },
    },
    unavailable: {
      leadsTo: ["submitting", "failed"],
      on: (task, { failure }, around) =>
        unavailable(task, failure, around, (known, seconds) => recoverAfter(known, around.now, seconds)),
    },
    unsent: {
      leadsTo: ["submitting", "ready", "cancelled"],
      on(task, { order }, { now }) {
        const known = settled(task);
        return { known, next: order === "submit" ? submitAfter(known, now, 1) : recoverAfter(known, now, 1) };
      },
    },
    abandoned: {
      leadsTo: ["submitting", "failed"],
      on: (task, _seen, around) => abandoned(task, around, (known) => recoverAfter(known, around.now, 0)),
    },
    silent: { leadsTo: ["submitting"], on: silent },
  },
  deadline: {
    says: "`TASK_TIMEOUT_MINUTES` since the reply was lost; before that as `parked`",
    leadsTo: ["failed"],
    of: ({ submitUnconfirmedSince: since, createdAt }, { timeoutMs, maxWaitMs }) =>
      since === null ? createdAt + maxWaitMs : since + timeoutMs,
  },
};

function refused(task: Submitting, { failure }: { failure: Failure }, { now, policy }: Around): Reaction {
  const { retryAfterSeconds } = failure;
  const known = noteRefusal(task, failure);
  // An earlier submit may have arrived after all: search for it first.
  if (known.submitUnconfirmedSince !== null) {
    return { known, next: recoverAfter(known, now, retryAfterSeconds ?? recoverAfterRefusalSeconds) };
  }
  const isEnough = known.refusals >= policy.submitAttempts;
  const afterSeconds = backoffSeconds(known.refusals, 5, 60);
  return { known, next: afterRefusal(known, failure, { now, isEnough, afterSeconds }) };
}

function noteRefusal(task: Submitting, failure: Failure): Submitting {
  const { error } = failure;
  const submitUnconfirmedSince = stillUnconfirmedSince(task, failure);
  const known = { ...settled(task), blockedBy: error, submitUnconfirmedSince, lookFailures: null };
  if (error.code === "rate_limited" || submitUnconfirmedSince !== null) return known;
  // The refusal may concern the reference images: upload them again.
  return { ...known, refusals: task.refusals + 1, uploads: [] };
}

/**
 * Since when it is unknown whether a job of an earlier, lost submit exists; null when it is known. A refusal of a
 * submit that was sent again may be caused by that job: it took the slot, or the last credits.
 */
function stillUnconfirmedSince(task: Submitting, { verdict, error }: Failure): number | null {
  const isItsOwn = verdict === "refused" || error.code === "session_expired";
  return task.resubmits > 0 && !isItsOwn ? task.submitUnconfirmedSince : null;
}
