/** Downloads the images of a batch as ZIP files, and its results as a table or JSON Lines. */
import { ApiError } from "#web/api/api-error.ts";
import { notify } from "#web/components/toast.tsx";
import { maxZippedImages, zipFetches } from "#web/limits.ts";
import { batchMessages } from "#web/messages/batches.ts";
import { sentenceFor } from "#web/messages/errors.ts";
import { messages } from "#web/messages/index.ts";
import type { Batch } from "#web/state/batch.ts";
import { resultsOf } from "#web/state/batch-actions.ts";
import { imagesOf } from "#web/state/images.ts";
import { bytesOf, fileName, offerBlob } from "#web/tasks/save.ts";
import { type Entry, zipOf } from "#web/tasks/zip.ts";
import { tasksOfBatch } from "./tasks-of-batch.ts";

/** One ZIP file after the other, each of a limited size. Names begin with the line of the prompt. */
export async function saveBatch(batch: Batch): Promise<void> {
  const t = messages(batchMessages);
  const all = tasksOfBatch(batch).flatMap((task) => imagesOf(task).map((image) => ({ task, image })));
  const files = Math.ceil(all.length / maxZippedImages);
  let missing = 0;
  for (let file = 0; file < files; file += 1) {
    notify(t.downloading(file * maxZippedImages, all.length));
    const wanted = all.slice(file * maxZippedImages, (file + 1) * maxZippedImages);
    const entries: Entry[] = [];
    for (let first = 0; first < wanted.length; first += zipFetches) {
      const some = wanted.slice(first, first + zipFetches);
      entries.push(...(await Promise.all(some.map(entryOf))).filter((entry) => entry !== null));
    }
    missing += wanted.length - entries.length;
    if (entries.length > 0) offerBlob(zipOf(entries), `${baseName(batch)}${files > 1 ? `-${file + 1}` : ""}.zip`);
  }
  if (missing > 0) notify(t.notDownloaded(missing));
}

async function entryOf({ task, image }: Saved): Promise<Entry | null> {
  const blob = await bytesOf(image);
  if (blob === null) return null;
  const line = String(task.batch?.line ?? 0).padStart(4, "0");
  const bytes = new Uint8Array(await blob.arrayBuffer());
  return { name: `${line}-${fileName(task, image.index, blob.type)}`, bytes, at: new Date(task.createdAt) };
}

type Saved = { task: ReturnType<typeof tasksOfBatch>[number]; image: ReturnType<typeof imagesOf>[number] };

const baseName = ({ createdAt }: Batch): string =>
  `dreamina-${new Date(createdAt).toISOString().slice(0, 19).replaceAll(/[-:]/g, "").replace("T", "-")}`;

export async function saveResults(batch: Batch, format: "csv" | "jsonl"): Promise<void> {
  try {
    offerBlob(await resultsOf(batch, format), `${baseName(batch)}.${format}`);
  } catch (error) {
    notify(sentenceFor(error instanceof ApiError ? error.code : "internal"));
  }
}
