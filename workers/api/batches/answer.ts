/** The answers that show one batch. */
import type { Context } from "hono";
import type { CallerEnv } from "#api/caller/caller.ts";
import { batchPollSeconds } from "#api/limits.ts";
import { languageOf } from "#shared/language.ts";
import type { BatchSnapshot } from "#shared/task/batch.ts";
import type { InvalidRequest } from "#shared/wire/batch.ts";
import { batchView } from "./view.ts";

type BatchContext = Context<CallerEnv>;

export function showBatch(c: BatchContext, batch: BatchSnapshot, invalid: InvalidRequest[] = []) {
  const language = languageOf(c.req.header("accept-language"));
  if (batch.endedAt === null) c.header("Retry-After", String(batchPollSeconds));
  c.header("Cache-Control", "no-store");
  c.header("Content-Language", language);
  return c.json(batchView(batch, language, invalid), 200);
}
