/** Paid calls: each is sent at most once, whatever comes, and every task ends with the right word. */
import { describe, expect, it } from "vitest";
import type { Failure, Observation } from "#shared/task/events.ts";
import type { Input, Step } from "#shared/task/machine/rules.ts";
import { deadlineOf } from "#shared/task/machine/step.ts";
import type { PaidCall } from "#shared/task/paid-call.ts";
import { type Dispatched, isTerminal, type Task } from "#shared/task/phases.ts";
import { rowOf } from "#shared/task/row.ts";
import { type Chance, chanceFrom } from "#test/support/chance.ts";
import { moved, stepOf, type Wish } from "#test/support/moves.ts";
import * as some from "#test/support/task.ts";

const { start } = some;
const aReady = (calls: number) => some.aTask("ready", { request: some.aPaidRequest(calls) });
const begun: Input = { kind: "begun", leaseSeconds: 45 };

/** A task with these calls. */
const aTask = (calls: Partial<PaidCall>[], bend: Partial<Dispatched> = {}): Dispatched =>
  some.aTask("dispatched", {
    request: some.aPaidRequest(calls.length),
    calls: calls.map((call) => some.aPaidCall(call)),
    ...bend,
  });

const callsOf = (task: Task) => (task.phase === "dispatched" ? task.calls.map(({ state }) => state) : []);
const ordered = (step: Step | null) =>
  step?.order?.kind === "generate" ? step.order.calls.map(({ call, attempt }) => `${call}.${attempt}`) : [];
const of = (call: number, attempt = 1) => ({ call, attempt });
const refused = (call: number, failure: Failure): Observation => ({ kind: "callRefused", ...of(call), failure });
const lost = (call: number): Observation => ({ kind: "callLost", ...of(call), failure: some.lostCall() });
const made = (call: number): Observation => ({
  kind: "made",
  ...of(call),
  images: [{ index: call, image: some.aRemoteImage(call) }],
});
const copied = (index: number): Observation => ({
  kind: "stored",
  images: [some.aStoredImage(index)],
  missing: 0,
  missingSources: [],
  blockedBy: null,
});
const notCopied = (index: number): Observation => ({
  kind: "stored",
  images: [],
  missing: 1,
  missingSources: [`tos/image-${index}`],
  blockedBy: null,
});
/** The task after several inputs. */
const taskAfter = (task: Task, inputs: Input[], wish: Wish = {}): Task =>
  inputs.reduce((next, input) => moved(next, input, wish), task);

describe("paid calls that are handed out", () => {
  it("a begun task hands out as many calls as may be in the air, and counts them as sent", () => {
    const next = stepOf(aReady(4), begun, { maxCalls: 3 });
    expect(ordered(next)).toEqual(["0.1", "1.1", "2.1"]);
    expect(next && callsOf(next.task)).toEqual(["sent", "sent", "sent", "waiting"]);
    expect(next?.order).toMatchObject({ kind: "generate", owner: "owner-1", leaseSeconds: 360 });
  });

  it("a call that was handed out is not handed out again by another wake-up", () => {
    const task = moved(aReady(2), begun);
    for (const now of [start, start + 1000, start + 299_000]) expect(ordered(stepOf(task, begun, { now }))).toEqual([]);
  });

  it("a call without an answer counts as lost after its deadline and a margin, and is never sent again", () => {
    const task = moved(aReady(1), begun);
    const late = stepOf(task, { kind: "silent" }, { now: start + 360_000 });
    expect(late?.task).toMatchObject({ phase: "failed", error: { code: "outcome_unknown" } });
    expect(ordered(late)).toEqual([]);
  });

  it("the next waiting call is handed out when one has its answer", () => {
    const task = moved(aReady(3), begun, { maxCalls: 2 });
    const next = stepOf(task, { kind: "answered", ...of(0) }, { now: start + 3000, maxCalls: 2 });
    expect(ordered(next)).toEqual(["2.1"]);
  });

  it("a task without a free call waits, and holds its slot", () => {
    const next = stepOf(aReady(2), begun, { maxCalls: 0 });
    expect(next?.order).toBeNull();
    expect(rowOf(next?.task ?? aReady(2))).toMatchObject({ leaseUntil: null, wakeAt: start + 2000 });
  });

  it("an order that was not begun is handed out again, as another attempt", () => {
    const task = moved(aReady(1), begun);
    const unsent = moved(task, { kind: "unsent", order: "generate", calls: [of(0)] }, { now: start + 100 });
    expect(callsOf(unsent)).toEqual(["waiting"]);
    expect(ordered(stepOf(unsent, begun, { now: start + 2000 }))).toEqual(["0.2"]);
  });
});

describe("a report of a paid call", () => {
  it("images are copied as soon as they are known, before the other calls have answers", () => {
    const next = stepOf(aTask([{}, {}]), made(1));
    expect(next?.order).toMatchObject({ kind: "store", images: [{ index: 1 }] });
  });

  it("the same image reported twice is copied once", () => {
    const task = moved(aTask([{}]), made(0));
    expect(stepOf(task, made(0))?.order ?? null).toBeNull();
  });

  it("images that are reported again after the end of their call are delivered, while the task lives", () => {
    const task = taskAfter(aTask([{}, {}]), [{ kind: "answered", ...of(0) }, made(0), copied(0), made(1), copied(1)]);
    expect(moved(task, { kind: "answered", ...of(1) })).toMatchObject({ phase: "completed", partial: false });
  });

  it("a report of an earlier attempt is dropped", () => {
    const task = aTask([{ attempt: 2 }]);
    for (const seen of [made(0), lost(0), refused(0, some.moderated()), { kind: "answered", ...of(0) }] as const) {
      expect(stepOf(task, seen)).toBeNull();
    }
  });

  it("an answer that comes after the call counted as lost is delivered, while the task lives", () => {
    const task = aTask([{ state: "lost", error: some.lostCall().error }, {}]);
    const next = taskAfter(task, [made(0), copied(0), { kind: "answered", ...of(0) }]);
    expect(callsOf(next)).toEqual(["answered", "sent"]);
    expect(taskAfter(next, [made(1), copied(1), { kind: "answered", ...of(1) }])).toMatchObject({
      phase: "completed",
      partial: false,
    });
  });

  it.each([some.busy(), some.full()])(
    "a refusal that started nothing parks a task of which nothing is spent",
    (failure) => {
      expect(moved(aTask([{}]), refused(0, failure)).phase).toBe("parked");
    },
  );

  it("after such a refusal a task with another call in the air waits, and sends no other call sooner", () => {
    const task = aTask([{}, {}, { state: "waiting", attempt: 0, at: start }]);
    const failure = some.aFailure({ ...some.busy(), retryAfterSeconds: 20 });
    const next = moved(task, refused(0, failure));
    expect(callsOf(next)).toEqual(["waiting", "sent", "waiting"]);
    expect(ordered(stepOf(next, begun, { now: start + 19_000 }))).toEqual([]);
    expect(ordered(stepOf(next, begun, { now: start + 20_000 }))).toEqual(["0.2", "2.1"]);
  });

  it("a key that is refused is given up for another one, unless something was spent", () => {
    expect(moved(aTask([{}]), refused(0, some.expired()))).toMatchObject({
      phase: "parked",
      excludedSessions: ["tag-a"],
    });
    const task = taskAfter(aTask([{}, {}]), [made(1), copied(1), { kind: "answered", ...of(1) }]);
    expect(moved(task, refused(0, some.expired()))).toMatchObject({
      phase: "completed",
      partial: true,
      partialReason: { code: "session_expired" },
    });
  });

  it("a refusal of the prompt stops the calls that were not sent yet", () => {
    const task = aTask([{}, { state: "waiting", attempt: 0, at: start + 5000 }]);
    expect(moved(task, refused(0, some.moderated()))).toMatchObject({
      phase: "failed",
      error: { code: "prompt_moderated" },
    });
  });

  it("a lost call among answered ones leaves their images, and says why one is missing", () => {
    const next = taskAfter(aTask([{}, {}]), [made(0), copied(0), { kind: "answered", ...of(0) }, lost(1)]);
    expect(next).toMatchObject({ phase: "completed", partial: true, partialReason: { code: "outcome_unknown" } });
  });

  it("a lost call says more than a refused one", () => {
    expect(taskAfter(aTask([{}, {}]), [refused(0, some.moderated()), lost(1)])).toMatchObject({
      phase: "failed",
      error: { code: "outcome_unknown" },
    });
  });

  it("an image that cannot be copied is tried again later, and given up after two hours", () => {
    const task = moved(aTask([{}]), made(0));
    const missing = notCopied(0);
    const again = moved(task, missing);
    expect(stepOf(again, begun, { now: start + 500 })?.order ?? null).toBeNull();
    expect(stepOf(again, begun, { now: start + 1000 })?.order).toMatchObject({ kind: "store" });
    const answered = moved(again, { kind: "answered", ...of(0) });
    const late = stepOf(answered, begun, { now: start + 2 * some.hourMs });
    expect(late?.task).toMatchObject({ phase: "failed", error: { code: "upstream_failed", retryable: false } });
  });

  it("a copy that is never reported is handed out again, until it is given up", () => {
    let task: Task = taskAfter(aTask([{}]), [made(0), { kind: "answered", ...of(0) }]);
    let copies = 0;
    for (let now = start; now <= start + 3 * some.hourMs && !isTerminal(task); now += 100_000) {
      const next = stepOf(task, begun, { now });
      if (next?.order?.kind === "store") copies += 1;
      task = next?.task ?? task;
    }
    expect(copies).toBeGreaterThan(10);
    expect(task).toMatchObject({ phase: "failed", error: { code: "upstream_failed" } });
  });

  it("a group with fewer images than requested says so, and nothing was lost", () => {
    const four = some.aPaidRequest(1, { imagesPerCall: 4 });
    const task = aTask([{}], { request: { ...four, count: 4 } });
    expect(taskAfter(task, [made(0), copied(0), { kind: "answered", ...of(0) }])).toMatchObject({
      phase: "completed",
      partial: true,
      partialReason: { message: expect.stringContaining("fewer") },
    });
  });
});

describe("a cancelled task with paid calls", () => {
  it("before a call is sent it ends at once", () => {
    expect(moved(aTask([{ state: "waiting", attempt: 0, at: start }]), { kind: "cancelled" }).phase).toBe("cancelled");
  });

  it("with a call in the air no other is sent, and its image is delivered", () => {
    const task = moved(aTask([{}, { state: "waiting", attempt: 0, at: start }]), { kind: "cancelled" });
    expect(ordered(stepOf(task, begun))).toEqual([]);
    expect(taskAfter(task, [made(0), copied(0), { kind: "answered", ...of(0) }])).toMatchObject({
      phase: "completed",
      partial: true,
      partialReason: { code: "cancelled" },
    });
  });
});

describe("the deadline of a task with paid calls", () => {
  it("it never passes while a call is in the air", () => {
    expect(deadlineOf(aTask([{}]), some.aPolicy())).toBe(Number.POSITIVE_INFINITY);
  });

  it("it passes for calls that could not be sent", () => {
    const task = aTask([{ state: "waiting", attempt: 1, at: start }], { blockedBy: some.busy().error });
    const late = moved(task, { kind: "silent" }, { now: start + 25 * some.hourMs });
    expect(late).toMatchObject({ phase: "failed", error: { code: "timeout" } });
  });
});

/** Random reports, wake-ups and cancellations, of calls in any state. */
function someInput(task: Task, chance: Chance): Input {
  const calls = task.phase === "dispatched" ? task.calls : [];
  const call = chance.below(Math.max(1, calls.length));
  const attempt = Math.max(1, (calls[call]?.attempt ?? 1) - (chance.below(8) === 0 ? 1 : 0));
  const failure = chance.oneOf([some.aFailure, some.expired, some.moderated, some.busy, some.full])();
  const inputs: (() => Input)[] = [
    () => begun,
    () => begun,
    () => ({ kind: "silent" }),
    () => ({ kind: "abandoned" }),
    () => ({ ...made(call), kind: "made", call, attempt }) as Input,
    () => ({ kind: "answered", call, attempt }),
    () => ({ kind: "callRefused", call, attempt, failure }),
    () => ({ kind: "callLost", call, attempt, failure: some.lostCall() }),
    () => ({ kind: "unsent", order: "generate", calls: [{ call, attempt }] }),
    () => ({ kind: "unsent", order: "store" }),
    () => copied(call),
    () => notCopied(call),
    ...(chance.below(30) === 0 ? [(): Input => ({ kind: "cancelled" })] : []),
  ];
  if (task.phase === "parked") return { kind: "assigned", session: "tag-a" };
  return chance.oneOf(inputs)();
}

describe("on every walk of paid calls", () => {
  const walks = Array.from({ length: 300 }, (_, index) => walk(index + 1));

  function walk(seed: number) {
    const chance = chanceFrom(seed);
    const sent: string[] = [];
    const broken: string[] = [];
    let task: Task = aReady(1 + chance.below(4));
    let now = start;
    for (let count = 0; count < 80 && !isTerminal(task); count += 1) {
      now += chance.oneOf([0, 500, 2000, 30_000, 200_000]);
      const before: Task = task;
      const input = someInput(task, chance);
      const next = stepOf(task, input, { now, maxCalls: chance.below(5), policy: { submitAttempts: 3 } });
      if (next === null) continue;
      task = next.task;
      for (const id of ordered(next)) {
        const [call = 0] = id.split(".").map(Number);
        const state = before.phase === "dispatched" ? before.calls[call]?.state : "waiting";
        // Only a report that nothing was sent or started makes a sent call wait again.
        const freed = input.kind === "unsent" || input.kind === "callRefused";
        if (state !== "waiting" && !(state === "sent" && freed)) broken.push(`${id} was ${state} (${input.kind})`);
        sent.push(id);
      }
    }
    return { seed, task, sent, broken };
  }

  it("a call is only handed out while it surely is not under way, and each attempt once", () => {
    expect(walks.flatMap(({ broken }) => broken)).toEqual([]);
  });

  it("walks end completed, failed and cancelled, and most of them end", () => {
    const ends = walks.map(({ task }) => task.phase);
    expect(new Set(ends)).toEqual(new Set([...new Set(ends), "completed", "failed", "cancelled"]));
    expect(walks.filter(({ task }) => isTerminal(task)).length).toBeGreaterThan(walks.length / 2);
  });
});
