/**
 * How a session does, over all the tasks of its owner: how many jobs it may run, whether it is out and until when.
 * Learnt from what submits and looks were answered; a session that is out is not asked anything new. Pure.
 */
import * as z from "zod";
import { type ErrorCode, type TaskError, taskErrorSchema } from "../../../shared/errors.ts";
import { backoffSeconds } from "../../../shared/task/backoff.ts";
import type { Failure, Observation } from "../../../shared/task/events.ts";

export const sessionStateSchema = z.object({
  /** Jobs at once, as an upstream refusal taught; null: as many as configured. */
  learntSlots: z.int().nullable(),
  /** When that was learnt, or last raised. */
  learntAt: z.number(),
  /** Not used before this moment; null: not out. */
  outUntil: z.number().nullable(),
  /** Why it is out, and when it was last refused for it. */
  reason: taskErrorSchema.nullable(),
  refusedAt: z.number(),
  /** How often in a row it had to cool down. */
  coolDowns: z.int(),
});
export type SessionState = z.infer<typeof sessionStateSchema>;

export const healthy: SessionState = {
  learntSlots: null,
  learntAt: 0,
  outUntil: null,
  reason: null,
  refusedAt: 0,
  coolDowns: 0,
};

const hourMs = 60 * 60 * 1000;
/** A login does not come back by itself, but a wrong answer now and then does no lasting harm. */
const expiredForMs = hourMs;
/** An account's limit may have been lowered by jobs of somebody else: it is tried out again, one job more at a time. */
const raiseAfterMs = hourMs / 2;
const firstRiskSeconds = 60;
const mostRiskSeconds = 3600;
const firstBusySeconds = 30;
const mostBusySeconds = 600;

type Around = {
  now: number;
  /** Other jobs of ours that run on the session. */
  running: number;
};

/** @returns the same object when nothing was learnt. */
export function learn(state: SessionState, seen: Observation, around: Around): SessionState {
  switch (seen.kind) {
    case "accepted":
    case "uploaded":
      return state.coolDowns === 0 && state.outUntil === null
        ? state
        : { ...state, outUntil: null, reason: null, coolDowns: 0 };
    case "refused":
    case "notUploaded":
      return afterRefusal(state, seen.failure, around);
    case "failed":
      // A job may be refused late, for a reason that concerns the whole account.
      return seen.failure.error.code === "risk_control" ? afterRefusal(state, seen.failure, around) : state;
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

function afterRefusal(state: SessionState, failure: Failure, { now, running }: Around): SessionState {
  const { verdict, error, retryAfterSeconds } = failure;
  const out = (forMs: number): SessionState => ({
    ...state,
    outUntil: Math.max(state.outUntil ?? 0, now + forMs),
    reason: error,
    refusedAt: now,
    coolDowns: state.coolDowns + 1,
  });
  const coolDown = (firstSeconds: number, mostSeconds: number): SessionState => {
    // Refusals of calls that were under way together are one.
    if (state.outUntil !== null && state.outUntil > now) return state;
    return out((retryAfterSeconds ?? backoffSeconds(state.coolDowns + 1, firstSeconds, mostSeconds)) * 1000);
  };
  if (verdict === "full") {
    const learnt = { ...state, learntSlots: Math.max(1, running), learntAt: now };
    if (running > 0) return learnt;
    // Somebody else's jobs fill it: nothing of ours will end and make room.
    return { ...coolDown(firstBusySeconds, mostBusySeconds), learntSlots: 1, learntAt: now };
  }
  switch (error.code) {
    case "session_expired":
      return out(expiredForMs);
    case "insufficient_credits":
      return verdict === "session" ? out(nextGiftAt(now) - now) : state;
    case "risk_control":
      return coolDown(firstRiskSeconds, mostRiskSeconds);
    case "rate_limited":
      return coolDown(firstBusySeconds, mostBusySeconds);
    default:
      return state;
  }
}

/** The upstream gives credits by the day of Beijing, on every site. */
const beijingOffsetMs = 8 * hourMs;
const dayMs = 24 * hourMs;
const nextGiftAt = (now: number): number => (Math.floor((now + beijingOffsetMs) / dayMs) + 1) * dayMs - beijingOffsetMs;

/** Jobs the session may run at once now. */
export function slotsOf({ learntSlots, learntAt }: SessionState, configured: number, now: number): number {
  if (learntSlots === null) return configured;
  const raised = Math.max(0, Math.floor((now - learntAt) / raiseAfterMs));
  return Math.min(configured, learntSlots + raised);
}

/** Somebody may have bought credits or logged in again in the meantime. */
const probeAfterMs = 60_000;

/** Whether a session that is out for long may be asked once more, when there is no other: never under risk control. */
export const mayProbe = ({ reason, refusedAt }: SessionState, now: number): boolean =>
  reason?.code !== "risk_control" && now - refusedAt >= probeAfterMs;

/** Which of several reasons tells a caller most about what to do: the least hopeless first. */
const usefulness: Partial<Record<ErrorCode, number>> = {
  insufficient_credits: 4,
  risk_control: 3,
  model_not_available: 2,
  session_expired: 1,
};

export function mostUseful(reasons: (TaskError | null)[]): TaskError | null {
  const known = reasons.filter((reason) => reason !== null);
  const rank = ({ code }: TaskError) => usefulness[code] ?? 0;
  return known.toSorted((a, b) => rank(b) - rank(a))[0] ?? null;
}
