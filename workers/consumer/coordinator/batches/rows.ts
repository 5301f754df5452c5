/**
 * The tables of batches, one function per statement. A batch has one row, with what never changes (`body`) and what
 * does (`state`); each of its requests has one, which is written when it is created, when it ends, and when it is made
 * again.
 */
import * as z from "zod";
import { inputsNeededMs } from "#consumer/limits.ts";
import { errorCodes, taskErrorSchema } from "#shared/errors.ts";
import type { BatchCounts } from "#shared/task/batch.ts";
import { batchStatuses } from "#shared/task/batch-status.ts";
import { stagedInputSchema } from "#shared/task/inputs.ts";
import { taskRequestSchema } from "#shared/task/request.ts";
import { taskRecordSchema } from "#shared/task/task-record.ts";

type Sql = DurableObjectStorage["sql"];

const faultSchema = z.object({
  line: z.int(),
  code: z.enum(errorCodes).catch("internal"),
  message: z.string(),
  param: z.string().nullable(),
});

/** What never changes. Moments are Unix milliseconds. */
const bodySchema = z.object({
  owner: z.string(),
  tags: z.array(z.string()),
  requestKeys: z.array(z.string()).default([]),
  groups: z.array(z.array(z.string())),
  inputKeys: z.array(z.string()),
  metadata: z.record(z.string(), z.string()),
  estimatedCredits: z.number().nullable(),
  createdAt: z.number(),
  keptMs: z.number(),
  total: z.int(),
  origin: z.object({ endpoint: z.string(), file: z.string(), faults: z.array(faultSchema) }).nullable(),
});

const stateSchema = z.object({
  status: z.enum(batchStatuses),
  waiting: z.int(),
  processing: z.int(),
  completed: z.int(),
  failed: z.int(),
  cancelled: z.int(),
  /** For each group of sessions, its requests that wait. */
  queues: z.array(
    z.object({
      /** Place behind the last request of the group that was started. */
      next: z.int(),
      /** Places of its requests that are made again, in order. */
      again: z.array(z.int()),
    }),
  ),
  /** When it was created, or taken up again after its end. */
  begunAt: z.number(),
  startedAt: z.number().nullable(),
  endedAt: z.number().nullable(),
  /** From when, and with how many ended tasks, the pace is reckoned. */
  paceFrom: z.object({ at: z.number(), ended: z.int() }).nullable(),
  pausedReason: taskErrorSchema.nullable(),
  cancellingAt: z.number().nullable(),
  /** The staged reference images are deleted. */
  isWithoutInputs: z.boolean(),
});
export type BatchState = z.infer<typeof stateSchema>;
export type GroupQueue = BatchState["queues"][number];

export type Batch = z.infer<typeof bodySchema> & { seq: number; id: string; state: BatchState };

/** When it is deleted, or cancelled if it has not ended by then. */
export function expiryOf({ keptMs, createdAt, inputKeys, state }: Batch): number {
  const needsInputs = state.endedAt === null && inputKeys.length > 0 && !state.isWithoutInputs;
  const expiry = (state.endedAt ?? state.begunAt) + keptMs;
  return needsInputs ? Math.min(expiry, createdAt + inputsNeededMs) : expiry;
}

export function countsOf({ total, state }: Batch): BatchCounts {
  const { waiting, processing, completed, failed, cancelled } = state;
  return { total, waiting, processing, completed, failed, cancelled };
}

const itemBodySchema = z.object({
  line: z.int(),
  submitId: z.string(),
  request: taskRequestSchema,
  sealedRequest: z.string().nullable().default(null),
  inputs: z.array(stagedInputSchema),
  contents: z.string(),
  resendsRefused: z.boolean(),
  group: z.int(),
  /** Earlier tasks of the request, which failed. */
  earlier: z.array(z.object({ task: z.string(), result: taskRecordSchema })),
});
export type ItemBody = z.infer<typeof itemBodySchema>;

export const itemEnds = ["completed", "failed", "cancelled"] as const;
export type ItemEnd = (typeof itemEnds)[number];

/** One request. `ended` and `result` are null until its task has ended. */
export type Item = {
  place: number;
  customId: string;
  task: string;
  ended: ItemEnd | null;
  body: ItemBody;
  result: z.infer<typeof taskRecordSchema> | null;
};

type BatchRow = { seq: number; id: string; body: string; state: string };
const batchColumns = "seq, id, body, state";

const readBatch = ({ seq, id, body, state }: BatchRow): Batch => ({
  ...bodySchema.parse(JSON.parse(body)),
  seq,
  id,
  state: stateSchema.parse(JSON.parse(state)),
});

type Life = { active: number; expiresAt: number | null };

const lifeOf = (batch: Batch): Life => ({
  active: batch.state.endedAt === null ? 1 : 0,
  // Cancelled already, it only waits for its tasks.
  expiresAt: batch.state.status === "cancelling" ? null : expiryOf(batch),
});

/** @returns its number. */
export function insertBatch(sql: Sql, batch: Batch, reader: string): number {
  const { id, state, seq: _, ...body } = batch;
  const { active, expiresAt } = lifeOf(batch);
  const insertion =
    "INSERT INTO batches (id, reader, active, expires_at, body, state) VALUES (?, ?, ?, ?, ?, ?) RETURNING seq";
  const values = [id, reader, active, expiresAt, JSON.stringify(body), JSON.stringify(state)];
  return sql.exec<{ seq: number }>(insertion, ...values).one().seq;
}

/**
 * Changes the indexed columns only where they change: each index that is named is written.
 * @returns whether it expires at another time.
 */
export function updateBatch(sql: Sql, before: Batch, after: Batch): boolean {
  const { seq, state } = after;
  const [was, is] = [lifeOf(before), lifeOf(after)];
  sql.exec("UPDATE batches SET state = ? WHERE seq = ?", JSON.stringify(state), seq);
  if (was.active === is.active && was.expiresAt === is.expiresAt) return false;
  sql.exec("UPDATE batches SET active = ?, expires_at = ? WHERE seq = ?", is.active, is.expiresAt, seq);
  return true;
}

export function selectBatch(sql: Sql, id: string): Batch | null {
  const [row] = sql.exec<BatchRow>(`SELECT ${batchColumns} FROM batches WHERE id = ?`, id).toArray();
  return row === undefined ? null : readBatch(row);
}

/** Those that have not ended, the oldest first. */
export const selectActive = (sql: Sql): Batch[] =>
  sql.exec<BatchRow>(`SELECT ${batchColumns} FROM batches WHERE active = 1 ORDER BY seq`).toArray().map(readBatch);

/** Unix milliseconds; null when none expires. */
export const selectFirstExpiry = (sql: Sql): number | null =>
  sql
    .exec<{ at: number }>(
      "SELECT expires_at AS at FROM batches WHERE expires_at IS NOT NULL ORDER BY expires_at LIMIT 1",
    )
    .toArray()[0]?.at ?? null;

export const selectExpired = (sql: Sql, now: number): Batch[] =>
  sql.exec<BatchRow>(`SELECT ${batchColumns} FROM batches WHERE expires_at <= ?`, now).toArray().map(readBatch);

/** @returns the newest first; null when the batch to start after is unknown. */
export function selectBatchPage(
  sql: Sql,
  { reader, after, limit, status }: { reader: string; after: string | null; limit: number; status: string | null },
): Batch[] | null {
  const cursor = "SELECT seq FROM batches WHERE id = ? AND reader = ?";
  const before =
    after === null ? Number.MAX_SAFE_INTEGER : sql.exec<{ seq: number }>(cursor, after, reader).toArray()[0]?.seq;
  if (before === undefined) return null;
  const page = `SELECT ${batchColumns} FROM batches WHERE reader = ?1 AND seq < ?2
    AND (?3 IS NULL OR json_extract(state, '$.status') = ?3) ORDER BY seq DESC LIMIT ?4`;
  return sql.exec<BatchRow>(page, reader, before, status, limit).toArray().map(readBatch);
}

export function deleteBatch(sql: Sql, { seq, id }: Pick<Batch, "seq" | "id">): void {
  sql.exec("DELETE FROM batch_items WHERE batch = ?", seq);
  sql.exec("DELETE FROM batches WHERE seq = ?", seq);
  sql.exec("DELETE FROM idempotency WHERE task = ?", id);
}

type ItemRow = {
  place: number;
  customId: string;
  task: string;
  ended: ItemEnd | null;
  body: string;
  result: string | null;
};
const itemColumns = "place, custom_id AS customId, task, ended, body, result";

const readItem = ({ body, result, ...row }: ItemRow): Item => ({
  ...row,
  body: itemBodySchema.parse(JSON.parse(body)),
  result: result === null ? null : taskRecordSchema.parse(JSON.parse(result)),
});

export function insertItem(sql: Sql, batch: number, { place, customId, task, body }: Omit<Item, "ended" | "result">) {
  sql.exec(
    "INSERT INTO batch_items (batch, place, sessions, custom_id, task, body) VALUES (?, ?, ?, ?, ?, ?)",
    ...[batch, place, body.group, customId, task, JSON.stringify(body)],
  );
}

export function selectItem(sql: Sql, batch: number, place: number): Item | null {
  const found = `SELECT ${itemColumns} FROM batch_items WHERE batch = ? AND place = ?`;
  const [row] = sql.exec<ItemRow>(found, batch, place).toArray();
  return row === undefined ? null : readItem(row);
}

/** The first request of a group at this place or behind it that has not ended. */
export function selectNext(sql: Sql, batch: number, { group, place }: { group: number; place: number }): Item | null {
  const found = `SELECT ${itemColumns} FROM batch_items
    WHERE batch = ? AND place >= ? AND sessions = ? AND ended IS NULL ORDER BY place LIMIT 1`;
  const [row] = sql.exec<ItemRow>(found, batch, place, group).toArray();
  return row === undefined ? null : readItem(row);
}

/** Requests after a place, in order, without those whose task was deleted. @param ended only those that ended so; null: all. */
export function selectItems(
  sql: Sql,
  batch: number,
  { after, limit, ended }: { after: number; limit: number; ended: ItemEnd | null },
): Item[] {
  const which = ended === null ? "" : ` AND ended = '${ended}'`;
  const isKept = "json_extract(result, '$.deletedAt') IS NULL";
  const page = `SELECT ${itemColumns} FROM batch_items WHERE batch = ? AND place > ?${which} AND ${isKept} ORDER BY place LIMIT ?`;
  return sql.exec<ItemRow>(page, batch, after, limit).toArray().map(readItem);
}

const withoutPrompts = "json_set(body, '$.request.prompt', '', '$.request.negativePrompt', '')";
const withoutRequest =
  "json_set(body, '$.request.prompt', '', '$.request.negativePrompt', '', '$.sealedRequest', NULL)";

/** Ends the requests that wait, without tasks. */
export function cancelWaiting(sql: Sql, batch: number): void {
  const waiting = "batch = ? AND ended IS NULL AND task NOT IN (SELECT id FROM tasks)";
  sql.exec(`UPDATE batch_items SET ended = 'cancelled', body = ${withoutPrompts} WHERE ${waiting}`, batch);
}

/** A request that has ended. Its prompts are kept only where it may be made again. */
export function updateEnded(
  sql: Sql,
  batch: number,
  { place, ended, result }: Pick<Item, "place" | "ended" | "result">,
): void {
  const body = ended === "failed" ? "body" : withoutPrompts;
  const change = `UPDATE batch_items SET ended = ?, result = ?, body = ${body} WHERE batch = ? AND place = ?`;
  sql.exec(change, ended, JSON.stringify(result), batch, place);
}

/** An ended request whose task was deleted, or an image of it. It is not made again after its task was deleted. */
export function updateResult(
  sql: Sql,
  batch: number,
  { place, result, isDeleted }: { place: number; result: Item["result"]; isDeleted: boolean },
): void {
  const change = `UPDATE batch_items SET result = ?, body = ${isDeleted ? withoutRequest : "body"} WHERE batch = ? AND place = ?`;
  sql.exec(change, JSON.stringify(result), batch, place);
}

export function updateBody(sql: Sql, batch: number, { place, body }: Pick<Item, "place" | "body">): void {
  sql.exec("UPDATE batch_items SET body = ? WHERE batch = ? AND place = ?", JSON.stringify(body), batch, place);
}

/** A request that is made again, by another task. */
export function updateAgain(sql: Sql, batch: number, { place, task, body }: Pick<Item, "place" | "task" | "body">) {
  const change = "UPDATE batch_items SET task = ?, body = ?, ended = NULL, result = NULL WHERE batch = ? AND place = ?";
  sql.exec(change, task, JSON.stringify(body), batch, place);
}
