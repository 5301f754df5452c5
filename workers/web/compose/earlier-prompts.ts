/** The earlier prompts of this browser, taken from its tasks: a deleted task has no prompt. Pure. */
import { maxPromptHistory } from "#web/limits.ts";
import type { Task } from "#web/state/task.ts";

type Source = Pick<Task, "key" | "taskId" | "draft" | "isHidden">;

/** Each once, the newest first. @param tasks newest first. */
export function earlierPrompts(tasks: readonly Source[]): string[] {
  const own = tasks.filter(({ key, taskId, isHidden }) => key !== taskId && !isHidden);
  const prompts = own.map(({ draft }) => draft?.prompt.trim() ?? "").filter((prompt) => prompt !== "");
  return [...new Set(prompts)].slice(0, maxPromptHistory);
}
