/** The batch in a coordinator's answer to its creation, or the error of one that was refused. */
import type { Context } from "hono";
import { aboveLimit } from "#api/caller/key-allowance.ts";
import { idempotencyConflict } from "#api/submit/conflict.ts";
import type { BatchSnapshot, CreateBatchAnswer } from "#shared/task/batch.ts";

/** @throws AppError `idempotency_conflict`, or `quota_exceeded` for a key that may make no more. */
export function batchIn(c: Context, answer: CreateBatchAnswer): BatchSnapshot {
  if (answer.kind === "conflict") throw idempotencyConflict();
  if (answer.kind === "aboveLimit") throw aboveLimit(c, answer);
  return answer.batch;
}
