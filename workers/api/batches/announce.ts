/** The pointer of a new batch in KV. */
import { announceTimeoutMs } from "#api/limits.ts";
import { log } from "#shared/log.ts";
import type { NewBatch } from "#shared/task/batch.ts";
import { putBatchPointer } from "#shared/task/records.ts";
import { withTimeout } from "#shared/with-timeout.ts";

/** Lets callers with some of its sessions find it. Never rejects: those with all of them find it anyhow. */
export async function announceBatch(env: Pick<ApiEnv, "TASKS">, { id, owner, tags, keptMs }: NewBatch): Promise<void> {
  await withTimeout(putBatchPointer(env.TASKS, id, { owner, tags }, keptMs), announceTimeoutMs).catch(
    (error: unknown) => log("warn", "announce_failed", { batch: id, error }),
  );
}
