/** The declared rules of the phases are those that `step` keeps, and the picture in shared/README.md shows them. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import type { Failure, Observation } from "#shared/task/events.ts";
import { maxUnreported } from "#shared/task/limits.ts";
import type { Policy } from "#shared/task/machine/policy.ts";
import type { Input } from "#shared/task/machine/rules.ts";
import { machine } from "#shared/task/machine/step.ts";
import { type LookFailure, type Phase, phases, type Task, type TaskIn, taskIn } from "#shared/task/phases.ts";
import { rowOf } from "#shared/task/row.ts";
import { declared, withMachine } from "#test/support/machine-table.ts";
import { stepOf } from "#test/support/moves.ts";
import * as some from "#test/support/task.ts";

const { start } = some;
const images = [0, 1, 2, 3];

const failures: Failure[] = [
  ...[some.aFailure(), some.expired(), some.moderated(), some.full(), some.busy(), some.unreachable()],
];
const onSite = some.aFailure({ verdict: "refused", error: { code: "cancelled", message: "Cancelled on the site." } });

/** Every input, in every variant that a rule distinguishes. */
function allInputs(): Input[] {
  const one = some.observations();
  const withFailures = failures.flatMap((failure): Observation[] => [
    { kind: "refused", failure },
    { kind: "notUploaded", failure },
    { kind: "failed", failure },
    { kind: "unavailable", failure },
    { kind: "notContinued", answered: true, failure },
    { kind: "callRefused", call: 0, attempt: 1, failure },
  ]);
  const remote = images.map((index) => some.aRemoteImage(index));
  return [
    ...Object.values(some.inputs()),
    ...withFailures,
    { kind: "failed", failure: onSite },
    { kind: "unsent", order: "submit" },
    { kind: "unsent", order: "generate", calls: [{ call: 0, attempt: 1 }] },
    { kind: "unplaceable", error: some.expired().error },
    { ...one.generating, images: remote, fullBatches: 4 },
    { ...one.generated, images: [], finished: null },
    { ...one.stored, images: [] },
    { ...one.stored, images: [], missingSources: images.map((index) => some.aRemoteImage(index).source) },
  ];
}

/** A list without images is the report of a finished job, a refused reference image that of an upload. */
const lookFailuresIn = (phase: Phase): LookFailure[] =>
  phase === "storing" ? ["absent", "session", "empty"] : phase === "uploading" ? ["upload"] : ["absent", "session"];

const call = some.aPaidCall;
/** Calls of a task, of which the inputs report the first. */
const paidCalls = [
  [call()],
  [call(), call({ state: "waiting", attempt: 0, at: start })],
  [call(), call({ state: "refused", error: { code: "cancelled", message: "The task was cancelled." } })],
  [call({ at: start })],
  [call({ state: "waiting", attempt: 0, at: start })],
  [call({ state: "lost", error: some.lostCall().error })],
  [call({ state: "answered" })],
  [call({ state: "lost", error: some.lostCall().error }), call({ state: "waiting", attempt: 0, at: start })],
  [call(), call({ state: "lost", error: some.lostCall().error })],
];

/** A task in every combination of facts that a rule distinguishes. */
function allTasks(phase: Phase): Task[] {
  const facts: Record<string, unknown[]> = {
    cancel: phase === "submitting" || phase === "dispatched" ? [null, "wanted"] : [null, "wanted", "asked"],
    images: [[], images.map((index) => some.aStoredImage(index))],
    unreported: [0, maxUnreported],
    blockedBy: [null, { code: "internal", message: "A fault." }],
    lookFailures: [null, ...lookFailuresIn(phase).map((kind) => ({ kind, count: 20 }))],
    submitUnconfirmedSince: [null, start],
    resubmits: [0, 9],
    uploads: [[], [some.anUpload(1)], [some.anUpload(0), some.anUpload(1)]],
    inputs: [[], [some.aStagedInput(0), some.aStagedInput(1)]],
    stalledSince: [null, start - 60_000],
    ...(phase === "ready" && { request: [some.aRequest(), some.aPaidRequest()] }),
    calls: paidCalls,
    made: [[], [some.aMadeImage(0)], [some.aMadeImage(0, { giveUpAt: start })]],
  };
  const base = some.aTask(phase);
  // A task whose calls are settled and whose images are copied has ended.
  const isOpen = (task: Task) =>
    task.phase !== "dispatched" ||
    task.made.length > 0 ||
    task.calls.some(({ state }) => state === "waiting" || state === "sent");
  const hasUploads = ({ uploads, inputs }: Task) =>
    phase === "uploading" ? inputs.length > uploads.length : phase !== "submitting" || uploads.length >= inputs.length;
  const names = Object.entries(facts).filter(([name]) => name in base);
  const rows = names.reduce<object[]>(
    (sofar, [name, values]) => sofar.flatMap((row) => values.map((value) => ({ ...row, [name]: value }))),
    [{ ...rowOf(base), leaseUntil: null }],
  );
  return rows.map((row) => taskIn(phase, row as TaskIn<Phase>)).filter((task) => isOpen(task) && hasUploads(task));
}

/** The phases that follow each input. */
function reached(phase: Phase, now: number, policy: Partial<Policy>): Map<Input["kind"], Set<Phase>> {
  const found = new Map<Input["kind"], Set<Phase>>();
  for (const task of allTasks(phase)) {
    for (const input of allInputs()) {
      const next = stepOf(task, input, { now, policy });
      if (next !== null) found.set(input.kind, (found.get(input.kind) ?? new Set()).add(next.task.phase));
    }
  }
  return found;
}

const never = Number.POSITIVE_INFINITY;
const sorted = (found: Iterable<Phase>) => [...found].toSorted();

describe.each(phases)("the rules of a %s task", (phase) => {
  it(`exactly the declared inputs apply to a ${phase} task, and lead to exactly the declared phases`, () => {
    const found = reached(phase, start, { maxWaitMs: never, timeoutMs: never, storeTimeoutMs: never });
    const wanted = declared(phase).map(({ kind, leadsTo }) => [kind, sorted(leadsTo)]);
    expect(Object.fromEntries([...found].map(([kind, ends]) => [kind, sorted(ends)]))).toEqual(
      Object.fromEntries(wanted),
    );
  });

  it(`past the deadline a ${phase} task ends as declared, or goes on as before`, () => {
    const late = reached(phase, start + 100 * some.hourMs, {});
    for (const { kind, leadsTo } of declared(phase)) {
      const may: Phase[] = [...leadsTo, ...machine[phase].deadline.leadsTo];
      for (const end of late.get(kind) ?? []) expect(may, kind).toContain(end);
    }
    const ends = new Set([...late.values()].flatMap((found) => [...found]));
    for (const end of machine[phase].deadline.leadsTo) expect([...ends]).toContain(end);
  });
});

describe("the picture of the machine", () => {
  it("shared/README.md shows the declared phases; run this test with -u to write it", async () => {
    const file = path.join(import.meta.dirname, "../../../../../shared/README.md");
    await expect(withMachine(readFileSync(file, "utf8"))).toMatchFileSnapshot(file);
  });
});
