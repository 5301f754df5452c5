/**
 * The health of a session over all tasks of its owner: the number of jobs it may run, and a pause with its end and
 * reason, learnt from the answers to submits and polls. A paused session gets no new task. Pure.
 */

import * as z from "zod";
import {
  beijingOffsetMs,
  dayMs,
  expiredForMs,
  firstBusySeconds,
  firstCallSeconds,
  firstRiskSeconds,
  maxBusySeconds,
  maxCallSeconds,
  maxRiskSeconds,
  probeAfterMs,
  raiseAfterMs,
} from "#consumer/limits.ts";
import { type TaskError, taskErrorSchema } from "#shared/errors.ts";
import { backoffSeconds } from "#shared/task/backoff.ts";
import type { Failure, Observation } from "#shared/task/events.ts";

export const sessionStateSchema = z.object({
  /** Jobs at once, learnt from a refusal; null: as many as configured. */
  learntSlots: z.int().nullable().default(null),
  /** When the limit was learnt. */
  learntAt: z.number().default(0),
  /** The session is paused until then; null: not paused. */
  outUntil: z.number().nullable().default(null),
  /** The reason of the pause. */
  reason: taskErrorSchema.nullable().catch(null),
  /** When it was last refused for it. */
  refusedAt: z.number().default(0),
  /** Whether a later probe was refused too. */
  isConfirmed: z.boolean().default(false),
  /** Cool-downs in a row. */
  coolDowns: z.int().default(0),
});
export type SessionState = z.infer<typeof sessionStateSchema>;

export const healthy: SessionState = {
  learntSlots: null,
  learntAt: 0,
  outUntil: null,
  reason: null,
  refusedAt: 0,
  isConfirmed: false,
  coolDowns: 0,
};

type Around = {
  now: number;
  /** The owner's other jobs, or paid calls in the air, on the session. */
  running: number;
};

/** Cool-downs after a rate limit, in seconds: of a session, and of a key. */
const jobPause = { first: firstBusySeconds, max: maxBusySeconds };
const callPause = { first: firstCallSeconds, max: maxCallSeconds };

/** @returns the same object when nothing was learnt. */
export function learn(state: SessionState, seen: Observation, around: Around): SessionState {
  switch (seen.kind) {
    case "accepted":
    case "made":
      return afterAcceptance(state, around.now);
    case "refused":
    case "notUploaded":
      return afterRefusal(state, seen.failure, around, jobPause);
    case "callRefused":
      return afterRefusal(state, seen.failure, around, callPause);
    case "failed":
      // A job may be refused late, for a reason that concerns the whole account.
      return seen.failure.error.code === "risk_control" ? afterRefusal(state, seen.failure, around, jobPause) : state;
    case "uploaded":
    case "notMade":
    case "answered":
    case "callLost":
    case "unsure":
    case "absent":
    case "generating":
    case "generated":
    case "unavailable":
    case "continued":
    case "notContinued":
    case "cancelAsked":
    case "stored":
    case "unsent":
    case "abandoned":
    case "silent":
      return state;
  }
}

function afterAcceptance(state: SessionState, now: number): SessionState {
  const isOut = state.outUntil !== null && state.outUntil > now;
  // Parallel calls may be accepted and refused: the cool-down stays.
  const isCooling = isOut && (state.reason?.code === "risk_control" || state.reason?.code === "rate_limited");
  if (isCooling || (state.outUntil === null && state.coolDowns === 0)) return state;
  return { ...state, outUntil: null, reason: null, isConfirmed: false, coolDowns: 0 };
}

function afterRefusal(
  state: SessionState,
  failure: Failure,
  { now, running }: Around,
  pause: typeof jobPause,
): SessionState {
  const { verdict, error, retryAfterSeconds } = failure;
  const isLater = now - state.refusedAt >= probeAfterMs;
  const out = (forMs: number): SessionState => ({
    ...state,
    outUntil: Math.max(state.outUntil ?? 0, now + forMs),
    reason: error,
    // Refusals of parallel calls count once.
    refusedAt: isLater ? now : state.refusedAt,
    isConfirmed: state.isConfirmed || (isLater && state.reason?.code === error.code),
  });
  const coolDown = (firstSeconds: number, maxSeconds: number): SessionState => {
    const asked = (retryAfterSeconds ?? 0) * 1000;
    if (state.outUntil !== null && state.outUntil > now) {
      return now + asked > state.outUntil ? { ...state, outUntil: now + asked } : state;
    }
    const usual = backoffSeconds(state.coolDowns + 1, firstSeconds, maxSeconds) * 1000;
    return { ...out(asked || usual), refusedAt: now, coolDowns: state.coolDowns + 1 };
  };
  if (verdict === "full") {
    const learnt = { ...state, learntSlots: Math.max(1, running), learntAt: now };
    if (running > 0) return learnt;
    // Other jobs of the account fill it: none of this owner's jobs will free a slot.
    return { ...coolDown(pause.first, pause.max), learntSlots: 1, learntAt: now };
  }
  switch (error.code) {
    case "session_expired":
    case "key_refused":
      return out(expiredForMs);
    case "insufficient_credits":
      return verdict === "session" ? out(nextGiftAt(now) - now) : state;
    case "risk_control":
      return coolDown(firstRiskSeconds, maxRiskSeconds);
    case "rate_limited":
      return coolDown(pause.first, pause.max);
    default:
      return state;
  }
}

type Check = { isAlive: boolean | null; error: TaskError | null; credits: number | null };

/**
 * After a question about the session alone: a dead one is paused like one that a task found dead; a live one that was
 * paused for that, or for credits that it has now, is not paused any more.
 * @returns the same object when nothing was learnt.
 */
export function afterCheck(state: SessionState, { isAlive, error, credits }: Check, now: number): SessionState {
  if (isAlive === false && error !== null) {
    return { ...state, outUntil: now + expiredForMs, reason: error, refusedAt: now, isConfirmed: true };
  }
  const code = state.reason?.code;
  const isBack =
    code === "session_expired" || code === "key_refused" || (code === "insufficient_credits" && credits !== 0);
  if (isAlive !== true || state.outUntil === null || !isBack) return state;
  return { ...state, outUntil: null, reason: null, isConfirmed: false, coolDowns: 0 };
}

const nextGiftAt = (now: number): number => (Math.floor((now + beijingOffsetMs) / dayMs) + 1) * dayMs - beijingOffsetMs;

/** Jobs the session may run at once now. */
export function slotsOf(state: SessionState, configured: number, now: number): number {
  const { learntSlots, learntAt, coolDowns, reason } = state;
  // After a refusal by risk control one job tries whether it is over.
  if (coolDowns > 0 && reason?.code === "risk_control") return 1;
  if (learntSlots === null) return configured;
  const raised = Math.max(0, Math.floor((now - learntAt) / raiseAfterMs));
  return Math.min(configured, learntSlots + raised);
}

const isOutForLong = ({ reason }: SessionState): boolean =>
  reason?.code === "session_expired" || reason?.code === "key_refused" || reason?.code === "insufficient_credits";

/** Whether a session without login or credits may be probed, when no other can be used. */
export const mayProbe = (state: SessionState, now: number): boolean =>
  isOutForLong(state) && now - state.refusedAt >= probeAfterMs;

/**
 * Whether tasks that only this session can run should wait: one refusal may be chance or the fault of that task; a
 * second one a minute later confirms it.
 */
export const isDoubtful = (state: SessionState): boolean => isOutForLong(state) && !state.isConfirmed;

/** When waiting tasks may use or probe the session, Unix milliseconds; null: now. */
export function returnsAt(state: SessionState): number | null {
  if (state.outUntil === null || !isDoubtful(state)) return state.outUntil;
  return Math.min(state.outUntil, state.refusedAt + probeAfterMs);
}
