// How long each test file took, and how long it may. No I/O.

/** The budget of a file, in seconds, so that the suite stays one that people run. Split a file that needs more. */
export const FILE_BUDGET_SECONDS = 45;

/**
 * Files whose time is the product's own and not theirs: after a kill in the middle of a submit the product looks for the
 * job for half a minute before it submits again, and these start the product up to six times.
 */
export const FILE_BUDGETS = {
  "test/integration/killed.test.ts": 120,
  "test/integration/killed-while-composing.test.ts": 120,
  "test/integration/killed-while-generating.test.ts": 120,
};

/**
 * @param report of Vitest's JSON reporter; undefined when there is none
 * @param relative gives a file's path within the project
 * @returns {{ file: string, seconds: number, budget: number }[]} the slowest first
 */
export function fileTimes(report, relative) {
  return (report?.testResults ?? [])
    .map(({ name, startTime, endTime }) => {
      const file = relative(name);
      return { file, seconds: (endTime - startTime) / 1000, budget: FILE_BUDGETS[file] ?? FILE_BUDGET_SECONDS };
    })
    .sort((a, b) => b.seconds - a.seconds);
}

/** @returns {{ file: string, sentence: string }[]} the files above their budget, and what to say of each */
export function overBudget(times) {
  return times
    .filter(({ seconds, budget }) => seconds > budget)
    .map(({ file, seconds, budget }) => ({
      file,
      sentence:
        `${file} took ${seconds.toFixed(1)} s; its budget is ${budget} s (scripts/test/times.mjs). ` +
        "Split it, or let it wait for less.",
    }));
}
