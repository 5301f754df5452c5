/**
 * Carries out a deletion: the images of a task in R2, and its record in KV, or one image, and the record without it. Each
 * part may run twice.
 */
import { deleteImages } from "#shared/images/delete.ts";
import { batchOf } from "#shared/task/batch-ids.ts";
import { withoutImage } from "#shared/task/deletion.ts";
import { isDeleted } from "#shared/task/phases.ts";
import { deleteRecord, getRecord, putRecord } from "#shared/task/records.ts";
import { recordOf } from "#shared/task/view.ts";
import { type OutboxRow, selectDeletedImages } from "./effects.ts";
import { selectTask } from "./tables.ts";

type Stores = {
  sql: DurableObjectStorage["sql"];
  records: KVNamespace;
  images: R2Bucket;
  /** Unix milliseconds. */
  now: () => number;
};

type Erased = Pick<OutboxRow, "task" | "image" | "kind">;

export async function erase(stores: Stores, { task, image, kind }: Erased): Promise<void> {
  await deleteImages(stores.images, task, image);
  // The record of a task of a batch is in its batch.
  if (batchOf(task) !== null) return;
  if (image === null) await deleteIfThere(stores.records, task, kind);
  else await updateRecord(stores, task);
}

/** The sweep only looks, as a rule: the free plan has a thousand deletions a day, and a hundred times as many reads. */
async function deleteIfThere(records: KVNamespace, id: string, kind: OutboxRow["kind"]): Promise<void> {
  if (kind === "sweep" && (await getRecord(records, id)) === null) return;
  await deleteRecord(records, id);
}

/** By its row; without one by the record itself, which may be a minute old: so every image deleted lately is left out. */
async function updateRecord({ sql, records, now }: Stores, id: string): Promise<void> {
  const task = selectTask(sql, id);
  if (task !== null && isDeleted(task)) return;
  const record = task === null ? await getRecord(records, id) : recordOf(task, now());
  if (record === null) return;
  await putRecord(records, selectDeletedImages(sql, id).reduce(withoutImage, record), now());
}
