/**
 * Task records in KV, under `task:<id>`. A record is written twice: pending by the API when the task is created,
 * terminal by the coordinator when it ends. Reads may be a minute behind, and the last write wins: so live state comes
 * from the coordinator while it can answer.
 */

import * as z from "zod";
import { log } from "#shared/log.ts";
import { minTtlSeconds } from "./limits.ts";
import { type TaskRecord, taskRecordSchema } from "./task-record.ts";

export const taskKey = (id: string): string => `task:${id}`;

/** @param now Unix milliseconds; the record lives until its own `expiresAt`. */
export async function putRecord(tasks: KVNamespace, record: TaskRecord, now: number): Promise<void> {
  const expirationTtl = Math.max(minTtlSeconds, Math.ceil((record.expiresAt - now) / 1000));
  await tasks.put(taskKey(record.id), JSON.stringify(record), { expirationTtl });
}

export const deleteRecord = (tasks: KVNamespace, id: string): Promise<void> => tasks.delete(taskKey(id));

/** Null also for a record that cannot be parsed, perhaps of a later version: it must not break a list of others. */
export async function getRecord(tasks: KVNamespace, id: string): Promise<TaskRecord | null> {
  const value = await tasks.get(taskKey(id), "json");
  if (value === null) return null;
  const record = taskRecordSchema.safeParse(value);
  if (!record.success) log("error", "record_unreadable", { task: id, error: record.error });
  return record.data ?? null;
}

/**
 * Whose coordinator has a batch, under `batch:<id>`: one value for all its tasks, which have no records of their own,
 * because KV takes few writes on the free plan. Callers with all sessions of the batch do not need it.
 */
const batchPointerSchema = z.object({ owner: z.string(), tags: z.array(z.string()) });
type BatchPointer = z.infer<typeof batchPointerSchema>;

/** @param keptMs how long the batch is remembered after its end; it may run as long before. */
export async function putBatchPointer(tasks: KVNamespace, id: string, pointer: BatchPointer, keptMs: number) {
  const expirationTtl = Math.max(minTtlSeconds, Math.ceil((2 * keptMs) / 1000));
  await tasks.put(`batch:${id}`, JSON.stringify(pointer), { expirationTtl });
}

export async function getBatchPointer(tasks: KVNamespace, id: string): Promise<BatchPointer | null> {
  const value = await tasks.get(`batch:${id}`, "json");
  return value === null ? null : (batchPointerSchema.safeParse(value).data ?? null);
}
