/** Counts tests in the report of Vitest's JSON reporter. No I/O. */
/** The part of the report that is read. */
export type VitestReport = {
  numPassedTests?: number;
  numFailedTests?: number;
  testResults: {
    name: string;
    status: string;
    startTime: number;
    endTime: number;
    /** Why a file could not be loaded. */
    message?: string;
    assertionResults: { status: string; fullName?: string; failureMessages?: string[] }[];
  }[];
};

export type TestCounts = { passed: number; failed: number };

/**
 * A file that could not be loaded has no tests of its own and counts as one failure; so does a run that failed
 * although every test passed (an unhandled error, no test files, no report).
 */
export function countTests(report: VitestReport | undefined, exitCode: number | null): TestCounts {
  const passed = report?.numPassedTests ?? 0;
  const unloaded = (report?.testResults ?? []).filter(
    ({ status, assertionResults }) => status === "failed" && !assertionResults.some((test) => test.status === "failed"),
  ).length;
  const failed = (report?.numFailedTests ?? 0) + unloaded;
  return { passed, failed: failed === 0 && exitCode !== 0 ? 1 : failed };
}
