/**
 * Figures of tasks that ended, by the day and the kind of their end. Totals only grow, so that a coordinator can tell
 * them as often as needed: the difference is new. Pure.
 */
import { durationBoundsSeconds } from "./limits.ts";

export const endStatuses = ["completed", "failed", "cancelled"] as const;

/** How a task ended. `code`: of its error; empty without one. */
export type EndKind = { status: (typeof endStatuses)[number]; code: string };

export type Totals = {
  tasks: number;
  images: number;
  /** Those of the images that official keys made. */
  imagesByKeys: number;
  /** What the images of sessions cost, by the last prices seen. */
  credits: number;
  /** From creation to end, of all tasks together. */
  seconds: number;
  /** Tasks by that time: one number for each of `durationBoundsSeconds`, and one for the longer ones. */
  durations: number[];
};

/** `day`: of UTC, `2026-11-29`. */
export type DayTotals = EndKind & { day: string; totals: Totals };

/** Tasks that have not ended, in numbers. Moments are Unix milliseconds. */
export type LiveCounts = {
  /** Requests of batches included. */
  waiting: number;
  running: number;
  /** Since when the first one waits; null: none does. */
  waitingSince: number | null;
};

/** What a coordinator tells the registry. */
export type OwnerReport = {
  owner: string;
  /** When it was made, Unix milliseconds: what an older report says of live tasks is dropped. */
  at: number;
  /** Each is all of a day, not only the new part. */
  days: DayTotals[];
  /** `firstTaskAt`: creation of the first task that has not ended; null: there is none, or requests of batches only. */
  live: LiveCounts & { firstTaskAt: number | null };
};

/** Of all owners. */
export type AllLive = LiveCounts & { owners: number };

export type Ended = Pick<Totals, "images" | "imagesByKeys" | "credits" | "seconds">;

export const totals = {
  none: (): Totals => ({
    ...{ tasks: 0, images: 0, imagesByKeys: 0, credits: 0, seconds: 0 },
    durations: [...durationBoundsSeconds.map(() => 0), 0],
  }),

  ofOne(task: Ended): Totals {
    const bound = durationBoundsSeconds.findIndex((seconds) => task.seconds <= seconds);
    const place = bound === -1 ? durationBoundsSeconds.length : bound;
    return { ...task, tasks: 1, durations: totals.none().durations.map((_, index) => (index === place ? 1 : 0)) };
  },

  plus: (one: Totals, other: Totals): Totals => combined(one, other, 1),

  minus: (one: Totals, other: Totals): Totals => combined(one, other, -1),
};

const combined = (one: Totals, other: Totals, sign: 1 | -1): Totals => ({
  tasks: one.tasks + sign * other.tasks,
  images: one.images + sign * other.images,
  imagesByKeys: one.imagesByKeys + sign * other.imagesByKeys,
  credits: one.credits + sign * other.credits,
  seconds: one.seconds + sign * other.seconds,
  durations: one.durations.map((count, index) => count + sign * (other.durations[index] ?? 0)),
});
