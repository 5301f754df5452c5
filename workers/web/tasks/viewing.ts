/** Which image the large view shows, and what lies before and after it: the images of the page in their order. */

import { computed, signal } from "@preact/signals";
import { galleryStep } from "#web/limits.ts";
import { imagesOf, type TaskImage } from "#web/state/images.ts";
import type { Task } from "#web/state/task.ts";
import { completed, current, tasks } from "#web/state/tasks.ts";

export type Shown = { task: Task; image: TaskImage };

/** The image's id; null while the large view is closed. */
const openId = signal<string | null>(null);
/** So many tasks of the gallery are on the page. */
export const galleryLength = signal(galleryStep);

export const inGallery = computed(() => completed.value.slice(0, galleryLength.value));

/** What the large view leafs through: all that is on the page, in the order in which it is there. */
export const sequence = computed<TaskImage[]>(() => [...current.value, ...inGallery.value].flatMap(imagesOf));

export const shown = computed<Shown | null>(() => {
  const id = openId.value;
  if (id === null) return null;
  const task = tasks.value.get(keyOf(id));
  const image = task && imagesOf(task).find((one) => one.id === id);
  return task && image ? { task, image } : null;
});

/** Place in the sequence, from 0. */
export const position = computed(() => sequence.value.findIndex(({ id }) => id === openId.value));

export function openImage(id: string): void {
  if (openId.peek() === null) history.pushState({ image: true }, "");
  openId.value = id;
}

/** Resolves when the page is as it was: going back in the history puts the scroll position back, too. */
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

/** The browser's back button closes the large view. @returns stops that. */
export function watchHistory(): () => void {
  const onPop = () => {
    openId.value = null;
  };
  addEventListener("popstate", onPop);
  return () => removeEventListener("popstate", onPop);
}

const isOwnEntry = (state: unknown): boolean => typeof state === "object" && state !== null && "image" in state;

/** Ids are the task's key, a slash and the place in the task. */
const keyOf = (id: string): string => id.slice(0, id.lastIndexOf("/"));
