/** Where a batch is found: with the coordinator of the caller's own sessions, or with the one that its pointer names. */
import type { Caller } from "#api/caller/caller.ts";
import { AppError } from "#shared/errors.ts";
import { type BatchCoordinator, type BatchSnapshot, batchesOf } from "#shared/task/batch.ts";
import { isBatchId } from "#shared/task/batch-ids.ts";
import { getBatchPointer } from "#shared/task/records.ts";

type Found = { batch: BatchSnapshot; coordinator: BatchCoordinator };

/** @throws AppError `not_found`. */
export async function requireBatch(env: ApiEnv, id: string, { owner, readableTags }: Caller): Promise<Found> {
  if (!isBatchId(id)) throw noSuchBatch();
  const own = batchesOf(env.COORDINATOR, owner);
  const batch = await own.batch(id, readableTags);
  if (batch !== null) return { batch, coordinator: own };
  const pointer = await getBatchPointer(env.TASKS, id);
  if (pointer === null || pointer.owner === owner) throw noSuchBatch();
  const coordinator = batchesOf(env.COORDINATOR, pointer.owner);
  const other = await coordinator.batch(id, readableTags);
  if (other === null) throw noSuchBatch();
  return { batch: other, coordinator };
}

/** The same sentence for unknown ids and for batches of other callers, so that asking reveals nothing. */
export const noSuchBatch = () => new AppError("not_found", "There is no such batch for this Authorization.");
