/** What can be done with a batch on the server. */
import type { BatchView } from "#shared/wire/batch.ts";
import { type Batch, withBatchView } from "./batch.ts";
import { pollSoon } from "./batch-follow.ts";
import { batchPath, forgetReading } from "./batch-results.ts";
import { changeBatch } from "./batches.ts";
import { call, request } from "./client.ts";
import { asOwner } from "./task-updates.ts";

export type BatchAction = "pause" | "resume" | "cancel" | "retry";

/** @throws ApiError */
export async function actOnBatch(batch: Batch, action: BatchAction): Promise<void> {
  const path = `${batchPath(batch.batchId ?? "")}/${action}`;
  const view = await call<BatchView>(path, { method: "POST", ...asOwner(batch) });
  if (action === "retry") forgetReading(batch.key);
  changeBatch(batch.key, (one) => ({
    ...withBatchView(one, view),
    ...(action === "retry" && { failures: [], isRead: false }),
  }));
  pollSoon(batch.key);
}

/** The results as a file. @throws ApiError */
export async function resultsOf(batch: Batch, format: "csv" | "jsonl"): Promise<Blob> {
  const response = await request(`${batchPath(batch.batchId ?? "")}/results?format=${format}`, asOwner(batch));
  return await response.blob();
}
