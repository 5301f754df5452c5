/** Cancels, pauses, resumes or retries a batch of the caller. */

import type { Context } from "hono";
import { type CallerEnv, sealCredential } from "#api/caller/caller.ts";
import { AppError } from "#shared/errors.ts";
import type { BatchAction, BatchSnapshot } from "#shared/task/batch.ts";
import { noSuchBatch, requireBatch } from "./find.ts";

const refusedHint = {
  en: "Poll the batch for its state. Only failed requests are made again; send others as a new batch.",
  zh: "请查询批次的状态。只有失败的请求可以重新执行；其他请求请作为新的批次提交。",
};

/** @returns the batch after it. @throws AppError `not_found`, or `already_finished` where it cannot be done. */
export async function changeBatch(c: Context<CallerEnv>, id: string, action: BatchAction): Promise<BatchSnapshot> {
  const { coordinator } = await requireBatch(c.env, id, c.var.caller);
  const { credentials, pool, key, readableTags } = c.var.caller;
  const isStarting = action === "resume" || action === "retry";
  const sessions = isStarting ? await Promise.all(credentials.map((one) => sealCredential(one, c.var.seal))) : [];
  const answer = await coordinator.changeBatch(id, readableTags, {
    ...{ action, sessions },
    pool: isStarting && pool ? { version: pool.version } : null,
    key,
  });
  if (answer.kind === "unknown") throw noSuchBatch();
  if (answer.kind === "refused") throw new AppError("already_finished", answer.why, null, refusedHint);
  return answer.batch;
}
