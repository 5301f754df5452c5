/** The time of each test file, and its budget. No I/O. */
import type { VitestReport } from "./counts.ts";
/** The budget of a file, in seconds, so that the suite stays one that people run. Split a file that needs more. */
export const FILE_BUDGET_SECONDS = 45;

/**
 * Files whose time is the product's own and not theirs: after a kill in the middle of a submit the product looks for
 * the job for half a minute before it submits again, and these start the product up to eleven times, some seconds each.
 */
export const FILE_BUDGETS: Record<string, number> = {
  "test/integration/killed.test.ts": 120,
  "test/integration/killed-while-composing.test.ts": 120,
  "test/integration/killed-while-generating.test.ts": 120,
  "test/integration/killed-while-calling.test.ts": 120,
  "test/integration/killed-while-counting.test.ts": 300,
  "test/integration/batch-command.test.ts": 120,
};

export type FileTime = { file: string; seconds: number; budget: number };

/**
 * @param report of Vitest's JSON reporter; undefined when there is none
 * @param relative gives a file's path within the project
 * @returns the slowest first
 */
export function fileTimes(report: VitestReport | undefined, relative: (file: string) => string): FileTime[] {
  return (report?.testResults ?? [])
    .map(({ name, startTime, endTime }) => {
      const file = relative(name);
      return { file, seconds: (endTime - startTime) / 1000, budget: FILE_BUDGETS[file] ?? FILE_BUDGET_SECONDS };
    })
    .sort((a, b) => b.seconds - a.seconds);
}

/** The files above their budget, each with a sentence about it. */
export function overBudget(times: FileTime[]): { file: string; sentence: string }[] {
  return times
    .filter(({ seconds, budget }) => seconds > budget)
    .map(({ file, seconds, budget }) => ({
      file,
      sentence:
        `${file} took ${seconds.toFixed(1)} s; its budget is ${budget} s (scripts/test/times.ts). ` +
        "Split it, or let it wait for less.",
    }));
}
