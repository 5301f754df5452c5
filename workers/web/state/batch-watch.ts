/** Keeps the batches up to date while the page is open: sends what was left unsent, polls, and reads the server's list. */
import { computed, effect, untracked } from "@preact/signals";
import type { BatchView } from "#shared/wire/batch.ts";
import { batchListSize, batchTitlePrompts, maxEndedBatchAgeMs, maxListAgeMs } from "#web/limits.ts";
import { type Batch, batchPhaseOf, isForgotten, newBatch, withBatchView } from "./batch.ts";
import { followBatch } from "./batch-follow.ts";
import { readFirstPrompts } from "./batch-results.ts";
import { sendBatch } from "./batch-send.ts";
import { loadBatches, writeBatch } from "./batch-store.ts";
import { batches, changeBatch, putBatch, unreadBatches } from "./batches.ts";
import { call } from "./client.ts";
import { noteIfSilent, reconnects } from "./connection.ts";
import { authorization } from "./sessions.ts";

let isStarted = false;
/** When the server's list was read, in milliseconds. */
let listReadAt = 0;

/** Starts once. */
export async function watchBatches(): Promise<void> {
  if (isStarted) return;
  isStarted = true;
  for (const batch of await loadBatches()) restore(batch);
  effect(() => {
    for (const batch of unreadBatches.value) if (batch.lost === null) untracked(() => void followBatch(batch.key));
  });
  const credentials = computed(authorization);
  effect(() => {
    void [credentials.value, reconnects.value];
    untracked(resume);
  });
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden && Date.now() - listReadAt > maxListAgeMs) void readBatchList().catch(noteIfSilent);
  });
}

function restore(batch: Batch): void {
  if (isForgotten(batch, Date.now())) return void writeBatch(batch.key, null);
  if (batches.peek().has(batch.key)) return;
  void putBatch(batch);
  if (batchPhaseOf(batch) === "sending") void sendBatch(batch.key);
}

/** After a change of sessions, or when the server answers again. */
function resume(): void {
  for (const { key, lost } of unreadBatches.peek()) {
    if (lost !== null) changeBatch(key, (one) => ({ ...one, lost: null }));
  }
  void readBatchList().catch(noteIfSilent);
}

/** Adds the batches that the server lists and the page does not know: another device made them. @throws ApiError */
async function readBatchList(): Promise<void> {
  const credentials = authorization();
  if (credentials === null) return;
  listReadAt = Date.now();
  const { data } = await call<{ data: BatchView[] }>(`/v1/images/batches?limit=${batchListSize}`, {
    authorization: credentials,
  });
  for (const view of data) {
    const known = [...batches.peek().values()].find(({ batchId }) => batchId === view.id);
    if (known !== undefined) changeBatch(known.key, (one) => withBatchView(one, view));
    else if (isRecent(view)) await adopt(view);
  }
}

const isRecent = ({ ended_at }: BatchView): boolean =>
  ended_at === null || Date.now() - ended_at * 1000 < maxEndedBatchAgeMs;

async function adopt(view: BatchView): Promise<void> {
  const batch = withBatchView(newBatch({ key: view.id, createdAt: view.created_at * 1000 }), view);
  const prompts = await readFirstPrompts(batch, batchTitlePrompts);
  void putBatch({ ...batch, prompts });
}
