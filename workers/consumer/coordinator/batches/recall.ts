/** Finds the earlier batch of an idempotency key, or of a call whose answer was lost. Reads only. */

import { isSameBody } from "#consumer/coordinator/idempotency.ts";
import { selectIdempotencyKey } from "#consumer/coordinator/tables.ts";
import { retryWindowMs } from "#consumer/limits.ts";
import type { NewBatch } from "#shared/task/batch.ts";
import { type Batch, selectBatch } from "./rows.ts";

/** Null when the batch is new. */
export function recallBatch(
  sql: DurableObjectStorage["sql"],
  { id, idempotency }: Pick<NewBatch, "idempotency"> & { id: string | null },
  now: number,
): { kind: "existing"; batch: Batch } | { kind: "conflict" } | null {
  const same = id === null ? null : selectBatch(sql, id);
  if (same !== null) return { kind: "existing", batch: same };
  if (idempotency === null || idempotency.kind === "first") return null;
  const known = selectIdempotencyKey(sql, idempotency.key);
  if (known === null) return null;
  const batch = selectBatch(sql, known.task);
  if (idempotency.kind !== "named") {
    const withinMs = idempotency.kind === "resent" ? idempotency.withinMs : retryWindowMs;
    if (batch === null || batch.createdAt < now - withinMs) return null;
    if (idempotency.kind === "resent" && batch.state.status.startsWith("cancel")) return null;
  }
  return batch === null || !isSameBody(known.bodyHash, idempotency)
    ? { kind: "conflict" }
    : { kind: "existing", batch };
}
