/** Starts a task from a button: once for a double press, and only with a session. */
import { signal } from "@preact/signals";
import { createSubmitGuard } from "#web/components/double-submit.ts";
import { notify } from "#web/components/toast.tsx";
import { sentenceFor } from "#web/messages/errors.ts";
import { active } from "#web/state/sessions.ts";
import type { Task } from "#web/state/task.ts";
import { closeViewerThen } from "./viewing.ts";

/** Whether the sessions dialog is open because a task could not be started without a session. */
export const isSessionWanted = signal(false);

/** A double press submits once: each submit is paid for. */
const isFirstSubmit = createSubmitGuard(Date.now);

/** @param button its name; the same button of the same task is guarded against double presses. */
export function startPaid(button: string, { key }: Task, run: () => void): void {
  if (!isFirstSubmit(`${button} ${key}`)) return;
  if (active.peek().length > 0) run();
  else closeViewerThen(askForSession);
}

function askForSession(): void {
  isSessionWanted.value = true;
  notify(sentenceFor("no_sessions"));
}
