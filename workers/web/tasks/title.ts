import { messages } from "#web/messages/index.ts";
import { taskMessages } from "#web/messages/tasks.ts";
import type { Task } from "#web/state/task.ts";

/** The prompt; for a task without a draft, that it was made elsewhere. */
export const titleOf = (task: Task): string => task.draft?.prompt.trim() || messages(taskMessages).elsewhere;
