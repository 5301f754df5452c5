/** What the server reports about a task, and its cancellation. */
import type { CancelledTask, TaskView } from "#shared/wire/task.ts";
import { ApiError } from "#web/api/api-error.ts";
import { taskPath } from "#web/api/events.ts";
import { call } from "./client.ts";
import { noteEnd } from "./ready.ts";
import { authorization, authorizationOf } from "./sessions.ts";
import { isRunning, type Task, withView } from "./task.ts";
import { flush } from "./task-store.ts";
import { change, tasks } from "./tasks.ts";

/** Fetches a task once, for example for its hint in another language. @throws ApiError */
export async function pollTask(key: string): Promise<void> {
  const task = tasks.peek().get(key);
  if (task?.taskId == null) return;
  applyView(key, await call<TaskView>(taskPath(task.taskId), asOwner(task)));
}

/** The sessions that submitted a task may read it, even when others are active now. */
export function asOwner({ sessions }: Pick<Task, "sessions">): { authorization: string | null } {
  return { authorization: authorizationOf(sessions) ?? authorization() };
}

export function applyView(key: string, view: TaskView): void {
  const before = tasks.peek().get(key);
  change(key, (task) => withView(task, view, Date.now()));
  const after = tasks.peek().get(key);
  // Written at once: a page that is reloaded without a server still shows the images.
  if (before === undefined || !isRunning(before) || after === undefined || isRunning(after)) return;
  void flush();
  noteEnd(after);
}

export function markLost(key: string, code: string): void {
  change(key, (task) => (task.lost === code ? task : { ...task, lost: code }));
}

type CancelOutcome = CancelledTask["cancel"] | "wanted";

/**
 * @returns `wanted` when the server does not have the task yet: it is cancelled once accepted.
 * @throws ApiError, except for a task that has ended.
 */
export async function cancel(key: string): Promise<CancelOutcome> {
  const task = tasks.peek().get(key);
  if (task?.taskId == null) {
    change(key, (one) => ({ ...one, cancel: "wanted" }));
    return "wanted";
  }
  change(key, (one) => ({ ...one, cancel: "asked" }));
  try {
    const path = `${taskPath(task.taskId)}/cancel`;
    const { cancel: outcome, ...view } = await call<CancelledTask>(path, { method: "POST", ...asOwner(task) });
    applyView(key, view);
    if (outcome === "too_late") change(key, (one) => ({ ...one, cancel: null }));
    return outcome;
  } catch (error) {
    change(key, (one) => ({ ...one, cancel: null }));
    if (error instanceof ApiError && error.code === "already_finished") return "too_late";
    throw error;
  }
}
