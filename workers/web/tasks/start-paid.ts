/** Starts a task from a button: once for a double press, and only with a session or key. */
import { createSubmitGuard } from "#web/components/double-submit.ts";
import { withSession } from "#web/sessions/with-session.ts";
import { active } from "#web/state/sessions.ts";
import type { Task } from "#web/state/task.ts";
import { closeViewerThen } from "./viewing.ts";

/** A double press submits once: each submit is paid for. */
const isFirstSubmit = createSubmitGuard(Date.now);

/** @param button its name; the same button of the same task is guarded against double presses. */
export function startPaid(button: string, { key }: Task, run: () => void): void {
  if (!isFirstSubmit(`${button} ${key}`)) return;
  if (active.peek().length > 0) run();
  else closeViewerThen(() => void withSession(run));
}
