/**
 * How wake-ups, reports and cancellations move a task. Each function reads the task and returns it before and after,
 * with the order that follows; the coordinator saves.
 */
import { leaseSeconds } from "#consumer/limits.ts";
import { log } from "#shared/log.ts";
import type { Order, Report, WorkOrder } from "#shared/task/coordinator.ts";
import type { Policy } from "#shared/task/machine/policy.ts";
import type { Moment } from "#shared/task/machine/rules.ts";
import { step } from "#shared/task/machine/step.ts";
import type { WakeUp } from "#shared/task/message.ts";
import { isTerminal, rowOf, type Task } from "#shared/task/schema.ts";
import { noteAnswer } from "./sessions.ts";
import { selectSession, selectTask } from "./tables.ts";

type Sql = DurableObjectStorage["sql"];
export type Move = { before: Task; after: Task };

/** The order for a wake-up. A stale wake-up is dropped; one that comes during a lease waits for the lease's end. */
export function beginOrder(sql: Sql, wakeUp: WakeUp, now: number, policy: Policy): { order: Order; move: Move | null } {
  const drop = { order: { kind: "drop", task: wakeUp.task } as const, move: null };
  const task = selectTask(sql, wakeUp.task);
  if (task === null || isTerminal(task) || task.phase === "parked" || task.step !== wakeUp.step) return drop;
  const { leaseUntil } = rowOf(task);
  if (leaseUntil !== null && leaseUntil > now) {
    const seconds = Math.ceil((leaseUntil - now) / 1000);
    return { order: { kind: "wait", task: task.id, seconds }, move: null };
  }
  const session = selectSession(sql, task.session);
  const begun = session && step(task, { kind: "begun", leaseSeconds }, { now, watched: false }, policy);
  if (session === null || begun === null) return drop;
  const order = begun.order === null ? drop.order : { ...begun.order, session };
  return { order, move: { before: task, after: begun.task } };
}

/**
 * Applies a report. Null when it changes nothing. `order` runs now, without another queue message.
 */
export function applyReport(
  sql: Sql,
  { task: id, step: reported, seen }: Report,
  moment: Moment,
  policy: Policy,
): { move: Move; order: WorkOrder | null } | null {
  const task = selectTask(sql, id);
  // Ignore late reports, except `accepted`: then the upstream has the job.
  if (task === null || (task.step !== reported && seen.kind !== "accepted")) return null;
  const next = step(task, seen, moment, policy);
  if (next === null) return null;
  noteAnswer(sql, task, seen, moment.now);
  const { task: after, order, decided } = next;
  const { owner, phase, session: tag } = rowOf(after);
  log("info", "task_moved", { task: id, owner, step: reported, observation: seen.kind, next: decided, phase });
  const session = order === null || tag === null ? null : selectSession(sql, tag);
  return { move: { before: task, after }, order: order && session && { ...order, session } };
}

/** Null when the cancellation changes nothing. */
export function cancelTask(task: Task, now: number, policy: Policy): Move | null {
  const after = step(task, { kind: "cancelled" }, { now, watched: false }, policy)?.task;
  return after === undefined ? null : { before: task, after };
}
