/**
 * Creates a batch: read → check every request → stage reference images → create in the coordinator. Nothing is started
 * before all of it is known to be good.
 */
import type { Context } from "hono";
import { nanoid } from "nanoid";
import { type CallerEnv, sealCredential } from "#api/caller/caller.ts";
import { ownUrl } from "#api/http/address.ts";
import { InvalidRequestsError } from "#api/http/invalid-requests.ts";
import { announceTimeoutMs, dayMs } from "#api/limits.ts";
import { fetchContext } from "#api/request/inputs/fetch-context.ts";
import { idempotencyConflict } from "#api/submit/conflict.ts";
import { idempotencyOf } from "#api/submit/idempotency.ts";
import { refuseTooLarge } from "#api/submit/input-bytes.ts";
import { AppError } from "#shared/errors.ts";
import { log } from "#shared/log.ts";
import type { BatchSnapshot, NewBatch, NewBatchItem } from "#shared/task/batch.ts";
import { batchIdOf, batchTaskIdOf } from "#shared/task/batch-ids.ts";
import { coordinatorOf } from "#shared/task/coordinator.ts";
import { putBatchPointer } from "#shared/task/records.ts";
import { formatCredential } from "#shared/upstreams/index.ts";
import { type InvalidRequest, metadataSchema } from "#shared/wire/batch.ts";
import { withTimeout } from "#shared/with-timeout.ts";
import { checkLines, faultAt } from "./check-lines.ts";
import type { BatchFields } from "./lines.ts";
import { BatchStage, type StagedLine } from "./stage.ts";

type BatchContext = Context<CallerEnv>;

type Created = { batch: BatchSnapshot; isReplayed: boolean; invalid: InvalidRequest[] };

type Options = {
  /** Whether to start without the requests that are at fault. */
  skipsInvalid: boolean;
  /** What a repeated call has in common with this one. */
  identity: string;
};

/** Finishes, and removes what it staged, also when the caller disconnects. @throws AppError: then nothing was started. */
export function createBatch(c: BatchContext, fields: BatchFields, options: Options): Promise<Created> {
  const running = run(c, fields, options);
  c.executionCtx.waitUntil(running.catch(() => {}));
  return running;
}

async function run(c: BatchContext, { lines, metadata }: BatchFields, options: Options): Promise<Created> {
  const { caller, config, seal, upstreamConfig } = c.var;
  const id = batchIdOf(nanoid());
  const pairs = metadataOf(metadata);
  const credentials = caller.credentials.map(({ credential }) => credential);
  const { checked, invalid } = checkLines(lines, { credentials, upstreamConfig, randomSeed });
  refuse(invalid, lines.length, options);
  const idempotency = idempotencyOf(c, await seal.tag("body", options.identity));
  const coordinator = coordinatorOf(c.env.COORDINATOR, caller.owner);
  const hasInputs = checked.some(({ inputs }) => inputs.length > 0);
  // Before reference images are fetched, because their addresses may not answer twice.
  const earlier = hasInputs && idempotency !== null ? await coordinator.recallBatch(idempotency) : null;
  if (earlier?.kind === "conflict") throw idempotencyConflict();
  if (earlier !== null) return { batch: earlier.batch, isReplayed: true, invalid };

  const stage = new BatchStage(c.env.INPUTS, id);
  try {
    const outside = fetchContext([new URL(c.req.url), ownUrl(c)], config, c.env.IMAGES);
    const staged = await stage.fill(checked, outside, seal);
    const faults = staged.flatMap((line) => inputFault(line));
    refuse([...invalid, ...faults], lines.length, options);
    const good = staged.filter(({ fault }) => fault === null);
    const given = await newBatch(c, id, good, { metadata: pairs, idempotency, keptMs: config.TASK_TTL_DAYS * dayMs });
    // A call that broke off may have been carried out: the same id again makes no second batch.
    const answer = await coordinator.createBatch(given).catch(() => coordinator.createBatch(given));
    if (answer.kind === "conflict") throw idempotencyConflict();
    const isReplayed = answer.batch.id !== id;
    if (isReplayed) await stage.clear();
    else await announce(c, given);
    return { batch: answer.batch, isReplayed, invalid: [...invalid, ...faults] };
  } catch (error) {
    // After a lost answer of the coordinator the batch may exist, and needs its reference images.
    if (error instanceof AppError) await stage.clear();
    throw error;
  }
}

/** @throws InvalidRequestsError when a request is at fault, unless it is to be left out and others remain. */
function refuse(invalid: InvalidRequest[], total: number, { skipsInvalid }: Options): void {
  if (invalid.length === 0 || (skipsInvalid && invalid.length < total)) return;
  throw new InvalidRequestsError(
    invalid.toSorted((one, other) => one.line - other.line),
    total,
  );
}

const randomSeed = (): number => crypto.getRandomValues(new Uint32Array(1))[0] ?? 0;

function metadataOf(given: unknown): Record<string, string> {
  const read = metadataSchema.safeParse(given ?? {});
  if (read.success) return read.data;
  throw new AppError(
    "invalid_value",
    "metadata must be up to 16 pairs of texts, names up to 64 and values up to 512 characters.",
    "metadata",
  );
}

function inputFault(line: StagedLine): InvalidRequest[] {
  try {
    if (line.fault !== null) throw line.fault;
    refuseTooLarge(line.staged, line);
    return [];
  } catch (error) {
    line.fault = error;
    return [faultAt(error, line.line, line.customId)];
  }
}

async function newBatch(
  c: BatchContext,
  id: string,
  lines: StagedLine[],
  rest: Pick<NewBatch, "metadata" | "idempotency" | "keptMs">,
): Promise<NewBatch> {
  const { caller, seal } = c.var;
  const groups = new Map<string, { index: number; tags: string[] }>();
  const tagOf = new Map(caller.credentials.map(({ credential, tag }) => [formatCredential(credential), tag]));
  const items = await Promise.all(
    lines.map(async (line, place): Promise<NewBatchItem> => {
      const tags = line.able.map((credential) => tagOf.get(formatCredential(credential)) ?? "");
      const group = groups.get(tags.join()) ?? { index: groups.size, tags };
      groups.set(tags.join(), group);
      const inputs = line.staged;
      const contents = [
        caller.keyPrefix,
        line.request.prompt,
        ...inputs.map(({ crc32, bytes }) => `${crc32}:${bytes}`),
      ];
      return {
        task: batchTaskIdOf(id, place, nanoid()),
        submitId: crypto.randomUUID(),
        ...{ customId: line.customId, line: line.line, request: line.request, inputs, group: group.index },
        contents: await seal.tag("contents", JSON.stringify(contents)),
        resendsRefused: line.resendsRefused,
      };
    }),
  );
  const used = new Set([...groups.values()].flatMap(({ tags }) => tags));
  const sessions = await Promise.all(
    caller.credentials.filter(({ tag }) => used.has(tag)).map((one) => sealCredential(one, seal)),
  );
  const prices = lines.map(({ estimatedCredits }) => estimatedCredits);
  return {
    ...rest,
    ...{ id, owner: caller.owner, tags: caller.readerTags, sessions, items },
    groups: [...groups.values()].map(({ tags }) => tags),
    inputKeys: [...new Set(items.flatMap(({ inputs }) => inputs.map(({ key }) => key)))],
    estimatedCredits: prices.includes(null) ? null : prices.reduce<number>((sum, price) => sum + (price ?? 0), 0),
  };
}

/** Lets callers with some of its sessions find it. Never rejects: those with all of them find it anyhow. */
async function announce({ env }: BatchContext, { id, owner, tags, keptMs }: NewBatch): Promise<void> {
  await withTimeout(putBatchPointer(env.TASKS, id, { owner, tags }, keptMs), announceTimeoutMs).catch(
    (error: unknown) => log("warn", "announce_failed", { batch: id, error }),
  );
}
