import { describe, expect, it } from "vitest";
import { type Phase, phases, type Task } from "../../../../../shared/task/schema.ts";
import { transition } from "../../../../../shared/task/transition.ts";
import { leaseFor, orderFor, orderIn } from "../../../../../workers/consumer/coordinator/orders.ts";
import { anUpload, aStagedInput, aTask, decisions, start } from "../../../../support/task.ts";

const session = { tag: "tag-a", sealed: "v1.aaaa.bbbb", label: "hk-…c3f9" };

/** What a wake-up gets. */
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

  it.each(phases)("of a %s task", (phase) => {
    expect(ordered(free(phase))?.kind ?? null).toBe(kinds[phase]);
  });

  it("of a ready task with reference images brings the first of them, with time for it", () => {
    const inputs = [aStagedInput(0), aStagedInput(1)];
    expect(ordered(free("ready", { inputs }))).toMatchObject({
      kind: "upload",
      index: 0,
      input: inputs[0],
      leaseSeconds: 61,
    });
  });

  it("after a crash brings the first that is missing", () => {
    expect(ordered(free("uploading", { uploads: [anUpload(0)] }))).toMatchObject({ kind: "upload", index: 1 });
  });

  it("submits with every reference image in its order", () => {
    const inputs = [aStagedInput(0), aStagedInput(1)];
    const uploads = [anUpload(0), anUpload(1)];
    const task = free("ready", { inputs, uploads });
    expect(ordered(task)).toMatchObject({
      kind: "submit",
      job: { request: task.request, createdAt: task.createdAt, uploads },
      leaseSeconds: 45,
    });
  });

  it("of a task its caller cancelled asks the upstream once", () => {
    const task = free("running", { cancel: "wanted" });
    expect(ordered(task)).toMatchObject({ kind: "cancel", historyId: "7897100000001" });
    expect(ordered({ ...task, cancel: "asked" })?.kind).toBe("poll");
  });

  it("of a cancelled task whose job is not known by name yet looks first", () => {
    expect(ordered(free("running", { cancel: "wanted", historyId: null }))?.kind).toBe("poll");
  });
});

describe("a decision", () => {
  const immediate = ["upload", "continue", "store"];

  it.each(Object.values(decisions()))("$kind asks for an order in the same breath, or not", (decision) => {
    const task = aTask(decision.kind === "upload" ? "uploading" : "running");
    const order = orderIn(decision, task, session);
    expect(order?.kind ?? null).toBe(immediate.includes(decision.kind) ? decision.kind : null);
  });

  it("to go on carries the very words of the submit and the job's id", () => {
    const task = aTask("running");
    expect(orderIn(decisions().continue, task, session)).toMatchObject({
      historyId: "7897100000001",
      submitId: task.submitId,
      job: { request: task.request, createdAt: task.createdAt },
      leaseSeconds: 45,
    });
  });
});
