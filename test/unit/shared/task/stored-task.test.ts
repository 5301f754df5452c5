import { describe, expect, it } from "vitest";
import { isTerminal, phases, slotsHeld } from "#shared/task/phases.ts";
import { taskKey } from "#shared/task/records.ts";
import { rowOf } from "#shared/task/row.ts";
import { earlierNames, taskSchema } from "#shared/task/stored-task.ts";
import { taskRecordSchema } from "#shared/task/task-record.ts";
import { aRecord, aStoredImage, aTask } from "#test/support/task.ts";

/** As read from storage. */
const stored = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

/** Rows of the first version. Every later version must read them: add rows, do not edit these. */
const firstRow = {
  id: "imgtask_aaaaaaaaaaaaaaaaaaaaa",
  owner: "owner-1",
  submitId: "0b6f0c1e-1111-4aaa-9bbb-000000000001",
  tags: ["tag-a"],
  candidates: ["tag-a"],
  createdAt: 1_795_348_800_000,
  updatedAt: 1_795_348_801_000,
  expiresAt: 1_797_940_800_000,
  phase: "ready",
  phaseSince: 1_795_348_801_000,
  version: 2,
  step: 2,
  wakeAt: 1_795_348_806_000,
  unanswered: 0,
  leaseUntil: null,
  session: "tag-a",
  tried: [],
  historyId: null,
  acceptedAt: null,
  unsureSince: null,
  forecastSeconds: null,
  planned: null,
  expected: null,
  images: [],
  setback: { kind: "refused", count: 1 },
  resubmits: 0,
  unreported: 0,
  copyTries: 0,
  progress: 0,
  partial: false,
  trouble: { code: "upstream_failed", message: "Dreamina failed to make the image." },
  error: null,
  endedAt: null,
  request: {
    model: "dreamina-4.5",
    prompt: "a red fox",
    negativePrompt: "",
    ratio: "1:1",
    resolution: "2k",
    sampleStrength: 0.5,
    intelligentRatio: false,
    count: null,
    seed: 1,
  },
};
const firstRecord = {
  v: 1,
  id: "imgtask_aaaaaaaaaaaaaaaaaaaaa",
  owner: "owner-1",
  tags: ["tag-a"],
  submitId: "0b6f0c1e-1111-4aaa-9bbb-000000000001",
  model: "dreamina-4.5",
  status: "failed",
  progress: 5,
  images: [],
  partial: false,
  error: { code: "prompt_moderated", message: "Refused.", upstream: { ret: "2038" } },
  createdAt: 1_795_348_800_000,
  updatedAt: 1_795_348_801_000,
  expiresAt: 1_797_940_800_000,
  endedAt: 1_795_348_801_000,
};

describe("a stored task", () => {
  it.each(phases)("a stored %s task reads as it was written", (phase) => {
    expect(taskSchema.parse(stored(rowOf(aTask(phase))))).toEqual(aTask(phase));
  });

  it("a stored task of the first version still reads", () => {
    expect(taskSchema.parse(stored(firstRow))).toMatchObject({
      phase: "ready",
      inputs: [],
      uploads: [],
      // A kind that no longer exists: its count starts again.
      lookFailures: null,
      refusals: 0,
    });
  });

  it("a stored task of the first version keeps what it stored under earlier names", () => {
    const row = { ...firstRow, tried: ["tag-b"], unsureSince: 1, copyTries: 2, setback: { kind: "absent", count: 3 } };
    expect(taskSchema.parse(stored(row))).toMatchObject({
      excludedSessions: ["tag-b"],
      submitUnconfirmedSince: 1,
      lookFailures: { kind: "absent", count: 3 },
      blockedBy: firstRow.trouble,
    });
    const storing = { ...row, phase: "storing", acceptedAt: 1, expected: 4 };
    expect(taskSchema.parse(stored(storing))).toMatchObject({ copyAttempts: 2 });
  });

  it("a stored task has only the facts of its phase", () => {
    expect(taskSchema.parse(stored(firstRow))).not.toHaveProperty("leaseUntil");
    expect(taskSchema.parse(stored(rowOf(aTask("parked"))))).not.toHaveProperty("session");
  });

  it.each(phases)("a stored %s row has every field that earlier versions read", (phase) => {
    const names = Object.keys(firstRow).map((name) => (earlierNames as Record<string, string>)[name] ?? name);
    expect(Object.keys(rowOf(aTask(phase)))).toEqual(expect.arrayContaining(names));
  });

  it("a stored upload without the moment at which it began runs from its latest wake-up", () => {
    const row = { ...rowOf(aTask("uploading")), uploadingSince: null };
    expect(taskSchema.parse(stored(row))).toMatchObject({ uploadingSince: row.wakeAt });
  });

  it("a stored task with an unknown error code reads as internal and keeps its message", () => {
    const task = { ...aTask("failed"), error: { code: "quantum_decoherence", message: "What happened." } };
    expect(rowOf(taskSchema.parse(stored(task))).error).toEqual({ code: "internal", message: "What happened." });
  });

  it("a stored task blocked by an unknown error code reads as internal", () => {
    const task = { ...aTask("running"), blockedBy: { code: "quantum_decoherence", message: "What happened." } };
    expect(rowOf(taskSchema.parse(stored(task))).blockedBy?.code).toBe("internal");
  });

  it("a stored task with an unknown field still reads", () => {
    expect(taskSchema.safeParse(stored({ ...aTask("running"), invented: 1 })).success).toBe(true);
  });

  it("a stored task keeps moments that are fractions of a millisecond", () => {
    expect(taskSchema.parse(stored(aTask("running", { acceptedAt: 1.5 })))).toMatchObject({ acceptedAt: 1.5 });
  });
});

describe("a stored record", () => {
  it("a stored record reads as it was written", () => {
    const record = aRecord({ status: "completed", progress: 100, images: [aStoredImage(0)], endedAt: 1 });
    expect(taskRecordSchema.parse(stored(record))).toEqual(record);
  });

  it("a stored record of the first version still reads", () => {
    expect(taskRecordSchema.parse(firstRecord)).toEqual(firstRecord);
  });

  it("a stored record with an unknown error code reads as internal", () => {
    const record = { ...firstRecord, error: { code: "quantum_decoherence", message: "What happened." } };
    expect(taskRecordSchema.parse(record).error).toEqual({ code: "internal", message: "What happened." });
  });

  it("a stored record with an unknown status is rejected", () => {
    expect(taskRecordSchema.safeParse({ ...firstRecord, status: "paused" }).success).toBe(false);
  });

  it("a record is stored under its task's id", () => {
    expect(taskKey("imgtask_x")).toBe("task:imgtask_x");
  });
});

describe("phases", () => {
  it("three phases are terminal: completed, failed and cancelled", () => {
    expect(phases.filter((phase) => isTerminal({ phase }))).toEqual(["completed", "failed", "cancelled"]);
  });

  it("a slot is held from the assignment until the upstream is done", () => {
    expect(phases.filter((phase) => slotsHeld(aTask(phase)) > 0)).toEqual([
      ...["ready", "uploading", "dispatched", "submitting", "running"],
    ]);
  });
});
