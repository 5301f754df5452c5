import { expect, it } from "vitest";
import { statOf, usageOf } from "#scripts/bench/process-tree.ts";

it("a line of /proc gives parent, ticks with those of ended children, and pages, whatever the name", () => {
  const fields = ["S", 41, 1, 1, 0, -1, 0, 0, 0, 0, 0, 100, 20, 3, 4, 20, 0, 11, 0, 9, 123456, 789, 0];
  expect(statOf(`42 (work (er) d) ${fields.join(" ")}\n`)).toEqual({ parent: 41, ticks: 127, pages: 789 });
});

it.runIf(process.platform === "linux")("a process uses memory, and one that does not exist uses nothing", () => {
  expect(usageOf(process.pid)?.residentBytes).toBeGreaterThan(0);
  expect(usageOf(-1)).toEqual({ cpuMs: 0, residentBytes: 0 });
});
