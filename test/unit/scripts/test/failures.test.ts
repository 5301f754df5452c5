import path from "node:path/posix";
import { describe, expect, it } from "vitest";
import { failureLines } from "#scripts/test/failures.ts";

const relative = (name: string) => path.relative("/project", name);
const file = { name: "/project/test/a.test.ts", startTime: 0, endTime: 1 };
const passed = { ...file, status: "passed", assertionResults: [{ status: "passed" }] };

describe("the failures of a test run", () => {
  it("a failed test is named with its file and the first line of its error", () => {
    const failed = {
      status: "failed",
      fullName: "a task is paid once",
      failureMessages: ["AssertionError: expected 2 to be 1\n    at test/a.test.ts:3:1"],
    };
    const report = { testResults: [{ ...passed, status: "failed", assertionResults: [{ status: "passed" }, failed] }] };
    expect(failureLines(report, 1, relative)).toEqual([
      "test/a.test.ts > a task is paid once: AssertionError: expected 2 to be 1",
    ]);
  });

  it("a file that could not be loaded is named with the reason", () => {
    const report = {
      testResults: [passed, { ...file, status: "failed", message: "No such module\nstack", assertionResults: [] }],
    };
    expect(failureLines(report, 1, relative)).toEqual(["test/a.test.ts could not be loaded: No such module"]);
  });

  it("a run that fails although every test passed, or without a report, says where to look", () => {
    const line = expect.stringMatching(/^Vitest failed outside of the tests/);
    expect(failureLines({ testResults: [passed] }, 1, relative)).toEqual([line]);
    expect(failureLines(undefined, null, relative)).toEqual([line]);
  });

  it("a run that passes has no line", () => {
    expect(failureLines({ testResults: [passed] }, 0, relative)).toEqual([]);
  });
});
