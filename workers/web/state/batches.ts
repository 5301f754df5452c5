/** The batches of this page: those that this browser sent, and those that the server lists. */
import { computed, type ReadonlySignal, signal } from "@preact/signals";
import { type Batch, duplicateOf, isUnread } from "./batch.ts";
import { writeBatch } from "./batch-store.ts";

export const batches = signal<ReadonlyMap<string, Batch>>(new Map());

/** Newest first. */
export const shownBatches: ReadonlySignal<Batch[]> = computed(() =>
  [...batches.value.values()].filter(({ isHidden }) => !isHidden).sort((one, other) => other.createdAt - one.createdAt),
);

export const unreadBatches: ReadonlySignal<Batch[]> = computed(() => [...batches.value.values()].filter(isUnread));

/** Resolves when it is stored, or could not be. */
export function putBatch(batch: Batch): Promise<void> {
  const next = new Map(batches.peek()).set(batch.key, batch);
  const goes = duplicateOf(batch, next.values());
  if (goes !== null) {
    next.delete(goes);
    void writeBatch(goes, null);
  }
  batches.value = next;
  return next.has(batch.key) ? writeBatch(batch.key, batch) : Promise.resolve();
}

export function changeBatch(key: string, next: (batch: Batch) => Batch): void {
  const batch = batches.peek().get(key);
  if (batch === undefined) return;
  const changed = next(batch);
  if (changed !== batch) void putBatch(changed);
}

/** The prompt of a task that was deleted stays nowhere. @param line from 1. */
export function forgetPrompt({ id, line }: { id: string; line: number }): void {
  const batch = [...batches.peek().values()].find(({ batchId }) => batchId === id);
  if (batch === undefined) return;
  const prompts = batch.prompts.map((prompt, index) => (index === line - 1 ? "" : prompt));
  void putBatch({ ...batch, prompts, draft: batch.draft && { ...batch.draft, prompt: "" } });
}

export const hideBatch = (key: string, isHidden = true): void => changeBatch(key, (one) => ({ ...one, isHidden }));
