/**
 * System notifications about tasks that end while the page is hidden. The browser is asked only when the user switches
 * them on. They tell no prompts, because the system keeps them.
 */
import { messages } from "#web/messages/index.ts";
import { readyMessages } from "#web/messages/ready.ts";
import { storedSignal } from "#web/storage/storage.ts";

export const areNewsOn = storedSignal<boolean>(
  { name: "notifications", version: 1, read: (stored) => (typeof stored === "boolean" ? stored : undefined) },
  false,
);

/** Why they cannot be switched on; `unable`: the browser shows none for a page, as on Android. */
export type Switched = "on" | "off" | "denied" | "undecided" | "unable";

export async function switchNews(): Promise<Switched> {
  if (areNewsOn.peek()) {
    areNewsOn.value = false;
    return "off";
  }
  if (typeof Notification === "undefined") return "unable";
  const permission = await Notification.requestPermission();
  if (permission !== "granted") return permission === "denied" ? "denied" : "undecided";
  // Shown at once: some browsers allow them and then show none.
  if (!show("on", messages(readyMessages).on)) return "unable";
  areNewsOn.value = true;
  return "on";
}

/** @param tag of the task: of two windows, the second replaces the notification of the first. @param images 0: failed. */
export function showNews(tag: string, images: number): void {
  if (!areNewsOn.peek() || globalThis.Notification?.permission !== "granted") return;
  const t = messages(readyMessages);
  show(tag, images === 0 ? t.failed : t.ready(images));
}

/** @returns whether the browser took it. */
function show(tag: string, text: string): boolean {
  try {
    const notification = new Notification(messages(readyMessages).from, { body: text, tag: `dreamina ${tag}` });
    notification.onclick = () => {
      window.focus();
      notification.close();
    };
    return true;
  } catch {
    return false;
  }
}
