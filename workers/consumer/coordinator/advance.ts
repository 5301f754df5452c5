/**
 * How wake-ups, reports and cancellations move a task. Each function reads the task and returns it before and after,
 * with the order that follows; the coordinator saves.
 */
import { log } from "#shared/log.ts";
import type { Order, Report, WorkOrder } from "#shared/task/coordinator.ts";
import { decide, type Policy } from "#shared/task/decide.ts";
import type { WakeUp } from "#shared/task/message.ts";
import { isTerminal, type Task } from "#shared/task/schema.ts";
import { transition } from "#shared/task/transition.ts";
import { leaseFor, orderFor, orderIn } from "./orders.ts";
import { noteAnswer } from "./sessions.ts";
import { selectSession, selectTask } from "./tables.ts";

type Sql = DurableObjectStorage["sql"];
export type Move = { before: Task; after: Task };

/** The order for a wake-up. A stale wake-up is dropped; one that comes during a lease waits for the lease's end. */
export function beginOrder(sql: Sql, wakeUp: WakeUp, now: number): { order: Order; move: Move | null } {
  const drop = { order: { kind: "drop", task: wakeUp.task } as const, move: null };
  const task = selectTask(sql, wakeUp.task);
  if (task === null || isTerminal(task) || task.step !== wakeUp.step || task.session === null) return drop;
  if (task.leaseUntil !== null && task.leaseUntil > now) {
    const seconds = Math.ceil((task.leaseUntil - now) / 1000);
    return { order: { kind: "wait", task: task.id, seconds }, move: null };
  }
  const session = selectSession(sql, task.session);
  if (session === null) return drop;
  const begun = transition(task, { kind: "begun", leaseSeconds: leaseFor(task) }, now);
  const order = orderFor(task, begun, { session, leaseSeconds: leaseFor(task) });
  return { order: order ?? drop.order, move: { before: task, after: begun } };
}

/**
 * Applies a report: the observation, then the decision that follows from it. Null when the report changes nothing.
 * `order` runs now, without another queue message.
 */
export function applyReport(
  sql: Sql,
  { task: id, step, seen }: Report,
  now: number,
  policy: Policy,
): { move: Move; order: WorkOrder | null } | null {
  const task = selectTask(sql, id);
  // Ignore late reports, except `accepted`: then the upstream has the job.
  if (task === null || (task.step !== step && seen.kind !== "accepted")) return null;
  const aware = transition(task, seen, now);
  if (aware === task) return null;
  noteAnswer(sql, task, seen, now);
  const decision = decide(aware, seen, now, policy);
  const after = transition(aware, decision, now);
  const { owner, phase } = after;
  log("info", "task_moved", { task: id, owner, step, observation: seen.kind, next: decision.kind, phase });
  const session = after.session === null ? null : selectSession(sql, after.session);
  return { move: { before: task, after }, order: session === null ? null : orderIn(decision, after, session) };
}

/** Null when the cancellation changes nothing. */
export function cancelTask(task: Task, now: number): Move | null {
  const after = transition(task, { kind: "cancelled" }, now);
  return after === task ? null : { before: task, after };
}
