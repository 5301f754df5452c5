/** Invariants of every walk: random events in random order, applied like the coordinator applies them. */
import { describe, expect, it } from "vitest";
import type { Command, Failure, Observation } from "#shared/task/events.ts";
import type { FollowUp } from "#shared/task/follow-up.ts";
import type { Decided } from "#shared/task/machine/rules.ts";
import { step } from "#shared/task/machine/step.ts";
import { isTerminal, type Task } from "#shared/task/phases.ts";
import { type Row, rowOf } from "#shared/task/row.ts";
import { taskSchema } from "#shared/task/stored-task.ts";
import type { StoredImage } from "#shared/task/task-record.ts";
import { type Chance, chanceFrom } from "#test/support/chance.ts";
import {
  aFailure,
  anUpload,
  aPolicy,
  aRemoteImage,
  aStagedInput,
  aStoredImage,
  aTask,
  busy,
  expired,
  moderated,
  observations,
  start,
  unreachable,
} from "#test/support/task.ts";

type Step = {
  event: Observation | Command;
  now: number;
  before: Row;
  /** Null: the event did not apply. */
  decided: Decided | null;
  order: FollowUp | null;
  after: Row;
  task: Task;
  /** The event did not apply: nothing is written. */
  isSame: boolean;
};

const walks = 400;
const stepsPerWalk = 60;
const policy = aPolicy({ timeoutMs: 600_000, storeTimeoutMs: 600_000, maxWaitMs: 3_600_000 });

const someFailure = (chance: Chance): Failure => chance.oneOf([aFailure, expired, moderated, busy, unreachable])();
const someImages = (chance: Chance): number[] => {
  const all = [0, 1, 2, 3].filter(() => chance.below(3) > 0);
  return chance.below(2) === 0 ? all : all.reverse();
};

/** Weights: commands often enough to move a task on; terminal events seldom, so that walks are long. */
function someEvent(task: Task, chance: Chance): Observation | Command {
  if (chance.below(3) === 0) {
    if (task.phase === "parked") return { kind: "assigned", session: chance.oneOf(["tag-a", "tag-b"]) };
    return { kind: "begun", leaseSeconds: 45 };
  }
  const kinds = Object.keys(observations()) as Observation["kind"][];
  const rare = ["failed", "abandoned", "refused"];
  const drawn = chance.oneOf(kinds);
  const kind = rare.includes(drawn) && chance.below(4) > 0 ? "silent" : drawn;
  if (chance.below(100) === 0) return { kind: "cancelled" };
  switch (kind) {
    case "accepted":
      return { ...observations().accepted, planned: chance.oneOf([null, 4]) };
    case "refused":
    case "unsure":
    case "failed":
    case "unavailable":
      return { kind, failure: someFailure(chance) };
    case "uploaded":
      return { kind, upload: anUpload(chance.below(2)) };
    case "notUploaded":
      return { kind, failure: someFailure(chance) };
    case "notContinued":
      return { kind, answered: chance.below(2) === 0, failure: someFailure(chance) };
    case "generating":
    case "generated": {
      const images = someImages(chance).map((index) => aRemoteImage(index));
      const planned = chance.oneOf([null, 4, 8]);
      if (kind === "generated") return { ...observations()[kind], planned, images };
      const fullBatches = images.length === 4 ? chance.below(2) : 0;
      return { ...observations()[kind], planned, images, fullBatches };
    }
    case "stored": {
      const images = someImages(chance).map((index) => aStoredImage(index));
      return { kind, images, missing: chance.below(2), blockedBy: null };
    }
    case "unsent":
      return { kind, order: chance.oneOf(["upload", "submit", "recover", "poll", "continue", "cancel", "store"]) };
    case "made":
    case "notMade":
    case "answered":
    case "callRefused":
    case "callLost":
      // Paid calls have walks of their own.
      return observations()[kind];
    case "absent":
    case "continued":
    case "cancelAsked":
    case "abandoned":
    case "silent":
      return { kind };
  }
}

function walk(seed: number): Step[] {
  const chance = chanceFrom(seed);
  const steps: Step[] = [];
  let task: Task = aTask("parked", seed % 2 === 0 ? {} : { inputs: [aStagedInput(0), aStagedInput(1)] });
  let now = start;
  for (let count = 0; count < stepsPerWalk; count += 1) {
    now += chance.oneOf([0, 1, 900, 2000, 15_000, 60_000]);
    const event = someEvent(task, chance);
    const before: Task = task;
    const next = step(
      before,
      event,
      { firstLookSeconds: null, now, paceFactor: 1 + chance.below(3), maxCalls: 8 },
      policy,
    );
    task = next?.task ?? before;
    const { decided, order } = next ?? { decided: null, order: null };
    steps.push({ event, now, before: rowOf(before), decided, order, after: rowOf(task), task, isSame: next === null });
  }
  return steps;
}

/** The walks, made once for all rules: no rule changes a step. */
const walked = Array.from({ length: walks }, (_, index) => ({ seed: index + 1, steps: walk(index + 1) }));

/** Calls `check` with every step of every walk. The message of a failure names the walk, so that it can be repeated. */
function everyStep(check: (step: Step, where: string) => void): void {
  for (const { seed, steps } of walked) {
    for (const [index, step] of steps.entries()) check(step, `walk ${seed}, step ${index}, ${step.event.kind}`);
  }
}

const sources = (images: StoredImage[]) => images.map(({ source }) => source);

describe("on every walk", () => {
  it("every phase is met and every kind of end is reached", () => {
    const met = new Set(walked.flatMap(({ steps }) => steps.map(({ after }) => after.phase)));
    expect([...met].toSorted()).toEqual(
      [
        "parked",
        "ready",
        "uploading",
        "submitting",
        "running",
        "storing",
        "completed",
        "failed",
        "cancelled",
      ].toSorted(),
    );
  });

  it("an accepted job is never submitted, recovered or switched again", () => {
    everyStep(({ before, decided }, where) => {
      if (before.acceptedAt === null) return;
      expect(["submit", "recover", "switch"], where).not.toContain(decided);
    });
  });

  it("an accepted job never comes back to a phase before acceptance, and keeps its session and ids", () => {
    everyStep(({ before, after }, where) => {
      expect(after.submitId, where).toBe(before.submitId);
      if (before.acceptedAt === null) return;
      expect(["parked", "ready", "uploading", "submitting"], where).not.toContain(after.phase);
      expect(after.session, where).toBe(before.session);
      expect(after.acceptedAt, where).toBe(before.acceptedAt);
      if (before.historyId !== null) expect(after.historyId, where).toBe(before.historyId);
    });
  });

  it("nothing is submitted before the upstream has every reference image", () => {
    everyStep(({ after }, where) => {
      if (after.phase === "submitting") expect(after.uploads, where).toHaveLength(after.inputs.length);
    });
  });

  it("the count of continues never falls below zero and never passes the policy's limit", () => {
    everyStep(({ before, after, decided }, where) => {
      expect(after.continues, where).toBeGreaterThanOrEqual(0);
      if (decided === "continue") expect(before.continues, where).toBeLessThan(policy.maxContinues);
    });
  });

  it("a terminal task stays the same object", () => {
    everyStep(({ before, isSame }, where) => {
      if (isTerminal(before)) expect(isSame, where).toBe(true);
    });
  });

  it("progress is whole, never falls, and is 100 exactly when the task is completed", () => {
    everyStep(({ before, after }, where) => {
      expect(Number.isInteger(after.progress), where).toBe(true);
      expect(after.progress, where).toBeGreaterThanOrEqual(before.progress);
      expect(after.progress === 100, where).toBe(after.phase === "completed");
    });
  });

  it("steps and versions never fall", () => {
    everyStep(({ before, after }, where) => {
      expect(after.step, where).toBeGreaterThanOrEqual(before.step);
      expect(after.version, where).toBeGreaterThanOrEqual(before.version);
      expect(after.updatedAt, where).toBeGreaterThanOrEqual(before.updatedAt);
    });
  });

  it("no image is lost or stored twice, and no two share an index", () => {
    everyStep(({ before, after }, where) => {
      expect(sources(after.images), where).toEqual(expect.arrayContaining(sources(before.images)));
      expect(new Set(sources(after.images)).size, where).toBe(after.images.length);
      expect(new Set(after.images.map(({ index }) => index)).size, where).toBe(after.images.length);
    });
  });

  it("a stored image is not copied again, and no index is given twice", () => {
    everyStep(({ after, order }, where) => {
      if (order?.kind !== "store") return;
      const taken = new Set(after.images.map(({ index }) => index));
      const indexes = order.images.map(({ index }) => index);
      expect(new Set(indexes).size, where).toBe(indexes.length);
      expect(
        indexes.filter((index) => taken.has(index)),
        where,
      ).toEqual([]);
      const fresh = order.images.map(({ image }) => image.source);
      expect(
        fresh.filter((source) => sources(after.images).includes(source)),
        where,
      ).toEqual([]);
    });
  });

  it("a live task is either parked or has a wake-up due", () => {
    everyStep(({ after }, where) => {
      if (isTerminal(after)) expect(after.wakeAt, where).toBeNull();
      else expect(after.wakeAt === null, where).toBe(after.phase === "parked");
    });
  });

  it("a task has a session exactly from its slot to its end", () => {
    everyStep(({ after }, where) => {
      if (isTerminal(after)) return;
      expect(after.session === null, where).toBe(after.phase === "parked");
    });
  });

  it("a running task past its deadline is not made to wait longer", () => {
    everyStep(({ after, decided, now, event }, where) => {
      if (after.acceptedAt === null || after.phase !== "running" || now < after.acceptedAt + policy.timeoutMs) return;
      // Unless it was not polled: then one more poll is next.
      if (["silent", "abandoned", "unsent"].includes(event.kind)) return;
      expect(["poll", "drop"], where).not.toContain(decided);
    });
  });

  it("a terminal task has the moment and the reason of its end", () => {
    everyStep(({ before, after, now }, where) => {
      if (!isTerminal(after) || isTerminal(before)) return;
      expect(after.endedAt, where).toBe(now);
      expect(after.error === null, where).toBe(after.phase === "completed");
      if (after.phase === "completed") expect(after.images, where).not.toEqual([]);
    });
  });

  it("every task can be stored and read again", () => {
    // A step that changes nothing leaves the same object.
    const tasks = new Set(walked.flatMap(({ steps }) => steps.map(({ task }) => task)));
    for (const task of tasks) expect(taskSchema.parse(JSON.parse(JSON.stringify(rowOf(task))))).toEqual(task);
  });
});
