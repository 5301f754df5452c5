/** The answers that show one batch. */
import type { Context } from "hono";
import { type CallerEnv, sealCredential } from "#api/caller/caller.ts";
import { batchPollSeconds } from "#api/limits.ts";
import { AppError } from "#shared/errors.ts";
import { languageOf } from "#shared/language.ts";
import type { BatchAction, BatchSnapshot } from "#shared/task/batch.ts";
import type { InvalidRequest } from "#shared/wire/batch.ts";
import { noSuchBatch, requireBatch } from "./find.ts";
import { batchView } from "./view.ts";

type BatchContext = Context<CallerEnv>;

export function showBatch(c: BatchContext, batch: BatchSnapshot, invalid: InvalidRequest[] = []) {
  const language = languageOf(c.req.header("accept-language"));
  if (batch.endedAt === null) c.header("Retry-After", String(batchPollSeconds));
  c.header("Cache-Control", "no-store");
  c.header("Content-Language", language);
  return c.json(batchView(batch, language, invalid), 200);
}

const refusedHint = {
  en: "Poll the batch for its state. Only failed requests are made again; send others as a new batch.",
  zh: "请查询批次的状态。只有失败的请求可以重新执行；其他请求请作为新的批次提交。",
};

/** @throws AppError `already_finished` where it cannot be done. */
export async function changeBatch(c: BatchContext, id: string, action: BatchAction) {
  const { coordinator } = await requireBatch(c.env, id, c.var.caller);
  const { credentials, readableTags } = c.var.caller;
  const isStarting = action === "resume" || action === "retry";
  const sessions = isStarting ? await Promise.all(credentials.map((one) => sealCredential(one, c.var.seal))) : [];
  const answer = await coordinator.changeBatch(id, readableTags, { action, sessions });
  if (answer.kind === "unknown") throw noSuchBatch();
  if (answer.kind === "refused") throw new AppError("already_finished", answer.why, null, refusedHint);
  return showBatch(c, answer.batch);
}
