/** Images that are selected, to be deleted together, or two of them to be compared. */
import { computed, signal } from "@preact/signals";
import type { Doomed } from "#web/state/deletion.ts";
import { imagesOf } from "#web/state/images.ts";
import { finished } from "#web/state/tasks.ts";
import { askToDelete } from "./confirm-delete.tsx";
import { type Shown, sequence } from "./viewing.ts";

/** Ids of images; null: a press opens an image, and does not select it. */
export const selected = signal<ReadonlySet<string> | null>(null);

export function toggleSelected(id: string): void {
  const next = new Set(selected.peek());
  if (!next.delete(id)) next.add(id);
  selected.value = next;
}

export const selectAll = (): void => {
  selected.value = new Set(sequence.peek().map(({ id }) => id));
};

/** By task. Images of tasks that still run cannot be deleted. */
const doomed = computed<Doomed[]>(() =>
  finished.value.flatMap((task) => {
    const images = imagesOf(task).filter(({ id }) => selected.value?.has(id));
    return images.length === 0 ? [] : [{ task, images }];
  }),
);

export const selectedImages = computed<Shown[]>(() =>
  doomed.value.flatMap(({ task, images }) => (images ?? []).map((image) => ({ task, image }))),
);

export function deleteSelected(): void {
  askToDelete(doomed.peek(), () => {
    selected.value = null;
  });
}
