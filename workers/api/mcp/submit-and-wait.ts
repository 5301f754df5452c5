/** A request of images from submit to answer. */
import type { CallToolResult, ServerContext } from "@modelcontextprotocol/server";
import { replayedHeader, type SubmittedTask } from "#shared/wire/submit.ts";
import type { Answering } from "#shared/wire/tools.ts";
import type { OwnApi } from "./own-api.ts";
import { answered } from "./refusal.ts";
import { waitForTask } from "./wait-for-task.ts";

/** @param path of the submit; always as a task, so that a client that gives up can come back for it. */
export async function submitAndWait(
  api: OwnApi,
  path: "/v1/images/generations/async" | "/v1/images/edits/async",
  { wait_seconds, show_images, ...body }: Answering,
  context: ServerContext,
): Promise<CallToolResult> {
  const answer = await api(path, body);
  const { task_id } = await answered<SubmittedTask>(answer);
  const result = await waitForTask(api, task_id, { wait_seconds, show_images }, context);
  if (!answer.headers.has(replayedHeader)) return result;
  return { ...result, content: [...result.content, { type: "text", text: joined }] };
}

const joined =
  "This is the task of an equal call a few seconds before: nothing more is made or paid for. For other images, set another seed.";
