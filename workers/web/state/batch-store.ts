/** Stores batches with their reference files. Without IndexedDB, those without an answer are lost when the page closes. */
import { isRecord } from "#web/storage/is-record.ts";
import { answerOf, type ObjectStore, openStore } from "#web/storage/object-store.ts";
import { type Batch, newBatch } from "./batch.ts";
import { draftFromStored, writeWithImages } from "./stored-images.ts";

const name = "batches";
let opened: Promise<ObjectStore | null> | undefined;

const store = (): Promise<ObjectStore | null> => {
  opened ??= openStore("dreamina-batches", name).catch(() => null);
  return opened;
};

/** The stored batches, without unreadable records. */
export async function loadBatches(): Promise<Batch[]> {
  const open = await store();
  const stored: unknown[] = open === null ? [] : await answerOf(open("readonly").getAll()).catch(() => []);
  return stored.flatMap((record) => readBatch(record) ?? []);
}

/** @param batch null deletes it. Resolves when it is stored or has failed. */
export async function writeBatch(key: string, batch: Batch | null): Promise<void> {
  const open = await store();
  if (open === null) return;
  const put = (record: unknown) => write(open, key, record);
  await (batch === null ? put(null) : writeWithImages(batch, put));
}

async function write(open: ObjectStore, key: string, record: unknown): Promise<boolean> {
  try {
    const objects = open("readwrite");
    const request: IDBRequest = record === null ? objects.delete(key) : objects.put(record, key);
    await answerOf(request);
    return true;
  } catch {
    return false;
  }
}

/** Only this page writes records. `lost` is found out again. */
function readBatch(stored: unknown): Batch | null {
  if (!isRecord(stored) || typeof stored.key !== "string" || typeof stored.createdAt !== "number") return null;
  const batch = newBatch(stored as Pick<Batch, "key" | "createdAt">);
  return { ...batch, draft: draftFromStored(batch.draft), lost: null };
}
