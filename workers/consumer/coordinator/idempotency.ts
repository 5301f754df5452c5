/** Finds the earlier task of an idempotency key, by the rules of its kind. Reads only. */
import { retryWindowMs } from "#consumer/limits.ts";
import type { Idempotency } from "#shared/task/coordinator.ts";
import { isDeleted, type Task } from "#shared/task/phases.ts";
import { rowOf } from "#shared/task/row.ts";
import { selectIdempotencyKey, selectTask } from "./tables.ts";

type Recalled = { kind: "new" | "conflict" | "deleted" } | { kind: "existing"; task: Task };

export function recall(sql: DurableObjectStorage["sql"], idempotency: Idempotency, now: number): Recalled {
  const { key, kind } = idempotency;
  const known = kind === "first" ? null : selectIdempotencyKey(sql, key);
  if (known === null) return { kind: "new" };
  const task = selectTask(sql, known.task);
  // The same body half a day later is another request.
  if (kind !== "named" && (task === null || task.createdAt < now - windowOf(idempotency))) return { kind: "new" };
  // The same request after a cancellation or a deletion wants another task.
  if (kind === "resent" && task !== null && (isCancelled(task) || isDeleted(task))) return { kind: "new" };
  if (task === null || !isSameBody(known.bodyHash, idempotency)) return { kind: "conflict" };
  return isDeleted(task) ? { kind: "deleted" } : { kind: "existing", task };
}

/** Whether the body of the first request, by its hash, is that of this one. It may have come before SECRET_KEY was replaced. */
export const isSameBody = (known: string, idempotency: Idempotency): boolean =>
  known === idempotency.bodyHash || (idempotency.kind === "named" && known === idempotency.previousBodyHash);

const windowOf = (idempotency: Idempotency): number =>
  idempotency.kind === "resent" ? idempotency.withinMs : retryWindowMs;

const isCancelled = (task: Task): boolean => task.phase === "cancelled" || rowOf(task).cancel !== null;
