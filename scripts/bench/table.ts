/** From the figures of several runs to median, spread and ratio, as a Markdown table. Pure. */
import type { Figures } from "./figures.ts";

export type Summary = { median: number; min: number; max: number };

/** Each figure over all runs; a figure that was not measured is left out. */
export function summaryOf(runs: readonly Figures[]): Record<string, Summary> {
  const titles = [...new Set(runs.flatMap(Object.keys))];
  return Object.fromEntries(
    titles.flatMap((title) => {
      const values = runs.flatMap((run) => run[title] ?? []).toSorted((one, other) => one - other);
      const [min, max] = [values[0], values.at(-1)];
      return min === undefined || max === undefined ? [] : [[title, { median: medianOf(values), min, max }] as const];
    }),
  );
}

/** Of sorted values; of two in the middle, their mean. */
function medianOf(sorted: readonly number[]): number {
  const middle = sorted.slice(Math.ceil(sorted.length / 2) - 1, Math.floor(sorted.length / 2) + 1);
  return middle.reduce((sum, value) => sum + value, 0) / middle.length;
}

/** @param before the same of another build: adds a column for it, and the ratio of the medians. */
export function tableOf(now: Record<string, Summary>, before?: Record<string, Summary>): string {
  const head = before === undefined ? ["figure", "now"] : ["figure", "before", "now", "ratio"];
  const rows = Object.entries(now).map(([title, summary]) => {
    if (before === undefined) return [title, cellOf(summary)];
    const earlier = before[title];
    return [title, earlier === undefined ? "" : cellOf(earlier), cellOf(summary), ratioOf(summary, earlier)];
  });
  return [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

const cellOf = ({ median, min, max }: Summary) =>
  min === max ? shown(median) : `${shown(median)} (${shown(min)}–${shown(max)})`;

const ratioOf = ({ median }: Summary, before: Summary | undefined) =>
  before === undefined || before.median === 0 ? "" : (median / before.median).toFixed(2);

/** Whole from 100 on, otherwise to a hundredth. */
const shown = (value: number) => String(value >= 100 ? Math.round(value) : Number(value.toFixed(2)));
