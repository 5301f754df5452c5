/** When a task is due, and who looks after it then. Pure. */
import type { Deadlines } from "#shared/task/machine/policy.ts";
import { deadlineOf } from "#shared/task/machine/step.ts";
import { isTerminal, type Task } from "#shared/task/phases.ts";
import { rowOf } from "#shared/task/row.ts";

/** When a task is to be looked after, Unix milliseconds: by a tick, or only by the coordinator's alarm. */
export type Due = { at: number; byTick: boolean };

/** A leased task is due when its lease ends, and a parked one at its deadline: both without a tick. */
export function dueOf(task: Task, policy: Deadlines): Due | null {
  if (isTerminal(task)) return null;
  if (task.phase === "parked") return { at: deadlineOf(task, policy), byTick: false };
  const { leaseUntil } = rowOf(task);
  return { at: leaseUntil ?? task.wakeAt, byTick: leaseUntil === null };
}
