import { describe, expect, it } from "vitest";
import { benchFigures, markdownOf } from "#scripts/bench/figures.ts";
import { readBenchFlags } from "#scripts/bench/flags.ts";

const given = {
  tasks: 2,
  sessions: 1,
  submits: [10, 30, 20],
  polls: [1, 2, 3, 4],
  makespanMs: 15_040,
  lines: [
    '[dreamina-consumer] {"level":"info","event":"order_done","task":"a","order":"submit","ms":12}',
    '[dreamina-consumer] {"level":"info","event":"order_done","task":"b","order":"submit","ms":12}',
    '[dreamina-consumer] {"level":"info","event":"order_done","task":"a","order":"poll","ms":12}',
    '[dreamina-consumer] {"level":"info","event":"task_moved","task":"a","order":"poll"}',
    "[wrangler:info] QUEUE dreamina-tasks 3/3 (104ms)",
    "[wrangler:info] QUEUE dreamina-tasks 2/2 (9ms)",
    '{"level":"cut short',
  ],
};

describe("the figures of a run", () => {
  it("the figures count wake-ups, submits, looks and copies per task", () => {
    expect(benchFigures(given).perTask).toEqual({ wakeUps: 2.5, submits: 1, looks: 0.5, copies: 0 });
  });

  it("the figures hold the median and the 95th percentile of submits, and the makespan in seconds", () => {
    expect(benchFigures(given)).toMatchObject({ submitMs: { p50: 20, p95: 30 }, makespanSeconds: 15 });
  });

  it("the figures are printed as a Markdown table", () => {
    expect(markdownOf(benchFigures(given))).toContain("| wake-ups a task | 2.5 |");
  });
});

describe("flags", () => {
  it("without flags 40 tasks run with 10 sessions and no JSON file is written", () => {
    expect(readBenchFlags([])).toEqual({ tasks: 40, sessions: 10, json: undefined });
  });

  it.each(["0", "x", "1.5", "100000"])("--tasks %s is refused with the allowed range", (tasks) => {
    expect(() => readBenchFlags(["--tasks", tasks])).toThrow("1 to 1000");
  });
});
