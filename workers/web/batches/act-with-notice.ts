import { ApiError } from "#web/api/api-error.ts";
import { createSubmitGuard } from "#web/components/double-submit.ts";
import { notify } from "#web/components/toast.tsx";
import { batchMessages } from "#web/messages/batches.ts";
import { sentenceFor } from "#web/messages/errors.ts";
import { messages } from "#web/messages/index.ts";
import type { Batch } from "#web/state/batch.ts";
import { actOnBatch, type BatchAction } from "#web/state/batch-actions.ts";

const isFirstPress = createSubmitGuard(() => performance.now(), { extend: true });

/** Guarded against double presses: a retry costs. A failure is shown as a notice. */
export async function actWithNotice(batch: Batch, action: BatchAction): Promise<void> {
  if (!isFirstPress(`${action} ${batch.key}`)) return;
  try {
    await actOnBatch(batch, action);
    if (action === "cancel") notify(messages(batchMessages).cancelled);
  } catch (error) {
    notify(sentenceFor(error instanceof ApiError ? error.code : "internal"));
  }
}
