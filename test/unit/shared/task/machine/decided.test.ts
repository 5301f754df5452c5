import { describe, expect, it } from "vitest";
import type { Observation, RemoteImage } from "#shared/task/events.ts";
import { maxUnreported } from "#shared/task/limits.ts";
import type { Decided } from "#shared/task/machine/rules.ts";
import { deadlineOf } from "#shared/task/machine/step.ts";
import { type Phase, phases, type Running, type Task } from "#shared/task/phases.ts";
import { rowOf } from "#shared/task/row.ts";
import { decided, moved } from "#test/support/moves.ts";
import {
  aFailure,
  anUpload,
  aPolicy,
  aRemoteImage,
  aRequest,
  aStagedInput,
  aStoredImage,
  aTask,
  busy,
  expired,
  full,
  hourMs,
  minuteMs,
  moderated,
  observations,
  start,
  unreachable,
} from "#test/support/task.ts";

type Seen =
  | Observation["kind"]
  | "notUploaded: refused"
  | "notUploaded: session"
  | "notUploaded: busy"
  | "notUploaded: full"
  | "refused: full"
  | "callRefused: busy"
  | "callRefused: full"
  | "callRefused: session"
  | "callRefused: again"
  | "notContinued: busy"
  | "notContinued: refused"
  | "refused: session"
  | "refused: again"
  | "refused: busy"
  | "unsent submit"
  | "abandoned lease"
  | "images";
type Outcome = Decided | "nothing";
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

const seen = (): Record<Seen, Observation> => ({
  ...observations(),
  "notUploaded: refused": { kind: "notUploaded", failure: moderated() },
  "notUploaded: session": { kind: "notUploaded", failure: expired() },
  "notUploaded: busy": { kind: "notUploaded", failure: busy() },
  "notUploaded: full": { kind: "notUploaded", failure: full() },
  "refused: full": { kind: "refused", failure: full() },
  "callRefused: busy": { kind: "callRefused", call: 0, attempt: 1, failure: busy() },
  "callRefused: full": { kind: "callRefused", call: 0, attempt: 1, failure: full() },
  "callRefused: session": { kind: "callRefused", call: 0, attempt: 1, failure: expired() },
  "callRefused: again": { kind: "callRefused", call: 0, attempt: 1, failure: aFailure() },
  "notContinued: busy": { kind: "notContinued", answered: true, failure: busy() },
  "notContinued: refused": { kind: "notContinued", answered: true, failure: moderated() },
  "refused: session": { kind: "refused", failure: expired() },
  "refused: again": { kind: "refused", failure: aFailure() },
  "refused: busy": { kind: "refused", failure: busy() },
  "unsent submit": { kind: "unsent", order: "submit" },
  "abandoned lease": { kind: "abandoned" },
  images: { ...observations().generating, images: [aRemoteImage(0)] },
});

// parked, ready, uploading, submitting, running, storing, dispatched. A new observation or a new phase breaks compilation here.
const row = (
  ...outcomes: [Outcome, Outcome, Outcome, Outcome, Outcome, Outcome, Outcome]
): Record<LivePhase, Outcome> => {
  const [parked, ready, uploading, submitting, running, storing, dispatched] = outcomes;
  return { parked, ready, uploading, submitting, running, storing, dispatched };
};
const table: Record<Seen, Record<LivePhase, Outcome>> = {
  uploaded: row("nothing", "nothing", "upload", "nothing", "nothing", "nothing", "nothing"),
  notUploaded: row("nothing", "nothing", "submit", "nothing", "nothing", "nothing", "nothing"),
  "notUploaded: refused": row("nothing", "nothing", "fail", "nothing", "nothing", "nothing", "nothing"),
  "notUploaded: busy": row("nothing", "nothing", "park", "nothing", "nothing", "nothing", "nothing"),
  "notUploaded: full": row("nothing", "nothing", "park", "nothing", "nothing", "nothing", "nothing"),
  "notUploaded: session": row("nothing", "nothing", "switch", "nothing", "nothing", "nothing", "nothing"),
  accepted: row("nothing", "nothing", "nothing", "poll", "nothing", "nothing", "nothing"),
  refused: row("nothing", "nothing", "nothing", "fail", "nothing", "nothing", "nothing"),
  "refused: session": row("nothing", "nothing", "nothing", "switch", "nothing", "nothing", "nothing"),
  "refused: again": row("nothing", "nothing", "nothing", "submit", "nothing", "nothing", "nothing"),
  "refused: busy": row("nothing", "nothing", "nothing", "park", "nothing", "nothing", "nothing"),
  "refused: full": row("nothing", "nothing", "nothing", "park", "nothing", "nothing", "nothing"),
  unsure: row("nothing", "nothing", "nothing", "recover", "nothing", "nothing", "nothing"),
  absent: row("nothing", "nothing", "nothing", "recover", "poll", "poll", "nothing"),
  generating: row("nothing", "nothing", "nothing", "poll", "poll", "poll", "nothing"),
  images: row("nothing", "nothing", "nothing", "store", "store", "store", "nothing"),
  generated: row("nothing", "nothing", "nothing", "store", "store", "store", "nothing"),
  failed: row("nothing", "nothing", "nothing", "fail", "fail", "fail", "nothing"),
  unavailable: row("nothing", "nothing", "nothing", "recover", "poll", "poll", "nothing"),
  continued: row("nothing", "nothing", "nothing", "nothing", "poll", "nothing", "nothing"),
  notContinued: row("nothing", "nothing", "nothing", "nothing", "poll", "nothing", "nothing"),
  "notContinued: busy": row("nothing", "nothing", "nothing", "nothing", "poll", "nothing", "nothing"),
  "notContinued: refused": row("nothing", "nothing", "nothing", "nothing", "fail", "nothing", "nothing"),
  cancelAsked: row("nothing", "nothing", "nothing", "nothing", "poll", "nothing", "nothing"),
  stored: row("nothing", "nothing", "nothing", "nothing", "poll", "complete", "wait"),
  unsent: row("nothing", "nothing", "submit", "recover", "poll", "poll", "wait"),
  "unsent submit": row("nothing", "nothing", "submit", "submit", "poll", "poll", "wait"),
  abandoned: row("drop", "submit", "submit", "recover", "poll", "poll", "wait"),
  // A parked task has no order that could be lost.
  "abandoned lease": row("drop", "fail", "fail", "fail", "fail", "fail", "wait"),
  silent: row("drop", "nudge", "nudge", "nudge", "nudge", "nudge", "wait"),
  made: row("nothing", "nothing", "nothing", "nothing", "nothing", "nothing", "store"),
  notMade: row("nothing", "nothing", "nothing", "nothing", "nothing", "nothing", "wait"),
  answered: row("nothing", "nothing", "nothing", "nothing", "nothing", "nothing", "fail"),
  callRefused: row("nothing", "nothing", "nothing", "nothing", "nothing", "nothing", "fail"),
  "callRefused: busy": row("nothing", "nothing", "nothing", "nothing", "nothing", "nothing", "park"),
  "callRefused: full": row("nothing", "nothing", "nothing", "nothing", "nothing", "nothing", "park"),
  "callRefused: session": row("nothing", "nothing", "nothing", "nothing", "nothing", "nothing", "switch"),
  "callRefused: again": row("nothing", "nothing", "nothing", "nothing", "nothing", "nothing", "wait"),
  callLost: row("nothing", "nothing", "nothing", "nothing", "nothing", "nothing", "fail"),
};

const cells = (Object.keys(table) as Seen[]).flatMap((what) =>
  livePhases.map((phase) => ({ what, phase, outcome: table[what][phase] })),
);

describe("what was seen on a live task", () => {
  it.each(cells)("$what, seen on a $phase task, leads to $outcome", ({ what, phase, outcome }) => {
    // Begun often without a report: running it fails. Not begun, or only seldom: a lost message.
    const bend =
      what === "abandoned"
        ? { leaseUntil: null }
        : what === "abandoned lease"
          ? { leaseUntil: start, unreported: phase === "ready" ? maxUnreported : maxUnreported - 1 }
          : {};
    expect(decided(aTask(phase, bend), seen()[what])?.kind ?? "nothing").toBe(outcome);
  });

  it.each(phases.filter((phase) => !livePhases.some((live) => live === phase)))(
    "a %s task is left alone whatever is seen",
    (phase) => {
      for (const one of Object.values(seen())) {
        expect(decided(aTask(phase), one)).toBeNull();
      }
    },
  );
});

describe("an accepted job", () => {
  const accepted = ["running", "storing"] as const;

  it.each(accepted)("an accepted job is never submitted again or switched, whatever is seen (%s)", (phase) => {
    for (const [what, one] of Object.entries(seen())) {
      expect(["submit", "recover", "switch"], `${phase} × ${what}`).not.toContain(decided(aTask(phase), one)?.kind);
    }
  });

  it.each(accepted)("an accepted job that is absent is searched for until the deadline (%s)", (phase) => {
    let task: Task = aTask(phase);
    for (let look = 0; look < 50; look += 1) task = moved(task, { kind: "absent" });
    expect(task.phase).toBe(phase);
  });
});

describe("the deadline", () => {
  it("the deadline of a task that waits for a slot runs from its creation", () => {
    expect(deadlineOf(aTask("parked"), aPolicy())).toBe(start + 24 * hourMs);
    expect(deadlineOf(aTask("ready", { phaseSince: start + hourMs }), aPolicy())).toBe(start + 24 * hourMs);
  });

  it("the deadline of an accepted task runs from its acceptance", () => {
    const task = aTask("running", { createdAt: start - hourMs, acceptedAt: start });
    expect(deadlineOf(task, aPolicy())).toBe(start + 30 * minuteMs);
  });

  it("the deadline of a lost submit runs from the moment it was lost", () => {
    const task = aTask("submitting", { submitUnconfirmedSince: start + 5000 });
    expect(deadlineOf(task, aPolicy())).toBe(start + 5000 + 30 * minuteMs);
  });

  it("the deadline of copying runs from the end of the job", () => {
    const task = aTask("storing", { acceptedAt: start - hourMs, phaseSince: start });
    expect(deadlineOf(task, aPolicy({ storeTimeoutMs: 5 * minuteMs }))).toBe(start + 5 * minuteMs);
  });

  const timely: { phase: LivePhase; what: Seen; at: number }[] = [
    { phase: "parked", what: "silent", at: 24 * hourMs },
    { phase: "ready", what: "silent", at: 24 * hourMs },
    { phase: "submitting", what: "refused: busy", at: 24 * hourMs },
    { phase: "submitting", what: "refused: again", at: 24 * hourMs },
    { phase: "running", what: "generating", at: 30 * minuteMs },
    { phase: "running", what: "absent", at: 30 * minuteMs },
    { phase: "running", what: "unavailable", at: 30 * minuteMs },
    { phase: "storing", what: "absent", at: 30 * minuteMs },
    { phase: "storing", what: "unavailable", at: 30 * minuteMs },
  ];

  it.each(["submitting", "running", "storing"] as const)(
    "a deadline that passed without a poll does not end a task that may be done by now (%s)",
    (phase) => {
      for (const what of ["silent", "unsent", "abandoned"] as const) {
        const decision = decided(aTask(phase, { leaseUntil: null }), seen()[what], { now: start + 25 * hourMs });
        expect(["poll", "recover", "nudge"], what).toContain(decision?.kind);
      }
    },
  );

  it("a silent task past its deadline fails only after many unanswered wake-ups", () => {
    const late = { now: start + 25 * hourMs };
    expect(decided(aTask("running", { unanswered: 18 }), { kind: "silent" }, late)?.kind).toBe("nudge");
    expect(decided(aTask("running", { unanswered: 19 }), { kind: "silent" }, late)?.kind).toBe("fail");
  });

  it.each(timely)("the deadline fails a $phase task on $what, and not a moment before", ({ phase, what, at }) => {
    expect(decided(aTask(phase), seen()[what], { now: start + at })?.kind).toBe("fail");
    expect(decided(aTask(phase), seen()[what], { now: start + at - 1 })?.kind).not.toBe("fail");
  });

  it.each(["running", "storing"] as const)("a task at its deadline delivers the images it has (%s)", (phase) => {
    const task = aTask(phase, { images: [aStoredImage(0)] });
    const decision = decided(task, { kind: "absent" }, { now: start + 30 * minuteMs });
    expect(decision).toEqual({ kind: "complete", partial: true });
  });

  it.each(["running", "submitting"] as const)(
    "the deadline does not stop images that can be copied now (%s)",
    (phase) => {
      const decision = decided(aTask(phase), observations().generated, { now: start + 25 * hourMs });
      expect(decision?.kind).toBe("store");
    },
  );

  it("the deadline does not stop a final answer", () => {
    const late = { now: start + 25 * hourMs };
    expect(decided(aTask("running"), observations().failed, late)).toEqual({ kind: "fail", error: moderated().error });
    expect(decided(aTask("storing"), observations().stored, late)?.kind).toBe("complete");
  });

  it("a task past its deadline fails with its last error", () => {
    const task = aTask("running", { blockedBy: expired().error });
    const decision = decided(task, { kind: "absent" }, { now: start + hourMs });
    expect(decision).toEqual({ kind: "fail", error: expired().error });
  });

  it("the error at the deadline is a timeout when a busy upstream was the only error", () => {
    const decision = decided(aTask("submitting"), seen()["refused: busy"], { now: start + 25 * hourMs });
    expect(decision).toMatchObject({ error: { code: "timeout", message: expect.stringContaining("busy") } });
  });

  it("the error at the deadline is a timeout when nothing was wrong but the time", () => {
    const decision = decided(aTask("running"), observations().generating, { now: start + hourMs });
    expect(decision).toMatchObject({ error: { code: "timeout", message: expect.stringContaining("accepted") } });
  });

  it("the error at the deadline is not about a busy upstream when the submit was lost", () => {
    const task = aTask("submitting", { submitUnconfirmedSince: start });
    const decision = decided(task, { kind: "absent" }, { now: start + hourMs });
    expect(decision).toMatchObject({ error: { code: "timeout", message: expect.not.stringContaining("busy") } });
  });
});

describe("a refused submit", () => {
  it("a submit refused for good fails with the upstream's reason", () => {
    expect(decided(aTask("submitting"), seen().refused)).toEqual({ kind: "fail", error: moderated().error });
  });

  it("a submit refused for its session moves the task to the next session", () => {
    const next = moved(aTask("submitting"), seen()["refused: session"]);
    expect(rowOf(next)).toMatchObject({
      phase: "parked",
      session: null,
      excludedSessions: ["tag-a"],
      blockedBy: expired().error,
    });
  });

  it("a refused submit is repeated as often as the policy allows", () => {
    const policy = { submitAttempts: 3 };
    const kinds = [0, 1, 2].map(
      (refusals) => decided(aTask("submitting", { refusals }), seen()["refused: again"], { policy })?.kind,
    );
    expect(kinds).toEqual(["submit", "submit", "fail"]);
  });

  it("uploads and a busy upstream in between do not give a refused submit more attempts", () => {
    let task: Task = aTask("submitting", { inputs: [aStagedInput(0)], uploads: [anUpload(0)], uploadsOf: "tag-a" });
    const see = (next: Observation) => {
      const placed = moved(moved(task, next), { kind: "assigned", session: "tag-a" });
      task = moved(placed, { kind: "begun", leaseSeconds: 45 });
    };
    let refused = 0;
    while (task.phase === "submitting" && refused < 10) {
      see({ kind: "refused", failure: busy() });
      see({ kind: "refused", failure: aFailure() });
      refused += 1;
      see({ kind: "notUploaded", failure: aFailure() });
      see({ kind: "uploaded", upload: anUpload(0) });
    }
    expect(task.phase).toBe("failed");
    expect(refused).toBe(3);
  });

  it("a refused submit waits longer before each attempt, up to a minute", () => {
    const waits = [0, 1, 2, 3, 4, 50].map((refusals) =>
      decided(aTask("submitting", { refusals }), seen()["refused: again"], { policy: { submitAttempts: 99 } }),
    );
    expect(waits.map((decision) => decision?.kind === "submit" && decision.afterSeconds)).toEqual([
      5, 10, 20, 40, 60, 60,
    ]);
  });

  it.each(["refused: busy", "refused: full"] as const)(
    "a submit refused because the upstream is busy or full goes back to the queue until the deadline: %s",
    (what) => {
      const task = aTask("submitting", { refusals: 2 });
      expect(decided(task, seen()[what], { now: start + 24 * hourMs - 1 })?.kind).toBe("park");
      expect(rowOf(moved(task, seen()[what]))).toMatchObject({
        phase: "parked",
        session: null,
        excludedSessions: [],
        refusals: 2,
        blockedBy: { code: "rate_limited" },
      });
    },
  );

  it("a refused submit waits as long as the upstream asks", () => {
    const failure = { ...aFailure(), retryAfterSeconds: 77 };
    expect(decided(aTask("submitting"), { kind: "refused", failure })).toEqual({ kind: "submit", afterSeconds: 77 });
  });
});

describe("a lost submit", () => {
  /** Like the coordinator: begins the wake-up, then reports the poll. */
  const looked = (task: Task, one: Observation): Task => moved(moved(task, { kind: "begun", leaseSeconds: 45 }), one);
  const lost = (): Task => moved(aTask("submitting"), { kind: "unsure", failure: unreachable() });

  it("a lost submit is searched for as often as the policy allows, then submitted again with the same id", () => {
    let task: Task = lost();
    for (let look = 1; look < 5; look += 1) {
      task = looked(task, { kind: "absent" });
      expect(task.phase, `after look ${look}`).toBe("submitting");
    }
    task = looked(task, { kind: "absent" });
    expect(task).toMatchObject({ phase: "ready", submitId: aTask("submitting").submitId, session: "tag-a" });
  });

  it("a lost submit is searched for over at least ten seconds before it counts as never arrived", () => {
    let task: Task = lost();
    let waitedMs = 0;
    while (task.phase === "submitting") {
      waitedMs += (task.wakeAt ?? start) - start;
      task = looked(task, { kind: "absent" });
    }
    expect(waitedMs).toBeGreaterThanOrEqual(10_000);
  });

  it("a lost submit is not submitted again because of polls that failed", () => {
    let task: Task = lost();
    for (let look = 0; look < 4; look += 1) task = looked(task, { kind: "unavailable", failure: unreachable() });
    // The first successful poll finds nothing: that counts as one, not five.
    expect(looked(task, { kind: "absent" }).phase).toBe("submitting");
  });

  it("the polls for a lost submit start over when the second submit is lost with its consumer", () => {
    let task: Task = lost();
    while (task.phase === "submitting") task = looked(task, { kind: "absent" });
    task = moved(task, { kind: "begun", leaseSeconds: 45 }); // submitted again, without a report
    task = moved(task, { kind: "silent" });
    expect(looked(task, { kind: "absent" }).phase).toBe("submitting");
  });

  it("the polls for a submit whose consumer vanished start from zero, whatever the count before", () => {
    const task = moved(aTask("submitting", { lookFailures: { kind: "blind", count: 9 } }), { kind: "silent" });
    expect(looked(task, { kind: "absent" }).phase).toBe("submitting");
  });

  it.each(["refused: again", "refused: busy", "refused: full"] as const)(
    "a refused resubmit is looked for on its session, as the first submit may be the cause (%s)",
    (what) => {
      let task: Task = lost();
      while (task.phase === "submitting") task = looked(task, { kind: "absent" });
      task = moved(task, { kind: "begun", leaseSeconds: 45 });
      const next = moved(task, seen()[what]);
      expect(decided(task, seen()[what])).toEqual({ kind: "recover", afterSeconds: 30 });
      expect(next).toMatchObject({ phase: "submitting", session: "tag-a" });
      expect(rowOf(next).submitUnconfirmedSince).not.toBeNull();
    },
  );

  it("a resubmit refused for good fails, and one refused for its session switches", () => {
    let task: Task = lost();
    while (task.phase === "submitting") task = looked(task, { kind: "absent" });
    task = moved(task, { kind: "begun", leaseSeconds: 45 });
    expect(decided(task, seen().refused)?.kind).toBe("fail");
    expect(decided(task, seen()["refused: session"])?.kind).toBe("switch");
  });

  it("a lost submit that is found runs", () => {
    expect(moved(lost(), observations().generating)).toMatchObject({ phase: "running", session: "tag-a" });
  });

  it("a lost submit that is found finished has its images copied", () => {
    expect(decided(lost(), observations().generated)?.kind).toBe("store");
  });

  it("a lost submit that is found failed fails", () => {
    expect(moved(lost(), observations().failed)).toMatchObject({ phase: "failed", error: moderated().error });
  });
});

describe("an order that was not begun", () => {
  it("an order that was not begun is repeated a second later", () => {
    expect(decided(aTask("submitting"), { kind: "unsent", order: "submit" })).toEqual({
      kind: "submit",
      afterSeconds: 1,
    });
    expect(decided(aTask("submitting"), { kind: "unsent", order: "recover" })).toEqual({
      kind: "recover",
      afterSeconds: 1,
    });
    expect(decided(aTask("running"), { kind: "unsent", order: "poll" })).toEqual({ kind: "poll", afterSeconds: 1 });
    expect(decided(aTask("storing"), { kind: "unsent", order: "store" })).toEqual({ kind: "poll", afterSeconds: 1 });
  });
});

describe("a failed poll", () => {
  it("a failed poll is repeated after a longer wait each time, up to half a minute", () => {
    const waits = [0, 1, 2, 3, 4, 50].map((count) =>
      decided(aTask("running", { lookFailures: { kind: "blind", count } }), seen().unavailable),
    );
    expect(waits.map((decision) => decision?.kind === "poll" && decision.afterSeconds)).toEqual([2, 4, 8, 16, 30, 30]);
  });

  it("after a failed poll the next waits as long as the upstream asks", () => {
    const failure = { ...busy(), retryAfterSeconds: 55 };
    expect(decided(aTask("running"), { kind: "unavailable", failure })).toEqual({ kind: "poll", afterSeconds: 55 });
  });

  it("polls refused for the session fail the task only after several in a row", () => {
    const refused: Observation = { kind: "unavailable", failure: expired() };
    let task: Task = aTask("running");
    for (let look = 1; look < 5; look += 1) {
      task = moved(task, refused);
      expect(task.phase, `after look ${look}`).toBe("running");
    }
    expect(moved(task, refused)).toMatchObject({ phase: "failed", error: expired().error });
  });

  it("a task whose polls are refused for the session delivers the images it has", () => {
    const task = aTask("running", { lookFailures: { kind: "session", count: 4 }, images: [aStoredImage(0)] });
    const decision = decided(task, { kind: "unavailable", failure: expired() });
    expect(decision).toEqual({ kind: "complete", partial: true });
  });

  it("one poll refused for the session does not fail the task, however long the upstream was unreachable", () => {
    let task: Task = aTask("running");
    for (let look = 0; look < 10; look += 1) task = moved(task, seen().unavailable);
    expect(moved(task, { kind: "unavailable", failure: expired() }).phase).toBe("running");
  });

  it("a poll that failed on the network is repeated until the deadline", () => {
    let task: Task = aTask("running");
    for (let look = 0; look < 200; look += 1) task = moved(task, seen().unavailable);
    expect(task.phase).toBe("running");
  });
});

describe("images", () => {
  const storing = (images: RemoteImage[], task: Task = aTask("running")) => {
    const decision = decided(task, { ...observations().generating, images });
    return decision?.kind === "store"
      ? decision.images?.map(({ index, image }) => [index, image.source])
      : decision?.kind;
  };

  it("images are copied as they appear, each once", () => {
    expect(storing([aRemoteImage(0), aRemoteImage(1)], aTask("running", { images: [aStoredImage(0)] }))).toEqual([
      [1, "tos/image-1"],
    ]);
  });

  it("nothing is copied when every image is stored already", () => {
    expect(storing([aRemoteImage(0)], aTask("running", { images: [aStoredImage(0)] }))).toBe("poll");
  });

  it("an image is recognised by its source, not by its link", () => {
    const task = aTask("running", { images: [aStoredImage(0)] });
    expect(storing([aRemoteImage(0, { url: "https://images.example.com/0?x-expires=2" })], task)).toBe("poll");
  });

  it("stored images keep their index when the upstream's list changes its order", () => {
    const task = aTask("running", { images: [aStoredImage(0), aStoredImage(1)] });
    const reversed = [3, 2, 1, 0].map((index) => aRemoteImage(index));
    expect(storing(reversed, task)).toEqual([
      [2, "tos/image-3"],
      [3, "tos/image-2"],
    ]);
  });

  it("images never share an index", () => {
    // The first one of the list is new; its index belongs to a stored image.
    const task = aTask("running", { images: [aStoredImage(0), aStoredImage(2)] });
    const list = [aRemoteImage(7), aRemoteImage(0), aRemoteImage(8), aRemoteImage(2), aRemoteImage(9)];
    const indexes = storing(list, task);
    expect(indexes).toEqual([
      [1, "tos/image-7"],
      [3, "tos/image-8"],
      [4, "tos/image-9"],
    ]);
  });

  it("images are copied under a lease", () => {
    const decision = decided(aTask("running"), observations().generated, { policy: { storeLeaseSeconds: 99 } });
    expect(decision).toMatchObject({ kind: "store", leaseSeconds: 99 });
  });
});

describe("a finished job", () => {
  it("a finished job whose images are all stored is completed", () => {
    const next = moved(aTask("storing"), observations().stored);
    expect(next).toMatchObject({ phase: "completed", partial: false, progress: 100, endedAt: start });
  });

  it("a finished job whose images were copied while it ran is completed at once", () => {
    const images = [0, 1, 2, 3].map((index) => aStoredImage(index));
    expect(decided(aTask("running", { images }), observations().generated)).toEqual({
      kind: "complete",
      partial: false,
    });
  });

  it("a finished job with fewer images than planned is completed as partial", () => {
    const remote = [0, 1, 2].map((index) => aRemoteImage(index));
    const three: Observation = { ...observations().generated, finished: 3, images: remote };
    const storing = moved(aTask("running"), three);
    const images = [0, 1, 2].map((index) => aStoredImage(index));
    expect(moved(storing, { kind: "stored", images, missing: 0, blockedBy: null })).toMatchObject({
      phase: "completed",
      partial: true,
    });
  });

  it("a finished job short of its plan is partial even if its last answer leaves the plan out", () => {
    const images = [0, 1, 2].map((index) => aStoredImage(index));
    const remote = [0, 1, 2].map((index) => aRemoteImage(index));
    const next = moved(aTask("running", { images }), {
      kind: "generated",
      historyId: null,
      planned: null,
      finished: null,
      failure: null,
      images: remote,
    });
    expect(next).toMatchObject({ phase: "completed", partial: true });
  });

  it("a finished job that shows fewer images than it counts is polled again, and then completed with its images", () => {
    const two: Observation = { ...observations().generated, images: [aRemoteImage(0), aRemoteImage(1)] };
    const stored: Observation = {
      kind: "stored",
      images: [aStoredImage(0), aStoredImage(1)],
      missing: 0,
      blockedBy: null,
    };
    let task: Task = moved(moved(aTask("running"), two), stored);
    expect(task).toMatchObject({ phase: "storing", images: [{}, {}] });
    expect(decided(task, observations().generated)).toMatchObject({
      kind: "store",
      images: [{ index: 2 }, { index: 3 }],
    });
    for (let look = 0; look < 10 && task.phase === "storing"; look += 1) task = moved(task, two);
    expect(task).toMatchObject({ phase: "completed", partial: true, images: [{}, {}] });
  });

  it("a finished job whose counted images never appear fails with the reason in its record", () => {
    const failure = aFailure({ verdict: "refused", error: { code: "output_moderated", message: "Held back." } });
    const late: Observation = { ...observations().generated, images: [], failure };
    let task: Task = aTask("running");
    for (let look = 0; look < 10 && task.phase !== "failed"; look += 1) task = moved(task, late);
    expect(task).toMatchObject({ phase: "failed", error: failure.error });
  });

  it("a finished job whose list is empty is complete once as many images as it counts are stored", () => {
    const images = [0, 1, 2, 3].map((index) => aStoredImage(index));
    const empty: Observation = { ...observations().generated, images: [] };
    expect(decided(aTask("running", { images }), empty)).toEqual({ kind: "complete", partial: false });
  });

  it("a finished job with as many images as it planned itself is not partial, whatever was asked for", () => {
    const two: Observation = {
      kind: "generated",
      historyId: null,
      planned: 2,
      finished: null,
      failure: null,
      images: [aRemoteImage(0), aRemoteImage(1)],
    };
    const storing = moved(aTask("running", { planned: 2 }), two);
    const next = moved(storing, {
      kind: "stored",
      images: [aStoredImage(0), aStoredImage(1)],
      missing: 0,
      blockedBy: null,
    });
    expect(next).toMatchObject({ phase: "completed", partial: false });
  });

  it("a finished job without images is polled a few times more, then fails", () => {
    const empty: Observation = { ...observations().generated, images: [] };
    let task: Task = moved(aTask("running"), empty);
    let looks = 1;
    while (task.phase === "storing" && looks < 100) {
      task = moved(task, empty);
      looks += 1;
    }
    expect(task).toMatchObject({ phase: "failed", error: { code: "upstream_failed" } });
    expect(looks).toBe(8);
  });

  it("a finished job with a late list is completed", () => {
    const late = moved(aTask("running"), { ...observations().generated, images: [] });
    const found = moved(late, observations().generated);
    expect(moved(found, observations().stored)).toMatchObject({ phase: "completed", partial: false });
  });

  const short: Observation = {
    kind: "stored",
    images: [],
    missing: 1,
    blockedBy: { code: "upstream_failed", message: "1 of the images could not be copied." },
  };

  it("a finished job with missing copies is polled again for fresh links, later each time", () => {
    const waits = [1, 2, 3, 4].map((copyAttempts) => decided(aTask("storing", { copyAttempts }), short));
    expect(waits).toEqual([1, 2, 4, 8].map((afterSeconds) => ({ kind: "poll", afterSeconds })));
  });

  it("a finished job whose copies keep failing delivers the stored images", () => {
    const task = aTask("storing", { copyAttempts: 12, images: [aStoredImage(0)] });
    expect(decided(task, short)).toEqual({ kind: "complete", partial: true });
  });

  it("a finished job whose copies are begun but never reported still ends", () => {
    const seenAgain = observations().generated;
    const late = { now: start + 31 * minuteMs };
    expect(decided(aTask("storing", { copyAttempts: 11 }), seenAgain, late)?.kind).toBe("store");
    expect(decided(aTask("storing", { copyAttempts: 12 }), seenAgain, late)?.kind).toBe("fail");
    expect(decided(aTask("storing", { copyAttempts: 12 }), seenAgain)?.kind).toBe("store");
    const task = aTask("storing", { copyAttempts: 12, images: [aStoredImage(0)] });
    expect(decided(task, seenAgain)).toEqual({ kind: "complete", partial: true });
  });

  it("a finished job whose images cannot be copied fails with that reason, but not before its deadline", () => {
    const task = aTask("storing", { copyAttempts: 500 });
    expect(decided(task, short, { now: start + 30 * minuteMs - 1 })?.kind).toBe("poll");
    const decision = decided(task, short, { now: start + 30 * minuteMs });
    expect(decision).toEqual({ kind: "fail", error: { code: "upstream_failed", message: expect.any(String) } });
  });
});

describe("a watched task", () => {
  it("a watched task is polled more often", () => {
    const now = start + 30_000;
    const watched = decided(aTask("running"), observations().generating, { now, paceFactor: 1 });
    const unwatched = decided(aTask("running"), observations().generating, { now });
    expect(watched).toEqual({ kind: "poll", afterSeconds: 1 });
    expect(unwatched).toEqual({ kind: "poll", afterSeconds: 3 });
  });
});

describe("reference images", () => {
  const uploaded = (index: number): Observation => ({ kind: "uploaded", upload: anUpload(index) });

  it("reference images are uploaded one after the other without a wait, then the task is submitted", () => {
    const task = aTask("uploading");
    expect(decided(task, uploaded(0))).toEqual({ kind: "upload", index: 1, leaseSeconds: 61 });
    expect(decided(moved(task, uploaded(0)), uploaded(1))).toEqual({ kind: "submit", afterSeconds: 0 });
  });

  it("reference images uploaded before a crash are not uploaded again", () => {
    expect(decided(aTask("uploading", { uploads: [anUpload(1)] }), uploaded(0))).toEqual({
      kind: "submit",
      afterSeconds: 0,
    });
  });

  it("uploads of reference images are repeated until the deadline while the upstream is unreachable", () => {
    const task = aTask("uploading", { lookFailures: { kind: "blind", count: 50 } });
    expect(decided(task, { kind: "notUploaded", failure: unreachable() })).toEqual({
      kind: "submit",
      afterSeconds: 60,
    });
    const late = decided(task, { kind: "notUploaded", failure: unreachable() }, { now: start + 31 * minuteMs });
    expect(late).toEqual({ kind: "fail", error: unreachable().error });
  });

  it("each reference image has its own timeout", () => {
    const second = moved(aTask("uploading"), uploaded(0), { now: start + 20 * minuteMs });
    expect(deadlineOf(second, aPolicy())).toBe(start + 50 * minuteMs);
    expect(deadlineOf(moved(second, uploaded(1)), aPolicy())).toBe(start + 24 * hourMs);
  });

  it("uploads that got no answer do not count as refused uploads", () => {
    const task = aTask("uploading", { lookFailures: { kind: "blind", count: 20 } });
    expect(decided(task, { kind: "notUploaded", failure: aFailure() })?.kind).toBe("submit");
  });

  it("reference images that the upstream keeps refusing fail the task", () => {
    const task = aTask("uploading", { inputs: [aStagedInput(0)], lookFailures: { kind: "upload", count: 7 } });
    expect(decided(task, { kind: "notUploaded", failure: aFailure() })).toEqual({
      kind: "fail",
      error: aFailure().error,
    });
  });
});

describe("a stalled job with all requested images", () => {
  const standing = (count: number, bend: Partial<Observation> = {}): Observation =>
    ({
      ...observations().generating,
      planned: count,
      images: Array.from({ length: count }, (_, index) => aRemoteImage(index)),
      ...bend,
    }) as Observation;
  const stalled = (count: number, bend: Partial<Running> = {}) =>
    aTask("running", {
      images: Array.from({ length: count }, (_, index) => aStoredImage(index)),
      planned: count,
      stalledSince: start - 20_000,
      ...bend,
    });
  const asked = (count: number | null) => ({ request: aRequest({ asked: count }), inputs: [aStagedInput(0)] });

  it("a stalled job with all requested images is completed after some time, and not partial", () => {
    expect(decided(stalled(1, asked(1)), standing(1))).toEqual({ kind: "complete", partial: false });
    const fresh = stalled(1, { ...asked(1), stalledSince: start - 19_000 });
    expect(decided(fresh, standing(1))?.kind).toBe("poll");
  });

  it("without a requested number, the number the upstream plans counts for text to image only", () => {
    expect(decided(stalled(4), standing(4))).toEqual({ kind: "complete", partial: false });
    expect(decided(stalled(2, asked(null)), standing(2))?.kind).toBe("poll");
  });

  it("a stalled job with all requested images is not continued, also at the end of a batch", () => {
    expect(decided(stalled(4, asked(4)), standing(4, { fullBatches: 1 }))?.kind).toBe("complete");
  });

  it("a stalled job with fewer images continues", () => {
    expect(decided(stalled(2, asked(4)), standing(2))?.kind).toBe("poll");
  });
});

describe("a job of more images than one batch", () => {
  const stored = (count: number) => Array.from({ length: count }, (_, index) => aStoredImage(index));
  const standing = (images: number): Observation => ({
    ...observations().generating,
    planned: 16,
    fullBatches: images / 4,
    images: Array.from({ length: images }, (_, index) => aRemoteImage(index)),
  });
  const stalled = (images: number, bend: Partial<Running> = {}) =>
    aTask("running", { images: stored(images), planned: 16, stalledSince: start - 20_000, ...bend });

  it("a stalled job is continued, however often it was polled", () => {
    let task: Task = aTask("running", { images: stored(4), planned: 8 });
    const kinds = [0, 1, 2, 10, 19, 20].map((seconds) => {
      const now = start + seconds * 1000;
      const next = decided(task, standing(4), { now })?.kind;
      task = moved(task, standing(4), { now });
      return next;
    });
    expect(kinds).toEqual(["poll", "poll", "poll", "poll", "poll", "continue"]);
  });

  it("a job is not continued before the images it counts are in its list", () => {
    const empty: Observation = { ...observations().generating, planned: 8, fullBatches: 1, images: [] };
    const task = aTask("running", { images: [], stalledSince: start - 60_000 });
    expect(decided(task, empty)?.kind).toBe("poll");
  });

  it("a job whose continue keeps being refused is delivered as it is", () => {
    const again: Observation = { kind: "notContinued", answered: true, failure: aFailure() };
    expect(decided(stalled(4, { continues: 1, refusals: 1 }), again)?.kind).toBe("poll");
    expect(decided(stalled(4, { continues: 1, refusals: 2 }), again)).toEqual({ kind: "complete", partial: true });
  });

  it.each(["wanted", "asked"] as const)("a job is not continued once its caller cancelled it (%s)", (cancel) => {
    const instead = { wanted: { kind: "poll", afterSeconds: 0 }, asked: { kind: "complete", partial: true } };
    expect(decided(stalled(4, { cancel }), standing(4))).toEqual(instead[cancel]);
  });

  it("a job is continued once per batch, even if the answer was lost", () => {
    expect(decided(stalled(4, { continues: 1 }), standing(4))?.kind).toBe("poll");
    expect(decided(stalled(8, { continues: 1 }), standing(8))?.kind).toBe("continue");
  });

  it("a job that has used up its continues is delivered as it is", () => {
    const seenLast = { ...standing(16), planned: 20 };
    expect(decided(stalled(16, { continues: 3 }), seenLast)).toEqual({ kind: "complete", partial: true });
  });

  it("a job whose continue is refused for its session is delivered as it is", () => {
    const refused: Observation = { kind: "notContinued", answered: true, failure: expired() };
    expect(decided(stalled(4, { continues: 1 }), refused)).toEqual({ kind: "complete", partial: true });
  });
});

describe("a task its caller cancelled", () => {
  it("a cancelled task is polled without a wait, so that the upstream is asked to cancel it", () => {
    const task = aTask("running", { cancel: "wanted" });
    expect(decided(task, observations().generating)).toEqual({ kind: "poll", afterSeconds: 0 });
  });

  it("a cancelled task is polled at the usual pace once the upstream was asked to cancel it", () => {
    const task = aTask("running", { cancel: "asked" });
    expect(decided(task, { kind: "cancelAsked" })).toEqual({ kind: "poll", afterSeconds: 2 });
  });

  it.each(["refused: busy", "refused: session", "unsent submit"] as const)(
    "a cancelled task is not submitted again after %s",
    (what) => {
      expect(decided(aTask("submitting", { cancel: "wanted" }), seen()[what])).toMatchObject({
        kind: "fail",
        error: { code: "cancelled" },
      });
    },
  );

  it("a cancelled task that the upstream accepts after all is polled without a wait", () => {
    const next = moved(aTask("submitting", { cancel: "wanted" }), observations().accepted);
    expect(next).toMatchObject({ phase: "running", cancel: "wanted", wakeAt: start });
  });

  it("a cancelled task that the upstream ended without a reason of its own reads cancelled", () => {
    const task = aTask("running", { cancel: "asked" });
    const ended = moved(task, { kind: "failed", failure: aFailure() });
    expect(ended).toMatchObject({ phase: "cancelled", error: { code: "cancelled" } });
  });

  it("a task whose job was cancelled on the site reads cancelled, and the error of a task cancelled here says so", () => {
    const onSite = aFailure({ verdict: "refused", error: { code: "cancelled", message: "Cancelled on the site." } });
    const failed: Observation = { kind: "failed", failure: onSite };
    expect(moved(aTask("running"), failed)).toMatchObject({ phase: "cancelled", error: onSite.error });
    expect(moved(aTask("running", { cancel: "asked" }), failed)).toMatchObject({
      phase: "cancelled",
      error: { message: expect.stringContaining("while Dreamina was working on it") },
    });
  });

  it("a cancelled task that the upstream failed for another reason keeps that reason", () => {
    const ended = moved(aTask("running", { cancel: "asked" }), { kind: "failed", failure: moderated() });
    expect(ended).toMatchObject({ phase: "failed", error: moderated().error });
  });

  it("a cancelled task whose images are made is polled at the usual pace", () => {
    const late: Observation = { ...observations().generated, images: [] };
    expect(decided(aTask("running", { cancel: "wanted" }), late)).toEqual({ kind: "poll", afterSeconds: 2 });
    const task = aTask("storing", { cancel: "wanted", lookFailures: { kind: "empty", count: 3 } });
    expect(decided(task, late)).toEqual({ kind: "poll", afterSeconds: 16 });
  });

  it("a cancelled task that is gone from the upstream ends without waiting for the deadline", () => {
    let task: Task = aTask("running", { cancel: "asked" });
    for (let look = 0; look < 5; look += 1) task = moved(task, { kind: "absent" });
    expect(task).toMatchObject({ phase: "cancelled", error: { code: "cancelled" } });
  });

  it("a cancelled task whose images were finished first still has them copied", () => {
    expect(decided(aTask("running", { cancel: "asked" }), observations().generated)?.kind).toBe("store");
  });
});
