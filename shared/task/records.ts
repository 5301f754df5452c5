/**
 * Task records in KV: `task:<id>`, written twice in a task's life and by nobody else: pending by the API when it is
 * created, final by the coordinator when it ended. KV may be a minute behind in another place, and the last write
 * wins; that is why live state is never read from here while the coordinator can answer.
 */
import { type TaskRecord, taskRecordSchema } from "./schema.ts";

/** KV refuses a shorter life. https://developers.cloudflare.com/kv/api/write-key-value-pairs/ */
const shortestTtlSeconds = 60;

export const taskKey = (id: string): string => `task:${id}`;

/** @param now Unix milliseconds; the record lives until its own `expiresAt`. */
export async function putRecord(tasks: KVNamespace, record: TaskRecord, now: number): Promise<void> {
  const expirationTtl = Math.max(shortestTtlSeconds, Math.ceil((record.expiresAt - now) / 1000));
  await tasks.put(taskKey(record.id), JSON.stringify(record), { expirationTtl });
}

export async function getRecord(tasks: KVNamespace, id: string): Promise<TaskRecord | null> {
  const value = await tasks.get(taskKey(id), "json");
  return value === null ? null : taskRecordSchema.parse(value);
}
