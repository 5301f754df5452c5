/** Images that became ready while the page was hidden: their number for its title, and a system notification. */
import { signal } from "@preact/signals";
import { imagesOf } from "./images.ts";
import { showNews } from "./notifications.ts";
import { phaseOf, type Task } from "./task.ts";

/** Images that became ready since the page was last seen. */
export const unseenImages = signal(0);

const isHidden = (): boolean => globalThis.document?.hidden === true;

/** Called when a task ends that belongs to no batch. */
export function noteEnd(task: Task): void {
  if (!isHidden()) return;
  const count = phaseOf(task) === "completed" ? imagesOf(task).length : 0;
  unseenImages.value += count;
  showNews(task.key, count);
}

/** Called when images of a running batch arrive: each counts, and the notification comes at the end of the batch. */
export function noteImages(count: number): void {
  if (isHidden()) unseenImages.value += count;
}

/** @param images all of the batch. */
export function noteBatchEnd(key: string, images: number): void {
  if (isHidden()) showNews(key, images);
}

globalThis.document?.addEventListener("visibilitychange", () => {
  if (!document.hidden) unseenImages.value = 0;
});
