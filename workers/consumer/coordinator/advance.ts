/**
 * How orders, reports and cancellations move a task. Each function returns the task before and after, with the order
 * that follows; the coordinator saves.
 */
import { leaseSeconds, unwatchedFactor } from "#consumer/limits.ts";
import { log } from "#shared/log.ts";
import type { Order, Report } from "#shared/task/coordinator.ts";
import type { FollowUp } from "#shared/task/follow-up.ts";
import type { Policy } from "#shared/task/machine/policy.ts";
import type { Moment } from "#shared/task/machine/rules.ts";
import { step } from "#shared/task/machine/step.ts";
import type { Task } from "#shared/task/phases.ts";
import { rowOf } from "#shared/task/row.ts";
import { firstLookSeconds, noteDuration } from "./durations.ts";
import type { Kept } from "./kept.ts";
import { noteAnswer } from "./sessions.ts";
import { selectTask } from "./tables.ts";

type Parts = Pick<Kept, "live" | "known">;
/** `maxCallsOf`: paid calls that a task may have in the air. */
type Watch = Pick<Moment, "now" | "paceFactor"> & { maxCallsOf: (task: Task) => number };
export type Move = { before: Task; after: Task };
/** `order` is null when none follows. */
type Moved = { move: Move; order: Order | null };

/**
 * Hands out a due task. Without an order, the task was handed out in vain too often, and has ended.
 * @param moment `maxCalls`: paid calls that it may have in the air.
 */
export function beginOrder(
  known: Kept["known"],
  task: Task,
  { now, maxCalls }: Pick<Moment, "now" | "maxCalls">,
  policy: Policy,
): Moved | null {
  const begun = step(task, { kind: "begun", leaseSeconds }, { ...unwatched(now), maxCalls }, policy);
  return begun && moved(known, task, begun);
}

/** Applies a report. Null when it changes nothing. `order` runs now, without another tick. */
export function applyReport(parts: Parts, report: Report, watch: Watch, policy: Policy): Moved | null {
  const { task: id, step: reported, seen } = report;
  const { known } = parts;
  const { sql } = parts.live;
  const task = selectTask(sql, id);
  // Ignore late reports, except `accepted`: then the upstream has the job.
  if (task === null || (task.step !== reported && seen.kind !== "accepted")) return null;
  const { now, paceFactor, maxCallsOf } = watch;
  const maxCalls = maxCallsOf(task);
  const moment = { now, paceFactor, maxCalls, firstLookSeconds: firstLookSeconds(sql, task) };
  const next = step(task, seen, moment, policy);
  if (next === null) return null;
  noteAnswer(parts, { task, seen, now });
  noteDuration(sql, task, seen, now);
  const { owner, phase } = next.task;
  log("info", "task_moved", { task: id, owner, step: reported, observation: seen.kind, next: next.decided, phase });
  return moved(known, task, next);
}

/** Null when the cancellation changes nothing. */
export function cancelTask(task: Task, now: number, policy: Policy): Move | null {
  const after = step(task, { kind: "cancelled" }, unwatched(now), policy)?.task;
  return after === undefined ? null : { before: task, after };
}

const unwatched = (now: number): Moment => ({ now, paceFactor: unwatchedFactor, firstLookSeconds: null, maxCalls: 0 });

function moved(known: Kept["known"], before: Task, { task, order }: { task: Task; order: FollowUp | null }): Moved {
  const { session: tag } = rowOf(task);
  const session = order === null || tag === null ? null : known.read(tag);
  return { move: { before, after: task }, order: order && session && { ...order, session } };
}
