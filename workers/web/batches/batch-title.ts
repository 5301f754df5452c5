/** The first prompts of a batch. */
import { maxBatchTitle } from "#web/limits.ts";
import { batchMessages } from "#web/messages/batches.ts";
import { messages } from "#web/messages/index.ts";
import { type Batch, totalOf } from "#web/state/batch.ts";

export function batchTitle(batch: Batch): string {
  const t = messages(batchMessages);
  const total = totalOf(batch);
  // Those of deleted tasks are empty.
  const first = batch.prompts.filter((prompt) => prompt !== "").slice(0, maxBatchTitle);
  return first.length === 0 ? t.prompts(total) : t.title(first, total - first.length);
}
