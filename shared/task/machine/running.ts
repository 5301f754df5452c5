/** The upstream accepted the job and works on it. */
import type { Failure } from "#shared/task/events.ts";
import { firstRecoverSeconds } from "#shared/task/limits.ts";
import type { Running } from "#shared/task/phases.ts";
import { failedJob, jobToCancel, markCancelWanted } from "./cancelling.ts";
import { changed } from "./changes.ts";
import { giveUp } from "./ends.ts";
import { generated, stored, whileGenerating } from "./images.ts";
import { cancelOrder, pollOrder } from "./orders.ts";
import { absentJob, pollAfter, pollAtPace, unavailableJob, unsentJob } from "./polls.ts";
import type { Around, PhaseRules, Reaction } from "./rules.ts";
import { stalledSince, uncountContinue } from "./standstill.ts";
import { abandoned, begin, silent } from "./unreported.ts";
import { settled, wake } from "./wake-ups.ts";

export const running: PhaseRules<Running> = {
  sees: {
    begun: {
      leadsTo: ["running", "completed", "failed", "cancelled"],
      on: (task, { leaseSeconds }, around) =>
        begin(task, around, leaseSeconds, (begun) => {
          const historyId = jobToCancel(begun);
          // Repeated until it is reported: a second request costs nothing.
          return historyId === null
            ? pollOrder(begun, "poll", leaseSeconds)
            : cancelOrder(begun, historyId, leaseSeconds);
        }),
    },
    cancelled: {
      leadsTo: ["running"],
      on(task, _seen, { now }) {
        const marked = markCancelWanted(task, now);
        const isLeased = task.leaseUntil !== null && task.leaseUntil > now;
        // The consumer that holds the lease reports soon, and the next wake-up follows at once.
        const woken = marked && (isLeased ? marked : wake(marked, now, 0));
        return woken && { known: null, next: { task: woken, order: null, decided: "cancel" } };
      },
    },
    absent: {
      leadsTo: ["running", "completed", "cancelled"],
      on: absentJob,
    },
    generating: {
      leadsTo: ["running", "completed"],
      on(task, seen, around) {
        const known = changed(settled(task), around.now, {
          lookFailures: null,
          blockedBy: null,
          stalledSince: stalledSince(task, seen, around.now),
          queuePosition: seen.queuePosition,
          planned: seen.planned ?? task.planned,
          forecastSeconds: task.forecastSeconds ?? seen.forecastSeconds,
          historyId: task.historyId ?? seen.historyId,
        });
        return { known, next: whileGenerating(known, seen, around) };
      },
    },
    generated: {
      leadsTo: ["storing", "completed"],
      on: (task, seen, around) => generated(settled(task), seen, around, null),
    },
    failed: {
      leadsTo: ["completed", "failed", "cancelled"],
      on: failedJob,
    },
    unavailable: {
      leadsTo: ["running", "completed", "failed", "cancelled"],
      on: unavailableJob,
    },
    continued: {
      leadsTo: ["running"],
      on(task, _seen, around) {
        const known = { ...settled(task), lookFailures: null, refusals: 0 };
        return { known, next: pollAtPace(known, around) };
      },
    },
    notContinued: { leadsTo: ["running", "completed", "failed", "cancelled"], on: notContinued },
    cancelAsked: {
      leadsTo: ["running"],
      on(task, _seen, { now }) {
        const known: Running = { ...settled(task), cancel: "asked" };
        return { known, next: pollAfter(known, now, firstRecoverSeconds) };
      },
    },
    stored: { leadsTo: ["running"], on: stored },
    unsent: {
      leadsTo: ["running"],
      on: unsentJob,
    },
    abandoned: {
      leadsTo: ["running", "completed", "failed", "cancelled"],
      on: (task, _seen, around) => abandoned(task, around, (known) => pollAfter(known, around.now, 0)),
    },
    silent: { leadsTo: ["running"], on: silent },
  },
  deadline: {
    says: "`TASK_TIMEOUT_MINUTES` since acceptance",
    leadsTo: ["completed", "failed", "cancelled"],
    of: ({ acceptedAt }, { timeoutMs }) => acceptedAt + timeoutMs,
  },
};

/** The stored images are paid for: a job that may not continue is delivered with them. */
function notContinued(
  task: Running,
  { answered, failure }: { answered: boolean; failure: Failure },
  { now, policy }: Around,
): Reaction {
  const { error, verdict, retryAfterSeconds } = failure;
  const noted = { ...settled(task), blockedBy: error };
  // A refusal costs nothing, so undo the count. After a lost reply we cannot tell, so keep it.
  const refusals = answered && error.code !== "rate_limited" ? noted.refusals + 1 : noted.refusals;
  const known = { ...(answered ? uncountContinue(noted) : noted), refusals };
  const isPassing = verdict === "again" || verdict === "full";
  if (answered && (!isPassing || refusals >= policy.submitAttempts)) return { known, next: giveUp(known, now) };
  return { known, next: pollAfter(known, now, retryAfterSeconds ?? 15) };
}
