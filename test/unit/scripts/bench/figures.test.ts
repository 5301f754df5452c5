import { describe, expect, it } from "vitest";
import { figuresOf } from "#scripts/bench/figures.ts";
import type { Sample } from "#scripts/bench/sample.ts";

const sample: Sample = {
  submits: [30, 10, 20],
  polls: Array.from({ length: 100 }, (_, place) => place + 1),
  lagsMs: [500, 2_000, 1_000, 1_500],
  makespanMs: 15_040,
  calls: { submit: 2, history: 6, picture: 8, smallPicture: 4 },
  counts: [
    { requests: 10, queueWrites: 2, kvWrites: 2, maxFetches: 1 },
    {
      ...{ batches: 5, queueWrites: 4, queueReads: 7, queueRetries: 1, maxFetches: 9, entrypointCalls: 1 },
      ...{ objectRequests: 20, alarmsSet: 3, alarmsRun: 1, rowsRead: 50, rowsWritten: 41, kvWrites: 2 },
      ...{ kvReads: 3, r2ClassA: 8, r2ClassB: 1 },
    },
  ],
  cpuMs: 640,
  residentBytes: [300 * 2 ** 20],
};

const polled = { rounds: [2], follow: "polls" } as const;
const figures = figuresOf(polled, sample);

describe("the figures of a run", () => {
  it("latency has its median and its 95th percentile", () => {
    expect(figures).toMatchObject({
      "done → visible, p50 (s)": 1,
      "done → visible, p95 (s)": 2,
      "all tasks (s)": 15.04,
      "submit, p50 (ms)": 20,
      "submit, p95 (ms)": 30,
      "poll, p50 (ms)": 50,
      "poll, p95 (ms)": 95,
    });
  });

  it("downloads of images are counted apart from other upstream calls", () => {
    expect(figures).toMatchObject({
      "upstream calls a task": 4,
      "image downloads a task": 4,
      "small downloads a task": 2,
    });
  });

  it("a queue operation is a write, a delivery, or the deletion of a message that is not retried", () => {
    expect(figures).toMatchObject({ "queue operations a task": (6 + 7 + 6) / 2, "queue retries a task": 0.5 });
  });

  it("operations of both Workers are added and divided by the number of tasks", () => {
    expect(figures).toMatchObject({
      "Durable Object requests a task": 10,
      "alarms set a task": 1.5,
      "alarms run a task": 0.5,
      "SQL rows read a task": 25,
      "SQL rows written a task": 20.5,
      "KV reads a task": 1.5,
      "KV writes a task": 2,
      "R2 class A operations a task": 4,
      "R2 class B operations a task": 0.5,
      "Worker invocations a task": 8,
      "of these, calls of entrypoints": 0.5,
      "CPU a task (ms)": 320,
    });
  });

  it("of the outgoing calls of an invocation, the greater number of both Workers counts", () => {
    expect(figures["most outgoing calls of an invocation"]).toBe(9);
  });

  it("a figure without observations is null", () => {
    const empty = figuresOf(polled, { ...sample, lagsMs: [], submits: [], cpuMs: null, residentBytes: [null] });
    expect(empty).toMatchObject({
      "done → visible, p50 (s)": null,
      "submit, p95 (ms)": null,
      "CPU a task (ms)": null,
      "resident memory after 2 tasks (MiB)": null,
    });
  });

  it("resident memory is that after the first and after the last round", () => {
    const mebibytes = [200, 300, 400].map((count) => count * 2 ** 20);
    const several = figuresOf({ ...polled, rounds: [100, 50, 850] }, { ...sample, residentBytes: mebibytes });
    expect(several).toMatchObject({
      "resident memory after 100 tasks (MiB)": 200,
      "resident memory after 1000 tasks (MiB)": 400,
    });
    expect(several).not.toHaveProperty("resident memory after 150 tasks (MiB)");
  });

  it("parked tasks have the latency of the first and of the last tenth, in the order of the calls", () => {
    const parked = figuresOf({ rounds: [100], follow: "park" }, sample);
    expect(parked).toMatchObject({ "poll, first tenth, p50 (ms)": 5, "poll, last tenth, p50 (ms)": 95 });
    expect(figures).not.toHaveProperty("poll, first tenth, p50 (ms)");
  });
});
