import { describe, expect, it } from "vitest";
import { leaseFor, orderFor, orderIn } from "#consumer/coordinator/orders.ts";
import { type Phase, phases, type Task } from "#shared/task/schema.ts";
import { transition } from "#shared/task/transition.ts";
import { anUpload, aStagedInput, aTask, decisions, start } from "#test/support/task.ts";

const session = { tag: "tag-a", sealed: "v1.aaaa.bbbb", label: "hk-…c3f9" };

/** The order for a wake-up. */
function ordered(task: Task) {
  const leaseSeconds = leaseFor(task);
  return orderFor(task, transition(task, { kind: "begun", leaseSeconds }, start), { session, leaseSeconds });
}

const free = (phase: Phase, bend: Partial<Task> = {}) => aTask(phase, { leaseUntil: null, ...bend });

describe("a wake-up", () => {
  const kinds: Record<Phase, string | null> = {
    parked: null,
    ready: "submit",
    uploading: "upload",
    submitting: "recover",
    running: "poll",
    storing: "poll",
    completed: null,
    failed: null,
    cancelled: null,
  };

  it.each(phases)("a wake-up of a %s task gets the order of its phase", (phase) => {
    expect(ordered(free(phase))?.kind ?? null).toBe(kinds[phase]);
  });

  it("a wake-up of a ready task with reference images uploads the first of them, with a lease by its size", () => {
    const inputs = [aStagedInput(0), aStagedInput(1)];
    expect(ordered(free("ready", { inputs }))).toMatchObject({
      kind: "upload",
      index: 0,
      input: inputs[0],
      leaseSeconds: 61,
    });
  });

  it("a wake-up after a crash uploads the first reference image that is missing", () => {
    expect(ordered(free("uploading", { uploads: [anUpload(0)] }))).toMatchObject({ kind: "upload", index: 1 });
  });

  it("a wake-up submits with every reference image in its order", () => {
    const inputs = [aStagedInput(0), aStagedInput(1)];
    const uploads = [anUpload(0), anUpload(1)];
    const task = free("ready", { inputs, uploads });
    expect(ordered(task)).toMatchObject({
      kind: "submit",
      job: { request: task.request, createdAt: task.createdAt, uploads },
      leaseSeconds: 45,
    });
  });

  it("a wake-up of a task that its caller cancelled asks the upstream once", () => {
    const task = free("running", { cancel: "wanted" });
    expect(ordered(task)).toMatchObject({ kind: "cancel", historyId: "7897100000001" });
    expect(ordered({ ...task, cancel: "asked" })?.kind).toBe("poll");
  });

  it("a wake-up of a cancelled task whose job has no known id yet polls first", () => {
    expect(ordered(free("running", { cancel: "wanted", historyId: null }))?.kind).toBe("poll");
  });
});

describe("a decision", () => {
  const immediate = ["upload", "continue", "store"];

  it.each(Object.values(decisions()))(
    "the decision $kind gives an order at once only for upload, continue and store",
    (decision) => {
      const task = aTask(decision.kind === "upload" ? "uploading" : "running");
      const order = orderIn(decision, task, session);
      expect(order?.kind ?? null).toBe(immediate.includes(decision.kind) ? decision.kind : null);
    },
  );

  it("a decision to continue carries the same request as the submit, and the job's id", () => {
    const task = aTask("running");
    expect(orderIn(decisions().continue, task, session)).toMatchObject({
      historyId: "7897100000001",
      submitId: task.submitId,
      job: { request: task.request, createdAt: task.createdAt },
      leaseSeconds: 45,
    });
  });
});
