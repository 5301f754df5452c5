/** Whether the dialog of sessions and keys is open, and the part that is shown first. */
import { signal } from "@preact/signals";

export type Part = "list" | "keys";

/** A new object for each opening: a part may be asked for while the dialog is open. */
export const opened = signal<{ part: Part } | null>(null);

export function openSessions(part: Part = "list"): void {
  opened.value = { part };
}

export function closeSessions(): void {
  opened.value = null;
}
