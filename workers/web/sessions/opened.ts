/** Whether the dialog of sessions and keys is open, the part that is shown first, and what goes on after it. */
import { signal } from "@preact/signals";
import { active } from "#web/state/sessions.ts";

export type Part = "list" | "keys";

type Opening = {
  part: Part;
  /** Runs when a session or key works that was not active before; the dialog is then closed. null: it stays open. */
  next: (() => void) | null;
  /** Those that were active before: one that is moved to another region is a new one. */
  before: ReadonlySet<string>;
};

/** A new object for each opening: a part may be asked for while the dialog is open. */
export const opened = signal<Opening | null>(null);

export function openSessions(part: Part = "list", next: (() => void) | null = null): void {
  opened.value = { part, next, before: new Set(active.peek().map(({ text }) => text)) };
}

/** Shows another part of the dialog that is open. */
export function showPart(part: Part): void {
  if (opened.value !== null) opened.value = { ...opened.value, part };
}

export function closeSessions(): void {
  opened.value = null;
}
