/**
 * Places tasks on sessions. A session runs a limited number of jobs at once; a task without a slot is parked and costs
 * nothing. First come, first served; the session with the most free slots, ties by chance. Pure.
 */
import { soonMs } from "#consumer/limits.ts";
import type { ErrorCode, TaskError } from "#shared/errors.ts";
import type { Parked } from "#shared/task/phases.ts";
import { healthy, isDoubtful, mayProbe, type SessionState, slotsOf } from "./health.ts";

/**
 * A session with the jobs, or paid calls, it has now. `configured`: how many it runs at once, unless another number was
 * learnt.
 */
export type SessionLoad = { state: SessionState; jobs: number; configured: number };

export type Placement =
  | { kind: "assign"; session: string }
  /** Every session it may use is full, or will be back soon. */
  | { kind: "wait" }
  /** None of its sessions can be used. */
  | { kind: "none"; reason: TaskError | null };

/**
 * @param sessions the known ones; any other is healthy and idle.
 * @param configured jobs an unknown session runs at once.
 * @param chance a random number from 0 up to 1, to break ties.
 */
export function place(
  task: Pick<Parked, "candidates" | "excludedSessions" | "blockedBy">,
  sessions: ReadonlyMap<string, SessionLoad>,
  { configured, now, chance }: { configured: number; now: number; chance: number },
): Placement {
  const candidates = task.candidates.map((tag) => ({
    tag,
    ...(sessions.get(tag) ?? { state: healthy, jobs: 0, configured }),
  }));
  const usable = candidates.filter(({ tag }) => !task.excludedSessions.includes(tag));
  const open = usable.filter(({ state }) => (state.outUntil ?? 0) <= now);
  const free = open
    .map(({ tag, state, jobs, configured: own }) => ({ tag, slots: slotsOf(state, own, now) - jobs }))
    .filter(({ slots }) => slots > 0);
  const session = pick(free, chance);
  if (session !== null) return { kind: "assign", session };
  const isThereSoon = ({ state }: SessionLoad) => (state.outUntil ?? 0) <= now + soonMs;
  // Only one task probes a session; the others wait for its result.
  const isAsked = ({ state, jobs }: SessionLoad) => mayProbe(state, now) && jobs > 0;
  if (usable.some(isThereSoon)) return { kind: "wait" };
  const probe = usable.find(({ state, jobs }) => mayProbe(state, now) && jobs === 0);
  if (probe !== undefined) return { kind: "assign", session: probe.tag };
  if (usable.some((one) => isAsked(one) || isDoubtful(one.state))) return { kind: "wait" };
  return { kind: "none", reason: clearestReason([task.blockedBy, ...candidates.map(({ state }) => state.reason)]) };
}

function pick(free: { tag: string; slots: number }[], chance: number): string | null {
  const most = Math.max(...free.map(({ slots }) => slots));
  const idlest = free.filter(({ slots }) => slots === most);
  return (idlest[Math.floor(chance * idlest.length)] ?? idlest[0])?.tag ?? null;
}

/** Ranks reasons by how much they help the caller to act. */
const usefulness: Partial<Record<ErrorCode, number>> = {
  insufficient_credits: 4,
  risk_control: 3,
  model_not_available: 2,
  session_expired: 1,
  key_refused: 1,
};

export function clearestReason(reasons: (TaskError | null)[]): TaskError | null {
  const known = reasons.filter((reason) => reason !== null);
  const rank = ({ code }: TaskError) => usefulness[code] ?? 0;
  return known.toSorted((a, b) => rank(b) - rank(a))[0] ?? null;
}
