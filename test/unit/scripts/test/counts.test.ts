import { describe, expect, it } from "vitest";
import { countTests } from "#scripts/test/counts.ts";

const file = (status: string, ...tests: string[]) => ({
  name: "a",
  startTime: 0,
  endTime: 1,
  status,
  assertionResults: tests.map((each) => ({ status: each })),
});

describe("counting tests", () => {
  it("passed and failed tests are counted, skipped ones are not", () => {
    const report = {
      numPassedTests: 2,
      numFailedTests: 1,
      numPendingTests: 3,
      testResults: [file("passed", "passed"), file("failed", "passed", "failed")],
    };
    expect(countTests(report, 1)).toEqual({ passed: 2, failed: 1 });
  });

  it("a file that cannot be loaded counts as one failure", () => {
    const report = {
      numPassedTests: 2,
      numFailedTests: 0,
      testResults: [file("passed", "passed", "passed"), file("failed")],
    };
    expect(countTests(report, 1)).toEqual({ passed: 2, failed: 1 });
  });

  it("a run that fails although every test passed counts as one failure", () => {
    expect(countTests({ numPassedTests: 2, numFailedTests: 0, testResults: [] }, 1)).toEqual({ passed: 2, failed: 1 });
  });

  it("a run without a report counts as one failure", () => {
    expect(countTests(undefined, null)).toEqual({ passed: 0, failed: 1 });
  });
});
