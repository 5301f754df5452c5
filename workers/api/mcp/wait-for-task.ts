import type { CallToolResult, ServerContext } from "@modelcontextprotocol/server";
import type { Answering } from "#shared/wire/tools.ts";
import type { OwnApi } from "./own-api.ts";
import { shownImages } from "./shown-images.ts";
import { taskResult } from "./task-result.ts";
import { watchTask } from "./watch.ts";

/** The task when it ended or the time is up, with its images where the caller wants to see them. */
export async function waitForTask(
  api: OwnApi,
  id: string,
  { wait_seconds, show_images }: Answering,
  context: ServerContext,
): Promise<CallToolResult> {
  const task = await watchTask(api, id, wait_seconds, context);
  const isShown = show_images && task.status === "completed";
  return taskResult(task, isShown ? await shownImages(api, task) : []);
}
