/** What failed in a run of Vitest, so that the end of its output says it. No I/O. */
import type { VitestReport } from "./counts.ts";

/**
 * @param relative gives a file's path within the project
 * @returns a line for each failed test and for each file that could not be loaded, with the first line of its error;
 * for a run that failed without either, a line that says so
 */
export function failureLines(
  report: VitestReport | undefined,
  exitCode: number | null,
  relative: (file: string) => string,
): string[] {
  const lines = (report?.testResults ?? []).flatMap(({ name, status, message, assertionResults }) => {
    const failed = assertionResults.filter((test) => test.status === "failed");
    if (failed.length > 0)
      return failed.map(
        ({ fullName, failureMessages }) => `${relative(name)} > ${fullName}: ${firstLine(failureMessages?.[0])}`,
      );
    return status === "failed" ? [`${relative(name)} could not be loaded: ${firstLine(message)}`] : [];
  });
  if (lines.length > 0 || exitCode === 0) return lines;
  return ["Vitest failed outside of the tests: its output shows the error."];
}

const firstLine = (message = ""): string => message.split("\n")[0] ?? "";
