/** The image in the large view, and its position among the images of the page. */

import { computed, signal } from "@preact/signals";
import { galleryStep } from "#web/limits.ts";
import { imagesOf, type TaskImage } from "#web/state/images.ts";
import type { Task } from "#web/state/task.ts";
import { tasks } from "#web/state/tasks.ts";
import { feed, foundImages, foundTasks } from "./finding.ts";

export type Shown = { task: Task; image: TaskImage };

/** Id of the image; null while the large view is closed. */
const openId = signal<string | null>(null);
/** Number of gallery tasks that the page shows. */
export const galleryLength = signal(galleryStep);

export const inGallery = computed(() => foundTasks.value.slice(0, galleryLength.value));

/** All images of the page, in the order in which it shows them. */
export const sequence = computed<TaskImage[]>(() => [
  ...feed.value.flatMap(imagesOf),
  ...inGallery.value.flatMap(foundImages),
]);

export const shown = computed<Shown | null>(() => {
  const id = openId.value;
  if (id === null) return null;
  const task = tasks.value.get(keyOf(id));
  const image = task && imagesOf(task).find((one) => one.id === id);
  return task && image ? { task, image } : null;
});

/** Position in the sequence, from 0; -1 when the image is not in it. */
export const position = computed(() => sequence.value.findIndex(({ id }) => id === openId.value));

export function openImage(id: string): void {
  if (openId.peek() === null) history.pushState({ image: true }, "");
  openId.value = id;
}

/** Resolves when the browser has gone back in the history and restored the scroll position. */
export async function closeViewer(): Promise<void> {
  if (openId.peek() === null) return;
  openId.value = null;
  if (!isOwnEntry(history.state)) return;
  const isBack = new Promise((resolve) => addEventListener("popstate", resolve, { once: true }));
  history.back();
  await isBack;
  await new Promise((resolve) => requestAnimationFrame(resolve));
}

/** For actions whose result is in the form, which lies under the large view. */
export function closeViewerThen(run: () => void): void {
  void closeViewer().then(run);
}

export function step(by: 1 | -1): void {
  const next = sequence.peek()[position.peek() + by];
  if (next !== undefined && position.peek() !== -1) openId.value = next.id;
}

/** Lets the browser's back button close the large view. @returns a function that stops listening. */
export function watchHistory(): () => void {
  const onPop = () => {
    openId.value = null;
  };
  addEventListener("popstate", onPop);
  return () => removeEventListener("popstate", onPop);
}

const isOwnEntry = (state: unknown): boolean => typeof state === "object" && state !== null && "image" in state;

/** Ids consist of the key of the task, a slash and the index in the task. */
const keyOf = (id: string): string => id.slice(0, id.lastIndexOf("/"));
