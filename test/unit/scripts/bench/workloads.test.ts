import { describe, expect, it } from "vitest";
import { workloads } from "#scripts/bench/workloads.ts";

describe("the workloads", () => {
  it("every workload has a name of its own", () => {
    expect(new Set(workloads.map(({ name }) => name)).size).toBe(workloads.length);
  });

  it.each(workloads)("$name has job lengths in order", ({ jobSeconds: [shortest, longest] }) => {
    expect(shortest).toBeGreaterThan(0);
    expect(longest).toBeGreaterThanOrEqual(shortest);
  });

  it("a task alone is measured often enough for the product to learn", () => {
    expect(workloads.find(({ name }) => name === "alone")?.rounds).toEqual(Array(8).fill(1));
  });
});
