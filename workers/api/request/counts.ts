/** How many images a request is for, and the jobs that make them. Pure. */
import type { Offer } from "#shared/upstream/index.ts";

export type Counting = {
  /** What a request without `n` asks for; null: the model's own number. */
  unsaid: 1 | null;
  /** Whether several jobs may make what one job cannot. */
  splits: boolean;
};

/** The task API: the model's own number, and one job a request. */
export const countingOfTasks: Counting = { unsaid: null, splits: false };

/**
 * @returns the number of images of each job, the largest first; null in it: the model's own number. Null alone: the
 * model cannot make exactly that many.
 */
export function countsOf(
  n: number | null | undefined,
  { counts, sendsCount }: Pick<Offer, "counts" | "sendsCount">,
  { unsaid, splits }: Counting,
): (number | null)[] | null {
  if (n == null) return [unsaid !== null && sendsCount && counts.includes(unsaid) ? unsaid : null];
  if (counts.includes(n)) return [n];
  return splits
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
