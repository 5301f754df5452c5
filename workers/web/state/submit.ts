/** Submits drafts as tasks. The card is there before the server answers. */
import { batch, signal } from "@preact/signals";
import { maxDiskWaitMs } from "#web/limits.ts";
import type { Draft } from "./draft.ts";
import { fingerprintOf } from "./fingerprint.ts";
import { fittedToActive } from "./fitting.ts";
import { frameOf } from "./images.ts";
import { models } from "./models.ts";
import { newId } from "./new-id.ts";
import { send } from "./send.ts";
import { active, authorizationOf } from "./sessions.ts";
import { newTask, phaseOf, type Task } from "./task.ts";
import { flush } from "./task-store.ts";
import { change, hide, put, tasks } from "./tasks.ts";

/** Key of the task that this window submitted last. */
export const lastSubmitted = signal<string | null>(null);

/** Shows the card, then sends the request. Never rejects: the card shows failures. */
export async function submit(draft: Draft): Promise<void> {
  const model = models.peek().find(({ id }) => id === draft.model);
  const sessions = active.peek().map(({ id }) => id);
  const frame = frameOf(draft, model);
  const task = newTask({ key: newId(), draft, sessions, frame, createdAt: Date.now() });
  task.sentAs = fingerprintOf(authorizationOf(sessions));
  put(task);
  lastSubmitted.value = task.key;
  // Written first, where the disk is quick: a page closed meanwhile still knows the idempotency key.
  await Promise.race([flush(), new Promise((resolve) => setTimeout(resolve, maxDiskWaitMs))]);
  await send(task.key);
}

/**
 * Sends a task again. When the outcome of the first attempt is unknown, under the same idempotency key; after a refusal
 * or failure, as a new task that replaces the old one, fitted to the sessions and keys that are active now.
 */
export async function retry(key: string): Promise<void> {
  const task = tasks.peek().get(key);
  if (task?.draft == null || task.isFilesLost) return;
  if (isSameAgain(task)) {
    change(key, (one) => ({ ...one, refusal: null, cancel: null }));
    return send(key);
  }
  batch(() => {
    hide(key);
    void submit(fittedToActive(task.draft as Draft).draft);
  });
}

/** Whether another attempt is the same request: the server may have accepted it. */
export const isSameAgain = (task: Task): boolean =>
  phaseOf(task) === "unsent" && ["offline", "unreadable", "internal"].includes(task.refusal?.code ?? "");
