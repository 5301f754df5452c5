import { describe, expect, it } from "vitest";
import { maxUnreported } from "#shared/task/limits.ts";
import type { Input } from "#shared/task/machine/rules.ts";
import { type Phase, phases, type Running, type Task } from "#shared/task/phases.ts";
import { type Row, rowOf } from "#shared/task/row.ts";
import { taskSchema } from "#shared/task/stored-task.ts";
import { moved, stepOf, type Wish } from "#test/support/moves.ts";
import {
  aFailure,
  anUpload,
  aRemoteImage,
  aRequest,
  aStagedInput,
  aStoredImage,
  aTask,
  busy,
  inputs as events,
  expired,
  observations,
  start,
  unreachable,
} from "#test/support/task.ts";

/** The row after an input. */
const changed = (task: Task, input: Input, now: number, wish: Wish = {}): Row =>
  rowOf(moved(task, input, { ...wish, now }));

/** `same`: the same object. Else the next phase, in a new object. */
type Outcome = Phase | "same";
type LivePhase = Exclude<Phase, "completed" | "failed" | "cancelled">;

const livePhases = [
  "parked",
  "ready",
  "uploading",
  "submitting",
  "running",
  "storing",
  "dispatched",
] as const satisfies LivePhase[];
const terminalPhases = ["completed", "failed", "cancelled"] as const satisfies Phase[];
const kinds = Object.keys(events()) as Input["kind"][];

// parked, ready, uploading, submitting, running, storing, dispatched. A new kind or a new phase breaks compilation here.
const row = (
  ...outcomes: [Outcome, Outcome, Outcome, Outcome, Outcome, Outcome, Outcome]
): Record<LivePhase, Outcome> => {
  const [parked, ready, uploading, submitting, running, storing, dispatched] = outcomes;
  return { parked, ready, uploading, submitting, running, storing, dispatched };
};
const table: Record<Input["kind"], Record<LivePhase, Outcome>> = {
  // commands
  assigned: row("ready", "same", "same", "same", "same", "same", "same"),
  unplaceable: row("failed", "same", "same", "same", "same", "same", "same"),
  begun: row("same", "submitting", "uploading", "submitting", "running", "storing", "dispatched"),
  // A task that may have a job is only marked; existing images are delivered.
  cancelled: row("cancelled", "cancelled", "cancelled", "submitting", "running", "same", "dispatched"),
  // observations
  uploaded: row("same", "same", "uploading", "same", "same", "same", "same"),
  notUploaded: row("same", "same", "ready", "same", "same", "same", "same"),
  accepted: row("same", "same", "same", "running", "same", "same", "same"),
  refused: row("same", "same", "same", "failed", "same", "same", "same"),
  unsure: row("same", "same", "same", "submitting", "same", "same", "same"),
  absent: row("same", "same", "same", "submitting", "running", "storing", "same"),
  generating: row("same", "same", "same", "running", "running", "storing", "same"),
  generated: row("same", "same", "same", "storing", "storing", "storing", "same"),
  failed: row("same", "same", "same", "failed", "failed", "failed", "same"),
  unavailable: row("same", "same", "same", "submitting", "running", "storing", "same"),
  continued: row("same", "same", "same", "same", "running", "same", "same"),
  notContinued: row("same", "same", "same", "same", "running", "same", "same"),
  cancelAsked: row("same", "same", "same", "same", "running", "same", "same"),
  stored: row("same", "same", "same", "same", "running", "completed", "dispatched"),
  unsent: row("same", "same", "ready", "submitting", "running", "storing", "dispatched"),
  // During a lease (uploading, submitting and storing, as built) its holder may still report.
  abandoned: row("parked", "ready", "same", "same", "running", "same", "dispatched"),
  silent: row("parked", "ready", "uploading", "submitting", "running", "storing", "dispatched"),
  made: row("same", "same", "same", "same", "same", "same", "dispatched"),
  notMade: row("same", "same", "same", "same", "same", "same", "dispatched"),
  // The only call of the task.
  answered: row("same", "same", "same", "same", "same", "same", "failed"),
  callRefused: row("same", "same", "same", "same", "same", "same", "failed"),
  callLost: row("same", "same", "same", "same", "same", "same", "failed"),
};

const cells = kinds.flatMap((kind) => livePhases.map((phase) => ({ kind, phase, outcome: table[kind][phase] })));

describe("a live task and an event", () => {
  it("the table covers every phase", () => {
    expect([...livePhases, ...terminalPhases].toSorted()).toEqual(phases.toSorted());
  });

  it.each(cells)("the event $kind on a $phase task leads to: $outcome", ({ kind, phase, outcome }) => {
    const task = aTask(phase);
    const next = moved(task, events()[kind], { now: start + 1000 });
    if (outcome === "same") {
      expect(next).toBe(task);
    } else {
      expect(next).not.toBe(task);
      expect(next.phase).toBe(outcome);
    }
  });

  it.each(cells)("the event $kind leaves the given $phase task object as it was", ({ kind, phase }) => {
    const task = aTask(phase);
    changed(task, events()[kind], start + 1000);
    expect(task).toEqual(aTask(phase));
  });

  it.each(cells)(
    "the event $kind on a $phase task gives a task that can be stored and read again",
    ({ kind, phase }) => {
      const next = moved(aTask(phase), events()[kind], { now: start + 1000 });
      expect(taskSchema.parse(JSON.parse(JSON.stringify(rowOf(next))))).toEqual(next);
    },
  );
});

describe("a terminal task", () => {
  const all = terminalPhases.flatMap((phase) => kinds.map((kind) => ({ phase, kind })));

  it.each(all)("a $phase task stays the same object whatever comes ($kind)", ({ phase, kind }) => {
    const task = aTask(phase);
    expect(moved(task, events()[kind], { now: start + 1000 })).toBe(task);
  });
});

describe("wake-ups", () => {
  it("an assigned slot makes the first wake-up, due at once", () => {
    const next = changed(aTask("parked"), { kind: "assigned", session: "tag-b" }, start + 1000);
    expect(next).toMatchObject({ phase: "ready", session: "tag-b", step: 1, wakeAt: start + 1000, leaseUntil: null });
  });

  it.each([
    ["submit", { kind: "unsent", order: "submit" }, 1],
    ["recover", { kind: "unsure", failure: unreachable() }, 2],
    ["poll", { kind: "accepted", historyId: null, forecastSeconds: 30, planned: null }, 12],
  ] as const)("the decision %s makes earlier wake-ups stale", (_kind, seen, afterSeconds) => {
    const task = aTask("submitting");
    const next = changed(task, seen, start + 1000);
    expect(next.step).toBe(task.step + 1);
    expect(next.leaseUntil).toBeNull();
    expect(next.wakeAt).toBe(start + 1000 + afterSeconds * 1000);
  });

  it("a begun wake-up gets a lease and is expected to report before its end", () => {
    const next = changed(aTask("running"), { kind: "begun", leaseSeconds: 45 }, start + 1000);
    expect(next).toMatchObject({ leaseUntil: start + 46_000, wakeAt: start + 46_000, step: 2, unanswered: 0 });
  });

  it.each(["running", "storing"] as const)("copying keeps the wake-up's step and holds it by a lease (%s)", (phase) => {
    const task = aTask(phase, { leaseUntil: null });
    const next = changed(task, observations().generated, start + 1000, { policy: { storeLeaseSeconds: 150 } });
    expect(next).toMatchObject({ step: task.step, leaseUntil: start + 151_000, wakeAt: start + 151_000 });
  });

  it.each(["stored", "failed"] as const)("the end of a task leaves no wake-up (%s)", (kind) => {
    const next = changed(aTask("storing"), observations()[kind], start + 1000);
    expect(next).toMatchObject({ wakeAt: null, leaseUntil: null, endedAt: start + 1000, updatedAt: start + 1000 });
  });

  it("silent wake-ups are counted until one is begun", () => {
    const silent = moved(aTask("ready"), { kind: "silent" });
    const again = moved(silent, { kind: "silent" });
    expect(again).toMatchObject({ unanswered: 2, wakeAt: start });
    expect(changed(again, { kind: "begun", leaseSeconds: 45 }, start).unanswered).toBe(0);
  });

  it.each(["refused", "unsure", "absent", "generated", "failed", "unavailable", "unsent"] as const)(
    "a reported order frees its lease (%s)",
    (kind) => {
      const next = changed(aTask("submitting"), observations()[kind], start);
      // Copying begins at once, with a lease of its own.
      expect(next.leaseUntil).toBe(kind === "generated" ? start + 100_000 : null);
    },
  );
});

describe("a submit", () => {
  it("a submit is unsure once its lease has run out and the wake-up is begun again", () => {
    const next = changed(aTask("submitting"), { kind: "begun", leaseSeconds: 45 }, start + 60_000);
    expect(next.submitUnconfirmedSince).toBe(start + 60_000);
  });

  it("an unsure submit keeps the moment at which it became unsure", () => {
    const task = aTask("submitting", { submitUnconfirmedSince: start - 5000 });
    expect(changed(task, { kind: "begun", leaseSeconds: 45 }, start).submitUnconfirmedSince).toBe(start - 5000);
    expect(changed(task, observations().unsure, start).submitUnconfirmedSince).toBe(start - 5000);
  });

  it("an unsure submit is sure again after a refusal", () => {
    const task = aTask("submitting", { submitUnconfirmedSince: start - 5000 });
    const next = changed(task, { kind: "refused", failure: busy() }, start);
    expect(next).toMatchObject({
      submitUnconfirmedSince: null,
      lookFailures: null,
      refusals: 0,
      blockedBy: busy().error,
    });
  });

  it("a submit starts its count of polls from zero when its answer is lost", () => {
    const task = aTask("submitting", { lookFailures: { kind: "absent", count: 2 } });
    expect(changed(task, { kind: "unsure", failure: unreachable() }, start).lookFailures).toBeNull();
  });

  it("a submit keeps its id through every event in every phase", () => {
    for (const phase of livePhases) {
      for (const kind of kinds) {
        const next = changed(aTask(phase), events()[kind], start);
        expect(next.submitId, `${phase} × ${kind}`).toBe(aTask(phase).submitId);
      }
    }
  });
});

describe("the moment a task came into its phase", () => {
  it("phaseSince is the moment at which the task changes its phase", () => {
    expect(changed(aTask("ready"), { kind: "begun", leaseSeconds: 45 }, start + 9000).phaseSince).toBe(start + 9000);
  });

  it("phaseSince stays when the task is made ready a second time", () => {
    expect(changed(aTask("ready"), { kind: "abandoned" }, start + 9000).phaseSince).toBe(start);
  });
});

describe("acceptance", () => {
  it("an acceptance is stored with the upstream's values", () => {
    const next = changed(
      aTask("submitting", { lookFailures: { kind: "absent", count: 2 }, submitUnconfirmedSince: start }),
      observations().accepted,
      start + 9,
    );
    expect(next).toMatchObject({
      phase: "running",
      phaseSince: start + 9,
      historyId: "7897100000001",
      forecastSeconds: 23,
      acceptedAt: start + 9,
      lookFailures: null,
      submitUnconfirmedSince: null,
      blockedBy: null,
      progress: 5,
    });
  });

  it("the acceptance of a lost submit counts even after the task is ready for another", () => {
    expect(changed(aTask("ready", { submitUnconfirmedSince: start }), observations().accepted, start).phase).toBe(
      "running",
    );
  });

  it.each(["generating", "generated"] as const)(
    "the acceptance of a lost submit is learnt from a look (%s)",
    (kind) => {
      const next = changed(aTask("submitting", { submitUnconfirmedSince: start }), observations()[kind], start + 9);
      expect(next).toMatchObject({
        historyId: "7897100000001",
        acceptedAt: start + 9,
        submitUnconfirmedSince: null,
        lookFailures: null,
      });
    },
  );

  it("an acceptance is not changed by a second one", () => {
    const task = aTask("running");
    expect(moved(task, { ...observations().accepted, historyId: "1" })).toBe(task);
  });
});

describe("a poll of a running job", () => {
  it("a successful poll clears blockedBy and lookFailures", () => {
    const task = aTask("running", { lookFailures: { kind: "blind", count: 3 }, blockedBy: unreachable().error });
    expect(changed(task, observations().generating, start + 1000)).toMatchObject({
      lookFailures: null,
      blockedBy: null,
    });
  });

  it("a finished job is complete with the requested number, however many the upstream counts", () => {
    const task = aTask("running", { request: aRequest({ asked: 1 }) });
    const one = { ...observations().generated, finished: 2, images: [aRemoteImage(0)] };
    expect(changed(task, one, start)).toMatchObject({ expected: 1, lookFailures: null });
  });

  it("a poll keeps the planned number when the upstream leaves it out", () => {
    const next = changed(aTask("running"), { ...observations().generating, planned: null }, start);
    expect(next.planned).toBe(4);
  });

  it("a poll keeps the planned number when a finished job leaves it out", () => {
    const images = [0, 1, 2].map((index) => aRemoteImage(index));
    const next = changed(
      aTask("running"),
      { kind: "generated", historyId: null, planned: null, finished: null, failure: null, images },
      start,
    );
    expect(next).toMatchObject({ expected: 3, planned: 4 });
  });

  it("a poll takes the number of images as the plan when no plan was ever known", () => {
    const task = aTask("running", { planned: null });
    const images = [aRemoteImage(0), aRemoteImage(1)];
    const next = changed(
      task,
      { kind: "generated", historyId: null, planned: null, finished: null, failure: null, images },
      start,
    );
    expect(next).toMatchObject({ expected: 2, planned: 2 });
  });

  it("a successful poll stores an unknown history id and keeps a known one", () => {
    const unknown = changed(aTask("running", { historyId: null }), observations().generating, start);
    expect(unknown.historyId).toBe("7897100000001");
    const known = changed(aTask("running", { historyId: "1" }), observations().generating, start);
    expect(known.historyId).toBe("1");
  });

  it("a failed poll is counted, with its reason", () => {
    const next = changed(
      aTask("running", { lookFailures: { kind: "session", count: 1 } }),
      { kind: "unavailable", failure: expired() },
      start,
    );
    expect(next).toMatchObject({ lookFailures: { kind: "session", count: 2 }, blockedBy: expired().error, images: [] });
  });
});

describe("a finished job", () => {
  it("a finished job enters storing with its own deadline and no attempts counted", () => {
    const task = aTask("running", { lookFailures: { kind: "blind", count: 4 }, blockedBy: unreachable().error });
    const next = changed(task, observations().generated, start + 9000);
    expect(next).toMatchObject({
      phase: "storing",
      phaseSince: start + 9000,
      expected: 4,
      lookFailures: null,
      blockedBy: null,
      progress: 90,
    });
  });

  it("a finished job that is seen again does not move the deadline of storing", () => {
    const next = changed(aTask("storing"), observations().generated, start + 9000);
    expect(next.phaseSince).toBe(start);
  });

  it("a finished job with an empty list is counted each time", () => {
    const empty = { ...observations().generated, images: [] };
    const once = moved(aTask("storing"), empty);
    expect(changed(once, empty, start).lookFailures).toEqual({ kind: "empty", count: 2 });
  });
});

describe("copied images", () => {
  it("copied images are added to those already there, in the order of their index", () => {
    const task = aTask("running", { images: [aStoredImage(1)] });
    const next = changed(
      task,
      { kind: "stored", images: [aStoredImage(3), aStoredImage(0)], missing: 0, blockedBy: null },
      start,
    );
    expect(next.images.map(({ index }) => index)).toEqual([0, 1, 3]);
  });

  it("copied images that are reported twice are kept once", () => {
    const once = moved(aTask("running"), observations().stored);
    expect(changed(once, observations().stored, start).images).toHaveLength(4);
  });

  it("copied images stay after a round that copied nothing", () => {
    const task = aTask("storing", { images: [aStoredImage(0)] });
    const next = changed(task, { kind: "stored", images: [], missing: 3, blockedBy: aFailure().error }, start);
    expect(next).toMatchObject({ images: [aStoredImage(0)], blockedBy: aFailure().error });
  });

  it("copying counts as an attempt when it begins, and only once the upstream is done", () => {
    const images = [aRemoteImage(0)];
    expect(changed(aTask("running"), { ...observations().generating, images }, start).copyAttempts).toBe(0);
    expect(changed(aTask("storing"), { ...observations().generating, images }, start).copyAttempts).toBe(1);
  });

  it("copied images stay in a task that fails", () => {
    const task = aTask("running", { images: [aStoredImage(0)] });
    const lost: Input = { kind: "unavailable", failure: expired() };
    expect(changed(task, lost, start, { policy: { sessionAttempts: 1 } }).images).toHaveLength(1);
  });
});

describe("a change of session", () => {
  const refused: Input = { kind: "refused", failure: expired() };

  it("a change of session parks the task and excludes the session it leaves", () => {
    const next = changed(aTask("submitting", { excludedSessions: ["tag-z"] }), refused, start + 1);
    expect(next).toMatchObject({
      phase: "parked",
      session: null,
      excludedSessions: ["tag-z", "tag-a"],
      wakeAt: null,
      leaseUntil: null,
      submitUnconfirmedSince: null,
    });
  });

  it("a change of session resets the count of attempts", () => {
    const parked = moved(aTask("submitting", { lookFailures: { kind: "absent", count: 2 }, refusals: 2 }), refused);
    expect(parked).toMatchObject({ refusals: 0 });
    expect(changed(parked, { kind: "assigned", session: "tag-b" }, start).lookFailures).toBeNull();
  });
});

describe("what a caller can see", () => {
  const visible = (before: Task, after: Row) => after.version > before.version;

  it.each([
    ["assigned", "parked"],
    ["accepted", "submitting"],
    ["generated", "running"],
    ["stored", "storing"],
    ["failed", "running"],
    ["unplaceable", "parked"],
    ["cancelled", "parked"],
  ] as const)("the event %s on a %s task makes a new version with a new date", (kind, phase) => {
    const task = aTask(phase);
    const next = changed(task, events()[kind], start + 7000);
    expect(visible(task, next)).toBe(true);
    expect(next.updatedAt).toBe(start + 7000);
  });

  it.each([
    ["begun", "running"],
    ["absent", "running"],
    ["unavailable", "running"],
    ["silent", "running"],
    ["cancelAsked", "running"],
    ["unsent", "storing"],
  ] as const)("the event %s on a %s task makes no new version", (kind, phase) => {
    const task = aTask(phase);
    expect(visible(task, changed(task, events()[kind], start + 7000))).toBe(false);
  });
});

describe("reference images", () => {
  const inputs = [aStagedInput(0), aStagedInput(1)];

  it("reference images are uploaded before the submit", () => {
    expect(changed(aTask("ready", { inputs }), { kind: "begun", leaseSeconds: 180 }, start).phase).toBe("uploading");
  });

  it("reference images that are all uploaded already are not uploaded again", () => {
    const task = aTask("ready", { inputs, uploads: [anUpload(0), anUpload(1)] });
    expect(changed(task, { kind: "begun", leaseSeconds: 45 }, start).phase).toBe("submitting");
  });

  it("uploads are kept in their order, each once", () => {
    const task = aTask("uploading", { uploads: [anUpload(1)] });
    const three = { ...task, inputs: [...task.inputs, aStagedInput(2)] };
    const first = moved(three, { kind: "uploaded", upload: anUpload(0, { uri: "old" }) });
    const again = changed(first, { kind: "uploaded", upload: anUpload(0) }, start);
    expect(again).toMatchObject({ uploads: [anUpload(0), anUpload(1)], lookFailures: null });
  });

  it("uploads are kept when the task begins once more", () => {
    const task = aTask("uploading", { uploads: [anUpload(0)], leaseUntil: null });
    expect(changed(task, { kind: "begun", leaseSeconds: 180 }, start).uploads).toEqual([anUpload(0)]);
  });

  it.each([
    ["switch", expired()],
    ["park", busy()],
  ] as const)("uploads are dropped for another session and kept for the same one (%s)", (_kind, failure) => {
    const uploaded = moved(aTask("uploading"), { kind: "uploaded", upload: anUpload(0) });
    const parked = moved(uploaded, { kind: "notUploaded", failure });
    expect(parked.phase).toBe("parked");
    expect(changed(parked, { kind: "assigned", session: "tag-b" }, start).uploads).toEqual([]);
    expect(changed(parked, { kind: "assigned", session: "tag-a" }, start).uploads).toEqual([anUpload(0)]);
  });

  it("uploads are dropped after a refused submit, but not when the upstream was only busy", () => {
    const task = aTask("submitting", { inputs, uploads: [anUpload(0), anUpload(1)] });
    expect(changed(task, { kind: "refused", failure: aFailure() }, start).uploads).toEqual([]);
    expect(changed(task, { kind: "refused", failure: busy() }, start).uploads).toHaveLength(2);
  });

  it("failed uploads are counted by their reason", () => {
    const task = aTask("uploading", { lookFailures: { kind: "upload", count: 1 } });
    expect(changed(task, { kind: "notUploaded", failure: aFailure() }, start)).toMatchObject({
      lookFailures: { kind: "upload", count: 2 },
      blockedBy: aFailure().error,
      leaseUntil: null,
    });
    const unheard = changed(task, { kind: "notUploaded", failure: unreachable() }, start);
    expect(unheard.lookFailures).toEqual({ kind: "blind", count: 1 });
  });
});

describe("a job at the end of a batch", () => {
  const standing = (images: number) => ({
    ...observations().generating,
    planned: 8,
    fullBatches: 1,
    images: Array.from({ length: images }, (_, index) => aRemoteImage(index)),
  });
  const stored = [0, 1, 2, 3].map((index) => aStoredImage(index));

  it("a job is stalled from the moment that all its images are stored, until a poll shows another image or none", () => {
    const once = moved(aTask("running", { images: stored }), standing(4));
    expect(changed(once, standing(4), start + 9000).stalledSince).toBe(start);
    expect(changed(once, { ...standing(4), fullBatches: 0 }, start + 9000).stalledSince).toBe(start);
    expect(changed(once, standing(5), start + 9000).stalledSince).toBeNull();
    expect(changed(once, standing(0), start + 9000).stalledSince).toBeNull();
  });

  it("a job at the end of a batch is not stalled while one of its images is still to be copied", () => {
    expect(changed(aTask("running", { images: stored.slice(1) }), standing(4), start).stalledSince).toBeNull();
  });

  const asked = () => moved(aTask("running", { images: stored, stalledSince: start - 20_000 }), standing(4));

  it("a continue is counted when it begins, and uncounted if it was refused or not sent", () => {
    expect(asked()).toMatchObject({ continues: 1, stalledSince: null });
    expect(changed(asked(), { kind: "unsent", order: "continue" }, start).continues).toBe(0);
    expect(changed(asked(), { kind: "notContinued", answered: true, failure: busy() }, start).continues).toBe(0);
  });

  it("a continue whose answer was lost stays counted", () => {
    expect(changed(asked(), observations().notContinued, start).continues).toBe(1);
  });
});

describe("a caller who cancels", () => {
  it.each(["parked", "ready", "uploading"] as const)("a cancel ends a %s task at once", (phase) => {
    const next = changed(aTask(phase), { kind: "cancelled" }, start + 5);
    expect(next).toMatchObject({ phase: "cancelled", endedAt: start + 5, error: { code: "cancelled" }, wakeAt: null });
  });

  it("a cancel wakes a running task at once", () => {
    const next = changed(aTask("running"), { kind: "cancelled" }, start + 5);
    expect(next).toMatchObject({ phase: "running", cancel: "wanted", step: 3, wakeAt: start + 5 });
  });

  it.each(["submitting", "running"] as const)(
    "a cancel does not make the report of a consumer with a lease stale (%s)",
    (phase) => {
      const task = aTask(phase, { leaseUntil: start + 10_000 });
      expect(changed(task, { kind: "cancelled" }, start)).toMatchObject({ cancel: "wanted", step: task.step });
    },
  );

  it("a repeated cancel changes nothing", () => {
    const wanted = moved(aTask("running"), { kind: "cancelled" });
    expect(moved(wanted, { kind: "cancelled" })).toBe(wanted);
  });

  it("a cancel stays wanted until it is reported that the upstream was asked", () => {
    const begin: Input = { kind: "begun", leaseSeconds: 45 };
    const begun = moved(aTask("running", { cancel: "wanted" }), begin);
    expect(begun).toMatchObject({ cancel: "wanted" });
    expect(changed(begun, { kind: "cancelAsked" }, start).cancel).toBe("asked");
    expect(changed(begun, { kind: "unsent", order: "cancel" }, start).cancel).toBe("wanted");
  });
});

describe("a task that is handed out in vain", () => {
  const begun: Input = { kind: "begun", leaseSeconds: 45 };
  const lost = (bend: Partial<Running> = {}) =>
    aTask("running", { leaseUntil: start, unreported: maxUnreported - 1, ...bend });

  it("a task is handed out six times without a report, and not once more", () => {
    let task: Task = aTask("running");
    for (let order = 1; order <= 6; order += 1) {
      task = moved(task, begun);
      expect(task.phase, `order ${order}`).toBe("running");
    }
    const last = stepOf(task, begun);
    expect(last).toMatchObject({ order: null, task: { phase: "failed", error: { code: "internal" } } });
  });

  it("a task that is not handed out any more ends as with a dead letter", () => {
    for (const bend of [{}, { images: [aStoredImage(0)] }, { cancel: "asked" as const }]) {
      expect(moved(lost(bend), begun)).toEqual(moved(lost(bend), { kind: "abandoned" }));
    }
  });

  it("a task that is not handed out any more delivers the images it has", () => {
    expect(moved(lost({ images: [aStoredImage(0)] }), begun)).toMatchObject({ phase: "completed", partial: true });
  });
});
