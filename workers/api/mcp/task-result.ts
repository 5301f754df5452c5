/** A task as a tool returns it: sentences and links for the model, the same as fields for a program. */
import type { CallToolResult } from "@modelcontextprotocol/server";
import type { TaskView } from "#shared/wire/task.ts";
import { toolTaskSchema } from "#shared/wire/tools.ts";
import { refused } from "./refusal.ts";

/** @param shown images for the model to see. */
export function taskResult(task: TaskView, shown: CallToolResult["content"] = []): CallToolResult {
  const fields = { structuredContent: { ...toolTaskSchema.parse(task) } };
  const failure = task.error_info;
  if (failure !== undefined)
    return { ...refused({ ...failure, message: `${failure.message} Task ${task.id}.` }), ...fields };
  return { content: [{ type: "text", text: sentencesOf(task) }, ...shown], ...fields };
}

export function sentencesOf(task: TaskView): string {
  const { id, status, progress, images = [], eta_seconds: eta, waiting_for: reason, partial_reason: missing } = task;
  const links = images.map((link) => `\n${link}`).join("");
  if (status === "completed") {
    const count = images.length === 1 ? "1 image" : `${images.length} images`;
    return `${count} of task ${id}:${links}${missing === undefined ? "" : `\n${missing}`}`;
  }
  const left = eta === undefined ? "" : `, about ${eta} s left`;
  const waits = reason === undefined ? "" : ` It waits: ${reason}`;
  return `Task ${id} is ${status}, ${progress} %${left}.${waits} Call get_task with this task_id to wait for it; do not ask for the images again, that would be paid for twice.${links}`;
}
