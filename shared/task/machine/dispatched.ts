/** Paid calls were handed out, or wait for it; each is sent at most once, and its images are copied as they arrive. */
import type { ErrorCode } from "#shared/errors.ts";
import { backoffSeconds } from "#shared/task/backoff.ts";
import { cancelledError, notCopied } from "#shared/task/end-reasons.ts";
import type { Failure, Observation } from "#shared/task/events.ts";
import type { PaidCall } from "#shared/task/paid-call.ts";
import type { Dispatched } from "#shared/task/phases.ts";
import { markCancelWanted } from "./cancelling.ts";
import { changed } from "./changes.ts";
import { fail } from "./ends.ts";
import { merged } from "./image-list.ts";
import { atRest, isUnspent, lapsed, onward, withCall, withoutWaiting } from "./paid-calls.ts";
import type { Around, PhaseRules, Reaction, Step } from "./rules.ts";
import { afterRefusal } from "./unaccepted.ts";

type Seen<Kind extends Observation["kind"]> = Extract<Observation, { kind: Kind }>;
/** What was not begun is begun again after this. */
const againMs = 1_000;

type OfCall = { call: number; attempt: number };

export const dispatched: PhaseRules<Dispatched> = {
  sees: {
    begun: {
      leadsTo: ["dispatched", "completed", "failed", "cancelled"],
      on: (task, _seen, around) => ({
        known: null,
        next: onward({ ...lapsed(task, around.now), unanswered: 0 }, around),
      }),
    },
    cancelled: {
      leadsTo: ["dispatched", "completed", "failed", "cancelled"],
      on(task, _seen, { now }) {
        if (isUnspent(task)) return { known: null, next: fail(task, now, cancelledError) };
        const marked = markCancelWanted(task, now);
        return marked && { known: null, next: atRest(withoutWaiting(marked, cancelledError), now) };
      },
    },
    made: {
      leadsTo: ["dispatched", "completed", "failed"],
      on(task, seen, around) {
        if (!mayHaveImages(task, seen)) return null;
        const there = new Set([...task.images, ...task.made].map(({ source }) => source));
        const fresh = seen.images.filter(({ image }) => !there.has(image.source));
        const made = fresh.map(({ index, image }) => ({
          index,
          ...image,
          copyAt: around.now,
          copyAttempts: 0,
          giveUpAt: around.now + around.policy.paidCopyMs,
        }));
        const known = changed(task, around.now, { made: [...task.made, ...made], blockedBy: null, refusals: 0 });
        return { known, next: onward(known, around) };
      },
    },
    notMade: {
      leadsTo: ["dispatched", "completed", "failed"],
      on(task, seen, around) {
        if (!isOpen(task, seen)) return null;
        const known = withCall(task, seen.call, { error: seen.failure.error });
        return { known, next: onward(known, around) };
      },
    },
    answered: {
      leadsTo: ["dispatched", "completed", "failed", "cancelled"],
      on: (task, seen, around) => settledCall(task, seen, { state: "answered" }, around),
    },
    callRefused: {
      leadsTo: ["dispatched", "parked", "completed", "failed", "cancelled"],
      on: callRefused,
    },
    callLost: {
      leadsTo: ["dispatched", "completed", "failed"],
      on: (task, seen, around) => settledCall(task, seen, { state: "lost", error: seen.failure.error }, around),
    },
    stored: {
      leadsTo: ["dispatched", "completed", "failed", "cancelled"],
      on: stored,
    },
    unsent: {
      leadsTo: ["dispatched", "completed", "failed", "cancelled"],
      on(task, { calls = [] }, around) {
        const { now } = around;
        const isUnsent = (call: PaidCall, place: number) =>
          call.state === "sent" && calls.some((one) => one.call === place && one.attempt === call.attempt);
        const known: Dispatched = {
          ...task,
          calls: task.calls.map((call, place) =>
            isUnsent(call, place) ? { ...call, state: "waiting", at: now + againMs } : call,
          ),
          made: calls.length > 0 ? task.made : task.made.map((image) => ({ ...image, copyAt: now + againMs })),
        };
        return { known, next: onward(known, around) };
      },
    },
    abandoned: { leadsTo: ["dispatched", "completed", "failed", "cancelled"], on: lookAgain },
    silent: { leadsTo: ["dispatched", "completed", "failed", "cancelled"], on: lookAgain },
  },
  deadline: {
    says: "two hours since the last image was made; without one as `parked`; never while a call is in the air",
    leadsTo: ["completed", "failed", "cancelled"],
    of({ calls, made, createdAt }, { maxWaitMs }) {
      if (calls.some(({ state }) => state === "sent")) return Number.POSITIVE_INFINITY;
      return made.length > 0 ? Math.max(...made.map(({ giveUpAt }) => giveUpAt)) : createdAt + maxWaitMs;
    },
  },
};

/** Whether a report is of the present attempt of a call that has no answer yet, though it may count as lost. */
function isOpen({ calls }: Dispatched, { call, attempt }: OfCall): boolean {
  const found = calls[call];
  return found !== undefined && found.attempt === attempt && (found.state === "sent" || found.state === "lost");
}

/** Images may be reported again, after the end of their call. */
const mayHaveImages = (task: Dispatched, seen: OfCall): boolean =>
  isOpen(task, seen) ||
  (task.calls[seen.call]?.state === "answered" && task.calls[seen.call]?.attempt === seen.attempt);

function settledCall(task: Dispatched, seen: OfCall, facts: Partial<PaidCall>, around: Around): Reaction | null {
  if (!isOpen(task, seen)) return null;
  // An answer after all: it was not lost.
  const found = task.calls[seen.call]?.state === "lost" ? withCall(task, seen.call, { error: null }) : task;
  const known = changed(withCall(found, seen.call, facts), around.now, {});
  return { known, next: onward(known, around) };
}

/** Refusals that every other call with the same request would get. */
const sameForAll: readonly ErrorCode[] = [
  ...(["invalid_value", "prompt_moderated", "input_moderated", "model_not_available"] as const),
  ...(["key_refused", "insufficient_credits", "internal"] as const),
];

function callRefused(task: Dispatched, seen: Seen<"callRefused">, around: Around): Reaction | null {
  if (!isOpen(task, seen)) return null;
  const { now, policy } = around;
  const { failure } = seen;
  const { error } = failure;
  const isPassing = failure.verdict === "again" || failure.verdict === "full";
  const isRate = error.code === "rate_limited";
  const refusals = isPassing && !isRate ? task.refusals + 1 : task.refusals;
  const isEnough = refusals >= policy.submitAttempts;
  const noted = { ...task, refusals, blockedBy: error };
  if (isPassing && !(isEnough && !isRate)) {
    const after = failure.retryAfterSeconds ?? backoffSeconds(Math.max(1, attemptOf(task, seen)), 2, 60);
    const known = postponed(withCall(noted, seen.call, { state: "waiting", at: now }), now + after * 1000);
    return { known, next: isUnspent(known) ? afterUnspent(known, failure, around) : onward(known, around) };
  }
  const settled = withCall(noted, seen.call, { state: "refused", error });
  const known = sameForAll.includes(error.code) ? withoutWaiting(settled, error) : settled;
  const isElsewhere = failure.verdict === "session" && isUnspent(known);
  return { known, next: isElsewhere ? afterUnspent(known, failure, around) : onward(known, around) };
}

const attemptOf = (task: Dispatched, { call }: OfCall): number => task.calls[call]?.attempt ?? 1;

/** After a refusal for a temporary reason no other call of the task is sent sooner. */
const postponed = (task: Dispatched, until: number): Dispatched => ({
  ...task,
  calls: task.calls.map((call) => (call.state === "waiting" ? { ...call, at: Math.max(call.at, until) } : call)),
});

/** No call is in the air and nothing was charged: another session may take the task. */
function afterUnspent(task: Dispatched, failure: Failure, around: Around): Step {
  const isForOthers = failure.verdict !== "again" || failure.error.code === "rate_limited";
  if (!isForOthers) return onward(task, around);
  return afterRefusal(task, failure, { now: around.now, isEnough: false, afterSeconds: 0 });
}

function stored(task: Dispatched, seen: Seen<"stored">, around: Around): Reaction {
  const { now } = around;
  const there = new Set(seen.images.map(({ source }) => source));
  const missing = new Set(seen.missingSources ?? []);
  const made = task.made
    .filter(({ source }) => !there.has(source))
    .map((image) =>
      missing.has(image.source) ? { ...image, copyAt: now + backoffSeconds(image.copyAttempts, 1, 300) * 1000 } : image,
    );
  const images = merged(task.images, seen.images);
  const known = changed(task, now, { images, made, blockedBy: missing.size > 0 ? notCopied : null });
  return { known, next: onward(known, around) };
}

/** The alarm found a lease ended, or a tick was lost. Without an order: the next tick, or the alarm, hands it out. */
function lookAgain(task: Dispatched, _seen: object, around: Around): Reaction {
  const known = { ...lapsed(task, around.now), unanswered: task.unanswered + 1 };
  const next = onward(known, { ...around, maxCalls: 0 });
  if (next.order === null) return { known, next };
  return { known, next: { task: { ...known, wakeAt: around.now, leaseUntil: null }, order: null, decided: "nudge" } };
}
