import { describe, expect, it } from "vitest";
import { ASSUMED, freePlan, PER_TASK, PRICES, paidPlan, tables, usage } from "#scripts/deploy/costs.ts";

const nothing = {
  ...{ "queue operations": 0, "KV writes": 0, "R2 writes (class A)": 0, "R2 reads (class B)": 0, "Worker requests": 0 },
  ...{ "coordinator requests": 0, "coordinator rows written": 0, "coordinator GB-s": 0 },
};

describe("what a task costs", () => {
  it("every resource that a task uses has a price", () => {
    expect(Object.keys(usage()).toSorted()).toEqual(Object.keys(PRICES).toSorted());
  });

  it("a message counts as three queue operations, a poll as one API request and one coordinator request", () => {
    const used = usage({ ...PER_TASK, ticks: 2, coordinatorCalls: 5 }, { ...ASSUMED, polls: 7, views: 0 });
    expect(used).toMatchObject({ "queue operations": 6, "Worker requests": 10, "coordinator requests": 12 });
  });

  it("the free plan allows as many tasks a day as its narrowest limit", () => {
    const plan = freePlan({ ...nothing, "KV writes": 2, "queue operations": 30, "Worker requests": 10 });
    expect(plan[0]).toEqual({ what: "queue operations", perTask: 30, tasksPerDay: 333 });
  });

  it("a thousand tasks cost the sum of their parts", () => {
    const { parts, total, storagePerMonth } = paidPlan({ ...nothing, "KV writes": 2, "queue operations": 30 });
    expect(parts.filter(({ dollars }) => dollars > 0)).toEqual([
      { what: "queue operations", dollars: 0.012 },
      { what: "KV writes", dollars: 0.01 },
    ]);
    expect(total).toBeCloseTo(0.022);
    expect(storagePerMonth).toBeCloseTo(4 * 2 * 0.015);
  });

  it("the tables give the free plan's narrowest limit in images", () => {
    const tasksPerDay = freePlan()[0]?.tasksPerDay;
    expect(tables()).toContain(`${(Number(tasksPerDay) * ASSUMED.images).toLocaleString("en-US")} images`);
  });
});
