/** A batch in the words of OpenAI's Batch API. Pure. */
import type { BatchSnapshot } from "#shared/task/batch.ts";
import { batchEndpoints, type OpenAiBatch } from "#shared/wire/openai-batch.ts";
import { outputFileId } from "./output-ids.ts";

export function openAiBatchView(batch: BatchSnapshot): OpenAiBatch {
  const { id, counts, origin, metadata, endedAt } = batch;
  const status = statusOf(batch);
  const faults = origin?.faults ?? [];
  const { total, completed, failed, cancelled } = counts;
  const created = seconds(batch.createdAt);
  const ended = endedAt === null ? null : seconds(endedAt);
  const endedAs = (wanted: OpenAiBatch["status"]) => (status === wanted ? ended : null);
  return {
    ...{ id, object: "batch", endpoint: origin?.endpoint ?? batchEndpoints[0] },
    errors: faults.length === 0 ? null : { object: "list", data: faults },
    ...{ input_file_id: origin?.file ?? "", completion_window: "24h", status },
    output_file_id: endedAt !== null && completed > 0 ? outputFileId(id, "output") : null,
    error_file_id: endedAt !== null && failed + cancelled > 0 ? outputFileId(id, "errors") : null,
    created_at: created,
    in_progress_at: status === "failed" ? null : created,
    expires_at: seconds(batch.expiresAt),
    finalizing_at: status === "failed" ? null : ended,
    ...{ completed_at: endedAs("completed"), failed_at: endedAs("failed"), expired_at: null },
    cancelling_at: batch.cancellingAt === null ? null : seconds(batch.cancellingAt),
    cancelled_at: endedAs("cancelled"),
    request_counts: { total, completed, failed },
    metadata,
  };
}

/** A paused batch goes on as soon as it can, and OpenAI has no word for it. */
function statusOf({ status, origin }: BatchSnapshot): OpenAiBatch["status"] {
  if (origin !== null && origin.faults.length > 0) return "failed";
  return status === "paused" ? "in_progress" : status;
}

const seconds = (milliseconds: number): number => Math.floor(milliseconds / 1000);
