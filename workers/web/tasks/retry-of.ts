/** The button of a failed task that tries again. */
import type { MenuItem } from "#web/components/menu.tsx";
import { messages } from "#web/messages/index.ts";
import { taskMessages } from "#web/messages/tasks.ts";
import { isSameAgain, retry } from "#web/state/submit.ts";
import { phaseOf, type Task } from "#web/state/task.ts";
import { unlessModelIsOff } from "./edit-draft.ts";
import { startPaid } from "./start-paid.ts";

/** @param isCharged whether the task may have been paid for already: the label then says that this one is paid, too. */
export function retryOf(task: Task, isCharged: boolean): MenuItem | null {
  const { draft, isFilesLost, key } = task;
  const phase = phaseOf(task);
  if (draft === null || isFilesLost || (phase !== "failed" && phase !== "unsent")) return null;
  const t = messages(taskMessages);
  const again = () => void retry(key);
  const run = () => (isSameAgain(task) ? again() : unlessModelIsOff(draft, again));
  return { label: isCharged ? t.retryCharged : t.retry, icon: "again", run: () => startPaid("retry", task, run) };
}
