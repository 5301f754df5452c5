/**
 * Short notices that disappear by themselves, announced politely. While a modal dialog is open they are shown inside
 * it: content outside is hidden behind it and not announced.
 */

import { effect, signal, untracked } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { maxNotices, noticeMs, noticeWithActionMs } from "#web/limits.ts";
import { componentMessages } from "#web/messages/components.ts";
import { messages } from "#web/messages/index.ts";
import { newId } from "#web/state/new-id.ts";
import { isStorageFailing } from "#web/storage/storage.ts";
import { Icon } from "./icon.tsx";

type Action = { label: string; run: () => void };
type Notice = { id: string; text: string; action: Action | null };

const notices = signal<Notice[]>([]);
/** Ids of the open dialogs, the topmost last. */
const hosts = signal<string[]>([]);

/**
 * Shows a notice. It replaces one with the same text, unless that one has an action.
 * @param action a button in the notice, such as Undo.
 */
export function notify(text: string, action: Action | null = null): void {
  const id = newId();
  const others = notices.value.filter((notice) => notice.text !== text || notice.action !== null);
  notices.value = [...others, { id, text, action }].slice(-maxNotices);
  setTimeout(() => drop(id), action === null ? noticeMs : noticeWithActionMs);
}

const drop = (id: string): void => {
  notices.value = notices.value.filter((notice) => notice.id !== id);
};

effect(() => {
  if (isStorageFailing.value) untracked(() => notify(messages(componentMessages).notKept));
});

/** Shows notices in the dialog with this id until the returned function is called. */
export function hostNotices(id: string): () => void {
  hosts.value = [...hosts.value, id];
  return () => {
    hosts.value = hosts.value.filter((host) => host !== id);
  };
}

/** @param host id of the dialog that contains it; null for the page. */
export function Toasts({ host = null }: { host?: string | null }) {
  const isHere = (hosts.value.at(-1) ?? null) === host;
  return (
    <div class="toasts" role="status" aria-live="polite">
      {isHere && notices.value.map((notice) => <Toast key={notice.id} {...notice} />)}
    </div>
  );
}

function Toast({ id, text, action }: Notice) {
  const { close } = messages(componentMessages);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const isUndo = event.key === "z" && (event.ctrlKey || event.metaKey) && !event.defaultPrevented;
      if (!isUndo || action === null || newestWithAction() !== id || isTyping()) return;
      event.preventDefault();
      action.run();
      drop(id);
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, [id, action]);
  const act = () => {
    action?.run();
    drop(id);
  };
  return (
    <div class="toast">
      <span>{text}</span>
      {action && (
        <button type="button" class="toast-action" onClick={act}>
          {action.label}
        </button>
      )}
      <button type="button" class="toast-close" aria-label={close} onClick={() => drop(id)}>
        <Icon name="close" size={16} />
      </button>
    </div>
  );
}

const newestWithAction = (): string | undefined => notices.value.findLast(({ action }) => action !== null)?.id;

const isTyping = (): boolean => document.activeElement?.matches("input, textarea, select") ?? false;
