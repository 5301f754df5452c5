import { describe, expect, it } from "vitest";
import { type Phase, phases, type Task, type TaskIn } from "#shared/task/phases.ts";
import { stepOf } from "#test/support/moves.ts";
import { anUpload, aRemoteImage, aStagedInput, aStoredImage, aTask, observations, start } from "#test/support/task.ts";

/** The order for a wake-up. */
const ordered = (task: Task) => stepOf(task, { kind: "begun", leaseSeconds: 45 })?.order ?? null;

const free = <P extends Phase>(phase: P, bend: Partial<TaskIn<P>> = {}) => aTask(phase, { leaseUntil: null, ...bend });

describe("a wake-up", () => {
  const kinds: Record<Phase, string | null> = {
    parked: null,
    ready: "submit",
    uploading: "upload",
    // Its only call is in the air.
    dispatched: null,
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
  const all = phases.flatMap((phase) =>
    Object.values(observations()).map((seen) => ({ phase, seen, kind: seen.kind })),
  );

  it.each(all)(
    "a decision gives an order at once only to upload, continue and store ($phase, $kind)",
    ({ phase, seen }) => {
      const next = stepOf(free(phase), seen);
      if (next === null) return;
      expect(next.order?.kind ?? null).toBe(immediate.includes(next.decided) ? next.decided : null);
    },
  );

  it("a decision to continue carries the same request as the submit, and the job's id", () => {
    const images = [0, 1, 2, 3].map((index) => aStoredImage(index));
    const task = aTask("running", { images, planned: 16, stalledSince: start - 20_000 });
    const remote = [0, 1, 2, 3].map((index) => aRemoteImage(index));
    const seen = { ...observations().generating, planned: 16, fullBatches: 1, images: remote };
    expect(stepOf(task, seen)?.order).toMatchObject({
      kind: "continue",
      historyId: "7897100000001",
      submitId: task.submitId,
      job: { request: task.request, createdAt: task.createdAt },
      leaseSeconds: 45,
    });
  });
});
