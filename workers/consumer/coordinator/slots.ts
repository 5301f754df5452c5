/**
 * Places tasks on sessions. A session runs a limited number of jobs at once; a task without a slot is parked and costs
 * nothing. First come, first served; the session with the most free slots, ties by chance. Pure.
 */
import { soonMs } from "#consumer/limits.ts";
import type { ErrorCode, TaskError } from "#shared/errors.ts";
import type { Parked } from "#shared/task/phases.ts";
import { type PoolPlace, placeIn, placeTag } from "#shared/task/pool.ts";
import { healthy, isDoubtful, mayProbe, type SessionState, slotsOf } from "./health.ts";

/**
 * A session with the jobs, or paid calls, it has now. `configured`: how many it runs at once, unless another number was
 * learnt. `member`: of the pool; null for one that callers sent.
 */
export type SessionLoad = {
  state: SessionState;
  jobs: number;
  configured: number;
  member: (PoolPlace & { weight: number; isPaused: boolean; isRemoved: boolean }) | null;
};

export type Placement =
  | { kind: "assign"; session: string }
  /** Every session it may use is full, or will be back soon. */
  | { kind: "wait" }
  /** None can be used until the pool's administrator resumes or adds one. */
  | { kind: "waitForPool" }
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
  const all = candidatesOf(task.candidates, sessions, configured);
  const candidates = all.filter(({ member }) => member?.isPaused !== true);
  const usable = candidates.filter(({ tag }) => !task.excludedSessions.includes(tag));
  const open = usable.filter(({ state }) => (state.outUntil ?? 0) <= now);
  const free = open
    .map(({ tag, state, jobs, configured: own, member }) => ({
      tag,
      slots: slotsOf(state, own, now) - jobs,
      weight: member?.weight ?? 1,
    }))
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
  const isPausedOnly = ({ tag, member }: { tag: string } & SessionLoad) =>
    member?.isPaused === true && !task.excludedSessions.includes(tag);
  if (all.some(isPausedOnly) || (all.length === 0 && task.candidates.length > 0)) return { kind: "waitForPool" };
  return { kind: "none", reason: clearestReason([task.blockedBy, ...candidates.map(({ state }) => state.reason)]) };
}

/**
 * The sessions that these candidates name, each once, without removed members. A place stands for the members of the
 * pool there, and so does a member: what was taken over into the pool is one of its place.
 */
function candidatesOf(candidates: readonly string[], sessions: ReadonlyMap<string, SessionLoad>, configured: number) {
  const places = new Set(
    candidates.flatMap((candidate) => {
      const place = placeIn(candidate) ?? sessions.get(candidate)?.member ?? null;
      return place === null ? [] : placeTag(place);
    }),
  );
  const ofPool = places.size === 0 ? [] : [...sessions].filter(([, { member }]) => isAt(member, places));
  const found = new Map<string, SessionLoad>(ofPool);
  for (const tag of candidates) {
    const load = sessions.get(tag) ?? { state: healthy, jobs: 0, configured, member: null };
    if (placeIn(tag) === null && load.member?.isRemoved !== true) found.set(tag, load);
  }
  return [...found].map(([tag, load]) => ({ tag, ...load }));
}

const isAt = (member: SessionLoad["member"], places: ReadonlySet<string>): boolean =>
  member !== null && !member.isRemoved && places.has(placeTag(member));

function pick(free: { tag: string; slots: number; weight: number }[], chance: number): string | null {
  const most = free.reduce((max, { slots }) => Math.max(max, slots), 0);
  const idlest = free.filter(({ slots }) => slots === most);
  const total = idlest.reduce((sum, { weight }) => sum + weight, 0);
  let left = chance * total;
  for (const { tag, weight } of idlest) {
    left -= weight;
    if (left < 0) return tag;
  }
  return idlest[0]?.tag ?? null;
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
