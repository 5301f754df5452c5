/** Deletes the task of a request, or one of its images, from its batch. The counts of the batch stay. */
import type { Removal, RemovalAnswer } from "#shared/task/coordinator.ts";
import { emptiedRecord, hasImage, withoutImage } from "#shared/task/deletion.ts";
import type { TaskRecord } from "#shared/task/task-record.ts";
import { type Item, updateBody, updateResult } from "./rows.ts";

type Sql = DurableObjectStorage["sql"];

/** @param ended the record of the task, if it has ended; of one that never started as it would be. */
export type FoundItem = { batch: number; item: Item; ended: TaskRecord | null };

/** @param now Unix milliseconds. */
export function removeFromBatch(
  sql: Sql,
  { batch, item, ended }: FoundItem,
  { id, image }: Removal,
  now: number,
): RemovalAnswer {
  if (ended === null) return item.task === id ? "live" : "unknown";
  if (ended.deletedAt !== undefined) return "gone";
  if (image !== null && !hasImage(ended, image)) return "unknown";
  const result = image === null ? emptiedRecord(ended, now) : withoutImage(ended, image);
  const { place, body } = item;
  if (item.task === id) updateResult(sql, batch, { place, result, isDeleted: image === null });
  else {
    const earlier = body.earlier.map((one) => (one.task === id ? { ...one, result } : one));
    updateBody(sql, batch, { place, body: { ...body, earlier } });
  }
  return "removed";
}
