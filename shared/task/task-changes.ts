/** The elementary changes of a task. Each returns a changed copy. Pure. */
import type { LookFailure, Phase, Task } from "./schema.ts";

/** A change the caller can see. */
export function changed(task: Task, now: number, fields: Partial<Task>): Task {
  return { ...task, ...fields, version: task.version + 1, updatedAt: now };
}

export function enter(task: Task, phase: Phase, now: number, fields: Partial<Task>): Task {
  return changed(task, now, { ...fields, phase, phaseSince: phase === task.phase ? task.phaseSince : now });
}

export function end(task: Task, phase: Phase, now: number, fields: Partial<Task>): Task {
  return enter(task, phase, now, { ...fields, endedAt: now, wakeAt: null, leaseUntil: null });
}

/** The order was reported: its lease ends. */
export function settled(task: Task): Task {
  return { ...task, leaseUntil: null, unreported: 0 };
}

/** The order was reported without progress. */
export function countLookFailure(task: Task, kind: LookFailure): Task {
  const count = task.lookFailures?.kind === kind ? task.lookFailures.count + 1 : 1;
  return { ...settled(task), lookFailures: { kind, count } };
}

/** The latest wake-up was not answered. */
export function missedWakeUp(task: Task): Task {
  return { ...noteUnreported(task), leaseUntil: null, unanswered: task.unanswered + 1 };
}

/** A lease that ran out was not reported. */
export function noteUnreported(task: Task): Task {
  return task.leaseUntil === null ? task : { ...task, unreported: task.unreported + 1 };
}

/** A new wake-up is due; every earlier one becomes stale. */
export function wake(task: Task, now: number, afterSeconds: number): Task {
  return { ...task, step: task.step + 1, wakeAt: now + afterSeconds * 1000, leaseUntil: null };
}
