/**
 * Task records in KV: `task:<id>`, written twice in the life of a task: pending by the API when it is
 * created, terminal by the coordinator when it ends. KV may be a minute behind in another place, and the last write
 * wins; that is why live state is never read from here while the coordinator can answer.
 */

import { log } from "#shared/log.ts";
import { minTtlSeconds } from "./limits.ts";
import { type TaskRecord, taskRecordSchema } from "./schema.ts";

export const taskKey = (id: string): string => `task:${id}`;

/** @param now Unix milliseconds; the record lives until its own `expiresAt`. */
export async function putRecord(tasks: KVNamespace, record: TaskRecord, now: number): Promise<void> {
  const expirationTtl = Math.max(minTtlSeconds, Math.ceil((record.expiresAt - now) / 1000));
  await tasks.put(taskKey(record.id), JSON.stringify(record), { expirationTtl });
}

/** Null too for one that cannot be read, which a later version may have written: it must not break a list of others. */
export async function getRecord(tasks: KVNamespace, id: string): Promise<TaskRecord | null> {
  const value = await tasks.get(taskKey(id), "json");
  if (value === null) return null;
  const record = taskRecordSchema.safeParse(value);
  if (!record.success) log("error", "record_unreadable", { task: id, error: record.error });
  return record.data ?? null;
}
