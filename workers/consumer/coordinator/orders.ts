/**
 * Orders for the consumer: for a wake-up, and as a follow-up of a report. Pure.
 */
import { leaseSeconds } from "#consumer/limits.ts";
import type { Job, SealedSession, WorkOrder } from "#shared/task/coordinator.ts";
import type { Decision } from "#shared/task/events.ts";
import { askedOf, firstMissingInput, isToBeCancelled, type Task } from "#shared/task/schema.ts";
import { uploadLeaseSeconds } from "#shared/task/upload-lease.ts";

/** The lease of the order for a wake-up. */
export function leaseFor(task: Task): number {
  const index = firstMissingInput(task);
  const input = index === null ? undefined : task.inputs[index];
  return input === undefined ? leaseSeconds : uploadLeaseSeconds(input.bytes);
}

/** Fields of every order that do not come from the task. */
type OrderFields = { session: SealedSession; leaseSeconds: number };

/** The order for a wake-up; null without one. @param before the task before `begun`, @param begun and after it. */
export function orderFor(before: Task, begun: Task, fields: OrderFields): WorkOrder | null {
  const base = { task: begun.id, step: begun.step, submitId: begun.submitId, ...fields };
  const asked = askedOf(begun.request);
  switch (before.phase) {
    case "ready":
    case "uploading": {
      if (begun.phase === "submitting") return { kind: "submit", job: jobOf(begun), ...base };
      return uploadOrder(begun, firstMissingInput(begun), base);
    }
    case "submitting":
      return { kind: "recover", asked, ...base };
    case "running": {
      const { historyId } = begun;
      // Repeated until it is reported: a second request costs nothing.
      if (isToBeCancelled(begun) && historyId !== null) return { kind: "cancel", historyId, ...base };
      return { kind: "poll", asked, ...base };
    }
    case "storing":
      return { kind: "poll", asked, ...base };
    case "parked":
    case "completed":
    case "failed":
    case "cancelled":
      return null;
  }
}

/** The follow-up order of a decision; null without one. @param task after the decision. */
export function orderIn(decision: Decision, task: Task, session: SealedSession): WorkOrder | null {
  const base = { task: task.id, step: task.step, submitId: task.submitId, session };
  switch (decision.kind) {
    case "store":
      return { kind: "store", images: decision.images, ...base, leaseSeconds: decision.leaseSeconds };
    case "upload":
      return uploadOrder(task, decision.index, { ...base, leaseSeconds: decision.leaseSeconds });
    case "continue":
      if (task.historyId === null) return null;
      return {
        kind: "continue",
        job: jobOf(task),
        historyId: task.historyId,
        ...base,
        leaseSeconds: decision.leaseSeconds,
      };
    case "drop":
    case "submit":
    case "recover":
    case "poll":
    case "complete":
    case "fail":
    case "switch":
    case "park":
    case "nudge":
      return null;
  }
}

function uploadOrder(task: Task, index: number | null, base: Omit<WorkOrder, "kind">): WorkOrder | null {
  const input = index === null ? undefined : task.inputs[index];
  return index === null || input === undefined ? null : { kind: "upload", index, input, ...base };
}

const jobOf = ({ request, createdAt, uploads }: Task): Job => ({ request, createdAt, uploads });
