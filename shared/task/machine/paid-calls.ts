/**
 * The paid calls of a task: which may be sent, which images are to be copied, and what follows when all are settled.
 * A call counts as sent from the moment it is handed out, and is never sent again after that, unless it was refused so
 * that surely nothing was made. Pure.
 */
import type { TaskError } from "#shared/errors.ts";
import { cancelledError, notCopied } from "#shared/task/end-reasons.ts";
import type { PaidCall } from "#shared/task/paid-call.ts";
import { callsInTheAir, type Dispatched, type Ready } from "#shared/task/phases.ts";
import { enter } from "./changes.ts";
import { endOfCalls } from "./ends.ts";
import { generateOrder, storeOrder } from "./orders.ts";
import type { Around, Step } from "./rules.ts";

/** The answer of a call counts as lost this long after its deadline: time to begin and to report it. */
export const callMarginSeconds = 60;
/** Wait for a call that may be sent, when the limits of its session are reached. */
const limitPauseMs = 2_000;

/** A task with a slot, and all its calls still to be sent. */
export const dispatched = (task: Ready, calls: number, now: number): Dispatched =>
  enter(task, "dispatched", now, {
    calls: Array.from({ length: calls }, () => ({ state: "waiting" as const, attempt: 0, at: now, error: null })),
    made: [],
    images: [],
    leaseUntil: null,
    cancel: null,
    unanswered: 0,
  });

/** The task with other facts of one call. */
export const withCall = (task: Dispatched, place: number, facts: Partial<PaidCall>): Dispatched => ({
  ...task,
  calls: task.calls.map((call, index) => (index === place ? { ...call, ...facts } : call)),
});

/** Waiting calls are not sent any more. */
export const withoutWaiting = (task: Dispatched, error: TaskError): Dispatched => ({
  ...task,
  calls: task.calls.map((call) => (call.state === "waiting" ? { ...call, state: "refused", error } : call)),
});

/** Whether nothing of the task can have been charged, and nothing is in the air. */
export const isUnspent = ({ calls, made, images }: Dispatched): boolean =>
  made.length === 0 && images.length === 0 && calls.every(({ state }) => state === "waiting" || state === "refused");

/** What was waited for too long: calls without an answer are lost. */
export function lapsed(task: Dispatched, now: number): Dispatched {
  const calls = task.calls.map((call) =>
    call.state === "sent" && call.at <= now ? { ...call, state: "lost" as const, error: lostAnswer } : call,
  );
  return { ...task, calls };
}

const lostAnswer: TaskError = {
  code: "outcome_unknown",
  message: "The paid call was sent, and this server lost its answer.",
};

/** The next move: copy an image that is due, send calls that may be sent, end, or wait for the rest. */
export function onward(given: Dispatched, around: Around): Step {
  const { now, policy } = around;
  const task = withoutHopeless(given, now);
  const copies = task.made.filter(({ copyAt }) => copyAt <= now);
  if (copies.length > 0) {
    const lateAt = now + policy.storeLeaseSeconds * 1000;
    // Counted at the start, so that a copy without a report counts too.
    const made = task.made.map((image) =>
      image.copyAt <= now ? { ...image, copyAt: lateAt, copyAttempts: image.copyAttempts + 1 } : image,
    );
    const next = timed({ ...task, made }, now);
    const images = copies.map(({ index, source, url, width, height }) => ({
      index,
      image: { source, url, width, height },
    }));
    return { task: next, order: storeOrder(next, images, policy.storeLeaseSeconds), decided: "store" };
  }
  const { task: sent, order } = send(task, around);
  if (order !== null) return { task: timed(sent, now), order, decided: "call" };
  if (isSettled(sent)) return endOfCalls(sent, now);
  return { task: timed(sent, now), order: null, decided: "wait" };
}

/** The task when nothing is handed out. */
export const atRest = (task: Dispatched, now: number): Step =>
  isSettled(task) ? endOfCalls(task, now) : { task: timed(task, now), order: null, decided: "cancel" };

/** Images that were copied in vain for too long are given up. */
function withoutHopeless(task: Dispatched, now: number): Dispatched {
  const made = task.made.filter(({ giveUpAt }) => giveUpAt > now);
  return made.length === task.made.length ? task : { ...task, made, blockedBy: notCopied };
}

const isSettled = ({ calls, made }: Dispatched): boolean =>
  made.length === 0 && calls.every(({ state }) => state !== "waiting" && state !== "sent");

/** Hands out as many of the due calls as may be in the air. */
function send(task: Dispatched, { now, maxCalls, policy }: Around): Pick<Step, "order"> & { task: Dispatched } {
  if (task.cancel !== null) return { task: withoutWaiting(task, cancelledError), order: null };
  let free = maxCalls - callsInTheAir(task);
  const seconds = policy.callDeadlineSeconds;
  const orders: { call: number; attempt: number; deadlineSeconds: number }[] = [];
  const calls = task.calls.map((call, place): PaidCall => {
    if (call.state !== "waiting" || call.at > now) return call;
    if (free <= 0) return { ...call, at: now + limitPauseMs };
    free -= 1;
    const attempt = call.attempt + 1;
    orders.push({ call: place, attempt, deadlineSeconds: seconds });
    return { ...call, state: "sent", attempt, at: now + (seconds + callMarginSeconds) * 1000 };
  });
  const sent = { ...task, calls };
  return { task: sent, order: orders.length === 0 ? null : generateOrder(sent, orders, seconds + callMarginSeconds) };
}

/** When the task is due next: at something to do, by a tick, or at the end of a lease, by the alarm alone. */
function timed(task: Dispatched, now: number): Dispatched {
  const waiting = task.calls.filter(({ state }) => state === "waiting").map(({ at }) => at);
  const sent = task.calls.filter(({ state }) => state === "sent").map(({ at }) => at);
  const copies = task.made.map(({ copyAt }) => copyAt);
  const toDo = Math.min(...waiting, ...copies);
  const lease = Math.min(...sent);
  if (toDo <= lease) return { ...task, wakeAt: Math.max(now, toDo), leaseUntil: null };
  return { ...task, wakeAt: lease, leaseUntil: lease };
}
