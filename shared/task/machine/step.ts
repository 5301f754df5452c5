/**
 * The machine of a task: one pure function from a task and an input to the next task, the order that follows at once,
 * and the move that was decided. Waiting is not failing: only a terminal answer or the deadline ends a task. A job the
 * upstream has accepted is never submitted again.
 */

import type { Live, Phase, Task, TaskIn } from "#shared/task/phases.ts";
import { progressOf } from "#shared/task/progress.ts";
import { whileCancelling } from "./cancelling.ts";
import { dispatched } from "./dispatched.ts";
import { ended } from "./ended.ts";
import { giveUp } from "./ends.ts";
import { parked } from "./parked.ts";
import type { Deadlines, Policy } from "./policy.ts";
import { ready } from "./ready.ts";
import type { Around, Input, Moment, PhaseRules, Reaction, Step } from "./rules.ts";
import { running } from "./running.ts";
import { storing } from "./storing.ts";
import { submitting } from "./submitting.ts";
import { uploading } from "./uploading.ts";

/** The rules of each phase. */
export const machine: { [P in Phase]: PhaseRules<TaskIn<P>> } = {
  parked,
  ready,
  uploading,
  dispatched,
  submitting,
  running,
  storing,
  completed: ended,
  failed: ended,
  cancelled: ended,
};

/** Null when the input does not apply: nothing is written, so that duplicates and late reports are harmless. */
export function step(task: Task, input: Input, moment: Moment, policy: Policy): Step | null {
  const around = { ...moment, policy };
  const reaction = react(rulesOf(task), task, input, around);
  if (reaction === null) return null;
  const { task: after, ...rest } = inTime(reaction, input, around);
  // Includes the progress before the input: a later forecast may be longer than the assumed one.
  const progress = Math.max(progressOf(task, moment.now), progressOf(after, moment.now));
  return { task: { ...after, progress }, ...rest };
}

/** The deadline of the task's phase, Unix milliseconds. */
export const deadlineOf = (task: Task, policy: Deadlines): number => rulesOf(task).deadline.of(task, policy);

const rulesOf = (task: Task): PhaseRules<Task> => machine[task.phase] as PhaseRules<Task>;

function react(rules: PhaseRules<Task>, task: Task, input: Input, around: Around): Reaction | null {
  const rule = rules.sees[input.kind] as { on(task: Task, seen: Input, around: Around): Reaction | null } | undefined;
  return rule?.on(task, input, around) ?? null;
}

/** What follows, unless the deadline has passed or the caller cancelled the task. */
function inTime({ known, next }: Reaction, input: Input, { now, policy }: Around): Step {
  if (known === null) return next;
  const isLate = now >= deadlineOf(known, policy);
  if (isLate && !isOver(known, next, policy) && isGivingUpSafe(known, input, policy)) return giveUp(known, now);
  return whileCancelling(known, next, now);
}

/** Images that can be copied now are copied even after the deadline, up to the limit of attempts. */
function isOver(known: Live, { decided }: Step, { storeAttempts }: Policy): boolean {
  const copyAttempts = known.phase === "storing" ? known.copyAttempts : 0;
  const mayStore = decided === "store" && copyAttempts < storeAttempts;
  return decided === "complete" || decided === "fail" || decided === "switch" || mayStore;
}

/**
 * Whether a task past its deadline may be given up. After downtime a job that may exist is polled once more, because it
 * may be done by now; after many unanswered wake-ups it is given up without that poll.
 */
function isGivingUpSafe(known: Live, { kind }: Input, { maxUnanswered }: Policy): boolean {
  const wasPolled = kind !== "silent" && kind !== "abandoned" && kind !== "unsent";
  const unreported = "unreported" in known ? known.unreported : 0;
  return wasPolled || !mayHaveJob(known) || Math.max(known.unanswered, unreported) >= maxUnanswered;
}

function mayHaveJob(known: Live): boolean {
  switch (known.phase) {
    case "parked":
    case "uploading":
    case "dispatched":
      return false;
    case "ready":
      return known.submitUnconfirmedSince !== null;
    case "submitting":
    case "running":
    case "storing":
      return true;
  }
}
