/** Splits the requested number of images into jobs. Pure. */
import type { Offer } from "#shared/upstreams/index.ts";

export type Counting = {
  /** The number of images without `n`; null: the model's own number. */
  countWithoutN: 1 | null;
  /** Whether several jobs may make the images when one cannot. */
  maySplit: boolean;
};

/** The task API: the model's own number, and one job a request. */
export const countingOfTasks: Counting = { countWithoutN: null, maySplit: false };

/**
 * @returns the number of images of each job, in descending order; `[null]` for the model's own number, or null when the
 * model cannot make exactly `n`.
 */
export function countsOf(
  n: number | null | undefined,
  { counts, sendsCount }: Pick<Offer, "counts" | "sendsCount">,
  { countWithoutN, maySplit }: Counting,
): (number | null)[] | null {
  if (n == null) return [countWithoutN !== null && sendsCount && counts.includes(countWithoutN) ? countWithoutN : null];
  if (counts.includes(n)) return [n];
  return maySplit
    ? split(
        n,
        counts.toSorted((a, b) => b - a),
      )
    : null;
}

/** The smallest number of jobs that make `wanted` images. */
function split(wanted: number, counts: readonly number[]): number[] | null {
  if (wanted === 0) return [];
  for (const count of counts.filter((one) => one <= wanted)) {
    const rest = split(wanted - count, counts);
    if (rest !== null) return [count, ...rest];
  }
  return null;
}
