import { ApiError } from "#web/api/api-error.ts";
import { notify } from "#web/components/toast.tsx";
import { sentenceFor } from "#web/messages/errors.ts";
import { messages } from "#web/messages/index.ts";
import { taskMessages } from "#web/messages/tasks.ts";
import type { Task } from "#web/state/task.ts";
import { cancel } from "#web/state/task-updates.ts";

/** Cancels a task and shows the outcome as a notice. */
export async function cancelWithNotice(task: Task): Promise<void> {
  const t = messages(taskMessages);
  const outcomes = { done: t.cancelled, requested: t.cancelRequested, too_late: t.cancelTooLate, wanted: t.cancelling };
  try {
    notify(outcomes[await cancel(task.key)]);
  } catch (error) {
    notify(sentenceFor(error instanceof ApiError ? error.code : "internal"));
  }
}
