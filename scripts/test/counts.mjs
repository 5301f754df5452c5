// Counts tests in the report of Vitest's JSON reporter. No I/O.

/**
 * A file that could not be loaded has no tests of its own and counts as one failure; so does a run that failed
 * although every test passed (an unhandled error, no test files, no report).
 */
export function countTests(report, exitCode) {
  const passed = report?.numPassedTests ?? 0;
  const unloaded = (report?.testResults ?? []).filter(
    ({ status, assertionResults }) => status === "failed" && !assertionResults.some((test) => test.status === "failed"),
  ).length;
  const failed = (report?.numFailedTests ?? 0) + unloaded;
  return { passed, failed: failed === 0 && exitCode !== 0 ? 1 : failed };
}
