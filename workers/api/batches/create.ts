/**
 * Creates a batch: read → check every request → stage reference images → create in the coordinator. Nothing is started
 * before all of it is known to be good.
 */
import type { Context } from "hono";
import { nanoid } from "nanoid";
import { type CallerEnv, requireBatches, usableBy } from "#api/caller/runners.ts";
import { webhookOf } from "#api/request/webhook.ts";
import { idempotencyOf } from "#api/submit/idempotency.ts";
import { AppError } from "#shared/errors.ts";
import { type BatchSnapshot, batchesOf } from "#shared/task/batch.ts";
import { batchIdOf } from "#shared/task/batch-ids.ts";
import type { InvalidRequest } from "#shared/wire/batch.ts";
import { announceBatch } from "./announce.ts";
import { checkLines, refuse } from "./check-lines.ts";
import { batchIn } from "./created.ts";
import { newBatch } from "./new-batch.ts";
import type { BatchFields } from "./read-lines.ts";
import { BatchStage } from "./stage.ts";

type BatchContext = Context<CallerEnv>;

type Created = { batch: BatchSnapshot; isReplayed: boolean; invalid: InvalidRequest[] };

type Options = Parameters<typeof refuse>[2] & {
  /** What a repeated call has in common with this one. */
  identity: string;
};

/** Finishes, and removes what it staged, also when the caller disconnects. @throws AppError: then nothing was started. */
export function createBatch(c: BatchContext, fields: BatchFields, options: Options): Promise<Created> {
  const running = run(c, fields, options);
  c.executionCtx.waitUntil(running.catch(() => {}));
  return running;
}

async function run(c: BatchContext, fields: BatchFields, options: Options): Promise<Created> {
  const { caller, upstreamConfig } = c.var;
  const id = batchIdOf(nanoid());
  requireBatches(caller);
  const { checked, invalid } = checkLines(fields, { ...usableBy(caller), upstreamConfig, randomSeed });
  refuse(invalid, fields.lines.length, options);
  const webhook = fields.webhook === undefined ? null : await webhookOf(c, fields.webhook, "batch");
  const idempotency = await idempotencyOf(c, (seal) => seal.tag("body", options.identity));
  const coordinator = batchesOf(c.env.COORDINATOR, caller.owner);
  const hasInputs = checked.some(({ inputs }) => inputs.length > 0);
  // Before reference images are fetched, because their addresses may not answer twice.
  const earlier = hasInputs && idempotency !== null ? await coordinator.recallBatch(idempotency) : null;
  if (earlier !== null) return { batch: batchIn(c, earlier), isReplayed: true, invalid };

  const stage = new BatchStage(c.env.INPUTS, id);
  try {
    const { good, faults } = await stage.fill(c, checked);
    refuse([...invalid, ...faults], fields.lines.length, options);
    const given = await newBatch(c, id, good, {
      ...{ metadata: fields.metadata, origin: fields.origin ?? null },
      ...{ idempotency, webhook },
    });
    // A call that broke off may have been carried out: the same id again makes no second batch.
    const batch = batchIn(c, await coordinator.createBatch(given).catch(() => coordinator.createBatch(given)));
    const isReplayed = batch.id !== id;
    if (isReplayed) await stage.clear();
    else await stage.clearExcept(given.inputKeys);
    // Also again: the call before may have ended in between.
    await announceBatch(c.env, { ...given, id: batch.id });
    return { batch, isReplayed, invalid: [...invalid, ...faults] };
  } catch (error) {
    // After a lost answer of the coordinator the batch may exist, and needs its reference images.
    if (error instanceof AppError) await stage.clear();
    throw error;
  }
}

const randomSeed = (): number => crypto.getRandomValues(new Uint32Array(1))[0] ?? 0;
