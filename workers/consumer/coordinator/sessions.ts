/**
 * The owner's sessions in the coordinator's tables: their health, their jobs, and the parked tasks they can take. The
 * rules are in `health` and `slots`.
 */
import { parkedPerPage, unwatchedFactor } from "#consumer/limits.ts";
import type { ConsumerConfig } from "#shared/config.ts";
import type { TaskError } from "#shared/errors.ts";
import { log } from "#shared/log.ts";
import type { Overview } from "#shared/task/coordinator.ts";
import type { Observation } from "#shared/task/events.ts";
import type { Policy } from "#shared/task/machine/policy.ts";
import { step } from "#shared/task/machine/step.ts";
import type { Parked, Task } from "#shared/task/phases.ts";
import { rowOf } from "#shared/task/row.ts";
import type { UpstreamId } from "#shared/upstream-ids.ts";
import { healthy, learn, slotsOf } from "./health.ts";
import type { Kept } from "./kept.ts";
import { place, type SessionLoad } from "./slots.ts";
import { selectCreation } from "./tables.ts";

type Sources = Pick<Kept, "live" | "known">;
export type Sessions = Map<string, SessionLoad>;
/** Jobs, or paid calls, that one session of each upstream runs at once, unless another number was learnt. */
export type Concurrency = Record<UpstreamId, number>;
export const concurrencyOf = (config: ConsumerConfig): Concurrency => ({
  dreamina: config.SESSION_CONCURRENCY,
  ark: config.ARK_CONCURRENCY,
});
export type SlotRules = { configured: Concurrency; now: number; policy: Policy };

/** Removed members of the pool among them, which only end what they have begun. */
export function readSessions({ live, known }: Sources, concurrency: Concurrency): Sessions {
  const states = known.states();
  const load = live.slotsBySession();
  const upstreams = known.upstreams();
  const members = known.members();
  const sessions: Sessions = new Map();
  for (const tag of new Set([...upstreams.keys(), ...load.keys(), ...members.keys()])) {
    const member = members.get(tag) ?? null;
    const configured = concurrency[member?.upstream ?? upstreams.get(tag) ?? "dreamina"];
    sessions.set(tag, { state: states.get(tag) ?? healthy, jobs: load.get(tag) ?? 0, configured, member });
  }
  return sessions;
}

type Answer = { task: Task; seen: Observation; now: number };

/** Updates the health of a session from a report on one of its tasks. */
export function noteAnswer({ live, known }: Sources, { task, seen, now }: Answer): void {
  const { session } = rowOf(task);
  if (session === null) return;
  const before = known.state(session);
  // Of paid calls all others that are in the air, also those of the same task.
  const running =
    task.phase === "dispatched" ? (live.slotsBySession().get(session) ?? 1) - 1 : live.countSent(session, task.id);
  const after = learn(before, seen, { now, running });
  if (after === before) return;
  known.setState(session, after);
  const { outUntil, learntSlots: slots, reason } = after;
  log("info", "session_state", { session, code: reason?.code ?? null, outUntil, slots });
}

/** Assigns a session to a parked task, or fails it when none can be used; the same object when it must wait. */
export function placed(task: Task, sessions: Sessions, { configured, now, policy }: SlotRules): Task {
  if (task.phase !== "parked") return task;
  const moment = { now, paceFactor: unwatchedFactor, firstLookSeconds: null, maxCalls: 0 };
  const placement = place(task, sessions, {
    configured: configured[task.request.upstream],
    now,
    chance: Math.random(),
  });
  switch (placement.kind) {
    case "assign": {
      const load = sessions.get(placement.session);
      if (load !== undefined) sessions.set(placement.session, { ...load, jobs: load.jobs + 1 });
      return step(task, { kind: "assigned", session: placement.session }, moment, policy)?.task ?? task;
    }
    case "wait":
    case "waitForPool":
      return task;
    case "none":
      return refusedPlace(task, placement.reason ?? noSession, { configured, now, policy });
  }
}

/** Whether a parked task waits until the administrator of the pool resumes or adds a member. */
export function waitsForPool(
  task: Parked,
  sessions: Sessions,
  { configured, now }: Omit<SlotRules, "policy">,
): boolean {
  const rules = { configured: configured[task.request.upstream], now, chance: 0 };
  return place(task, sessions, rules).kind === "waitForPool";
}

/** A parked task that ends without a session. */
export const refusedPlace = (task: Parked, error: TaskError, { now, policy }: SlotRules): Task =>
  step(
    task,
    { kind: "unplaceable", error },
    { now, paceFactor: unwatchedFactor, firstLookSeconds: null, maxCalls: 0 },
    policy,
  )?.task ?? task;

const noSession = { code: "internal", message: "None of the sessions of this task can be used." } as const;

type Placing = {
  save: (before: Task, after: Task) => void;
  /** As they are now; they are changed along with the tasks. */
  sessions: Sessions;
  /** The most tasks that are placed. */
  most?: number;
  /** Takes back a task none of whose sessions can be used, in place of failing it. @returns whether it did. */
  takeBack: (task: Parked) => boolean;
};

/** Places every parked task that can be placed now, in order. @returns how many were. */
export function placeParked(
  live: Kept["live"],
  rules: SlotRules,
  { save, sessions, most = Number.POSITIVE_INFINITY, takeBack }: Placing,
): number {
  let count = 0;
  if (!live.hasParked()) return count;
  // A later task may fit a session that earlier ones cannot use.
  for (let waiting = 0; ; ) {
    const page = live.parked(parkedPerPage, waiting);
    const before = count;
    for (const task of page) {
      const after = count < most ? placed(task, sessions, rules) : task;
      if (after === task) continue;
      const isTakenBack = after.phase === "failed" && isOfSessions(task, sessions, rules) && takeBack(task);
      if (!isTakenBack) save(task, after);
      count += 1;
    }
    const moved = count - before;
    waiting += page.length - moved;
    if (page.length < parkedPerPage || count >= most || (moved === 0 && !hasFreeSlot(sessions, rules))) return count;
  }
}

/** Whether a new task with the same sessions would not get one either: the reason is theirs, not the task's. */
function isOfSessions(task: Task, sessions: Sessions, { configured, now }: SlotRules): task is Parked {
  if (task.phase !== "parked") return false;
  const fresh = { candidates: task.candidates, excludedSessions: [], blockedBy: null };
  return place(fresh, sessions, { configured: configured[task.request.upstream], now, chance: 0 }).kind !== "assign";
}

export const hasFreeSlot = (sessions: Sessions, { now }: SlotRules): boolean =>
  [...sessions.values()].some(
    ({ state, jobs, configured, member }) =>
      member?.isPaused !== true &&
      member?.isRemoved !== true &&
      (state.outUntil ?? 0) <= now &&
      jobs < slotsOf(state, configured, now),
  );

/** Numbers of the owner's tasks and sessions, for /health. Reads only. @param inBatches requests that wait there. */
export function overview(
  sources: Sources,
  { configured, now, inBatches }: Omit<SlotRules, "policy"> & { inBatches: number },
): Overview {
  const { live } = sources;
  const { waiting, running } = live.counts();
  const [first] = live.parkedIds();
  const waitingSince = first === undefined ? null : selectCreation(live.sql, first);
  const sessions: Overview["sessions"] = { ready: 0, full: 0, out: {} };
  for (const { state, jobs, configured: own, member } of readSessions(sources, configured).values()) {
    if (member?.isRemoved === true) continue;
    const isPaused = member?.isPaused === true;
    const reason = isPaused ? "paused" : (state.reason?.code ?? "internal");
    if (isPaused || (state.outUntil ?? 0) > now) sessions.out[reason] = (sessions.out[reason] ?? 0) + 1;
    else if (jobs >= slotsOf(state, own, now)) sessions.full += 1;
    else sessions.ready += 1;
  }
  return {
    waiting: waiting + inBatches,
    running,
    oldestWaitingMs: waitingSince === null ? null : now - waitingSince,
    sessions,
  };
}
