import path from "node:path/posix";
import { describe, expect, it } from "vitest";
import { FILE_BUDGET_SECONDS, FILE_BUDGETS, fileTimes, overBudget } from "#scripts/test/times.ts";

const relative = (name: string) => path.relative("/project", name);
const file = (name: string, seconds: number) => ({
  name: `/project/${name}`,
  status: "passed",
  startTime: 5_000,
  endTime: 5_000 + seconds * 1000,
  assertionResults: [],
});
const timesOf = (...testResults: ReturnType<typeof file>[]) => fileTimes({ testResults }, relative);

describe("times of test files", () => {
  it("the slowest file comes first, by its path in the project", () => {
    const times = timesOf(file("test/a.test.ts", 1), file("test/b.test.ts", 2.5));
    expect(times.map(({ file, seconds }) => [file, seconds])).toEqual([
      ["test/b.test.ts", 2.5],
      ["test/a.test.ts", 1],
    ]);
  });

  it("a run without a report has no times", () => {
    expect(fileTimes(undefined, relative)).toEqual([]);
  });
});

describe("the budget of a test file", () => {
  it("a file within its budget is not named", () => {
    expect(overBudget(timesOf(file("test/a.test.ts", FILE_BUDGET_SECONDS)))).toEqual([]);
  });

  it("a file above its budget is named with its time, its budget and what to do", () => {
    const [slow, ...others] = overBudget(timesOf(file("test/a.test.ts", 45.25), file("test/b.test.ts", 3)));
    expect(others).toEqual([]);
    expect(slow?.file).toBe("test/a.test.ts");
    expect(slow?.sentence).toMatch(/^test\/a\.test\.ts took 45\.\d s; its budget is 45 s .* Split it/);
  });

  it.each(Object.entries(FILE_BUDGETS))("%s may take %i s and no more", (name, seconds) => {
    expect(overBudget(timesOf(file(name, seconds)))).toEqual([]);
    expect(overBudget(timesOf(file(name, seconds + 1)))).toHaveLength(1);
  });
});
