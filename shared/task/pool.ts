/**
 * The pool: the server's own credentials, as the registry gives them to the coordinator of all callers with an API key,
 * and what that coordinator knows of them and of the use of keys. Pure.
 */
import type { TaskError } from "#shared/errors.ts";
import { type UpstreamId, upstreamIds } from "#shared/upstream-ids.ts";
import type { HeldKey, KeyUse } from "./key-limits.ts";
import type { SealedSession } from "./sealed-session.ts";

/** Where credentials count: a region of the site, or a cloud. */
export type PoolPlace = { upstream: UpstreamId; place: string };

export type PoolMember = SealedSession &
  PoolPlace & {
    /** How often it is chosen among those that are equally idle, 1 to 100. */
    weight: number;
    /** It gets no new task. */
    isPaused: boolean;
  };

/** The members as of a version, which grows with every change. */
export type PoolMembers = { version: number; members: PoolMember[] };

/** One member as its coordinator sees it. Moments are Unix milliseconds. */
export type MemberState = {
  tag: string;
  /** Jobs or paid calls it runs, and how many it may run now. */
  jobs: number;
  slots: number;
  /** Until when it gets no task but a probe; null: it does. */
  outUntil: number | null;
  /** Its last refusal that was not overcome, with its moment. */
  refusal: { error: TaskError; at: number } | null;
  /** Ids of its tasks under way. */
  tasks: string[];
};

/** `isAlive` is null where that was not decided; `credits` where they are unknown. */
export type MemberCheck = { tag: string; isAlive: boolean | null; error: TaskError | null; credits: number | null };

/** What the coordinator of the pool is asked beside tasks: the argument and the answer of each call. */
export type PoolCalls = {
  /** Takes over the members, unless it has a later version. */
  members: { given: PoolMembers; answer: null };
  /** `version`: of the members; a coordinator with earlier ones fetches them first. */
  states: { given: { version: number }; answer: MemberState[] };
  /** A member was asked about: a dead one is paused, a live one returns. */
  checked: { given: MemberCheck; answer: null };
  uses: { given: string[]; answer: Record<string, KeyUse> };
  /**
   * The limits of a key have changed: requests of batches that wait are held to it. Or it was deleted, and they are
   * cancelled, because its caller can do so no more.
   */
  key: { given: HeldKey & { id: string; isDeleted: boolean }; answer: null };
};

/**
 * A candidate of a task that stands for every member of the pool at this place. No tag of a credential begins with @.
 */
export const placeTag = ({ upstream, place }: PoolPlace): string => `@${upstream}/${place}`;

export function placeIn(candidate: string): PoolPlace | null {
  if (!candidate.startsWith("@")) return null;
  const [name = "", place = ""] = candidate.slice(1).split("/");
  const upstream = upstreamIds.find((id) => id === name);
  return upstream === undefined ? null : { upstream, place };
}
