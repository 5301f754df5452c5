/** A batch of no requests, which keeps the faults of its file. It has ended when it is created, and costs nothing. */
import type { Context } from "hono";
import { nanoid } from "nanoid";
import { batchIn } from "#api/batches/created.ts";
import type { CallerEnv } from "#api/caller/caller.ts";
import { dayMs } from "#api/limits.ts";
import { idempotencyOf } from "#api/submit/idempotency.ts";
import { type BatchOrigin, type BatchSnapshot, batchesOf } from "#shared/task/batch.ts";
import { batchIdOf } from "#shared/task/batch-ids.ts";

type Given = {
  origin: BatchOrigin;
  metadata: Record<string, string>;
  /** What a repeated call has in common with this one. */
  identity: string;
};

/** @throws AppError `idempotency_conflict`. */
export async function createFailedBatch(
  c: Context<CallerEnv>,
  { origin, metadata, identity }: Given,
): Promise<{ batch: BatchSnapshot; isReplayed: boolean }> {
  const { caller, config } = c.var;
  const id = batchIdOf(nanoid());
  const given = {
    ...{ id, owner: caller.owner, tags: caller.readerTags, origin, metadata },
    ...{ sessions: [], groups: [], items: [], inputKeys: [], estimatedCredits: 0, webhook: null },
    keptMs: config.TASK_TTL_DAYS * dayMs,
    idempotency: await idempotencyOf(c, (seal) => seal.tag("body", identity)),
  };
  const coordinator = batchesOf(c.env.COORDINATOR, caller.owner);
  // A call that broke off may have been carried out: the same id again makes no second batch.
  const batch = batchIn(c, await coordinator.createBatch(given).catch(() => coordinator.createBatch(given)));
  return { batch, isReplayed: batch.id !== id };
}
