/** Wake-ups, leases and reports of a task that a consumer may work on. Each returns a changed copy. Pure. */
import type { Leased, LookFailure } from "#shared/task/phases.ts";

/** The order was reported: its lease ends. */
export function settled<T extends Leased>(task: T): T {
  return { ...task, leaseUntil: null, unreported: 0 };
}

/** The order was reported without progress. */
export function countLookFailure<T extends Leased>(task: T, kind: LookFailure): T {
  const count = task.lookFailures?.kind === kind ? task.lookFailures.count + 1 : 1;
  return { ...settled(task), lookFailures: { kind, count } };
}

export const lookFailureCount = ({ lookFailures }: Pick<Leased, "lookFailures">): number => lookFailures?.count ?? 0;

/** The latest wake-up was not answered. */
export function missedWakeUp<T extends Leased>(task: T): T {
  return { ...noteUnreported(task), leaseUntil: null, unanswered: task.unanswered + 1 };
}

/** A lease that ran out was not reported. */
export function noteUnreported<T extends Leased>(task: T): T {
  return task.leaseUntil === null ? task : { ...task, unreported: task.unreported + 1 };
}

/** A new wake-up is due; every earlier one becomes stale. */
export function wake<T extends Leased>(task: T, now: number, afterSeconds: number): T {
  return { ...task, step: task.step + 1, wakeAt: now + afterSeconds * 1000, leaseUntil: null };
}

/** A consumer has the task for some time. */
export function lease<T extends Leased>(task: T, now: number, seconds: number): T {
  const leaseUntil = now + seconds * 1000;
  return { ...task, leaseUntil, wakeAt: leaseUntil };
}
