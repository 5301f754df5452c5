/** Images that became ready while the page was hidden: their number for its title, and a system notification. */
import { signal } from "@preact/signals";
import { imagesOf } from "./images.ts";
import { showNews } from "./notifications.ts";
import { phaseOf, type Task } from "./task.ts";

/** Images that became ready since the page was last seen. */
export const unseenImages = signal(0);

/** Called when a task ends. */
export function noteEnd(task: Task): void {
  if (globalThis.document?.hidden !== true) return;
  const count = phaseOf(task) === "completed" ? imagesOf(task).length : 0;
  unseenImages.value += count;
  showNews(task.key, count);
}

globalThis.document?.addEventListener("visibilitychange", () => {
  if (!document.hidden) unseenImages.value = 0;
});
