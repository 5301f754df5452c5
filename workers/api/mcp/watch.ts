/** Waits for a task, telling the client how far it is. */

import type { ServerContext } from "@modelcontextprotocol/server";
import { EventSourceParserStream } from "eventsource-parser/stream";
import type { TaskView } from "#shared/wire/task.ts";
import type { OwnApi } from "./own-api.ts";
import { answered } from "./refusal.ts";

const hasEnded = ({ status }: TaskView): boolean => status === "completed" || status === "failed";

/**
 * @param seconds the longest to wait; 0: the task as it is.
 * @returns the task when it ended, or as it was last seen: also when the client no longer wants the answer.
 * @throws Refusal when there is no such task for the caller.
 */
export async function watchTask(api: OwnApi, id: string, seconds: number, context: ServerContext): Promise<TaskView> {
  const path = `/v1/images/tasks/${encodeURIComponent(id)}`;
  let task = await answered<TaskView>(await api(path));
  if (seconds === 0 || hasEnded(task)) return task;
  const { body } = await api(`${path}/events`);
  if (body === null) return task;
  const events = body.pipeThrough(new TextDecoderStream()).pipeThrough(new EventSourceParserStream()).getReader();
  const stop = () => void events.cancel().catch(() => {});
  const timer = setTimeout(stop, seconds * 1000);
  context.mcpReq.signal.addEventListener("abort", stop);
  let told = -1;
  try {
    for (let event = await events.read(); !event.done; event = await events.read()) {
      task = JSON.parse(event.value.data) as TaskView;
      // It must grow with each notification.
      if (task.progress > told) await tellProgress(context, task);
      told = task.progress;
    }
  } finally {
    clearTimeout(timer);
    context.mcpReq.signal.removeEventListener("abort", stop);
  }
  return task;
}

/** Only to a client that asked for it by a token. */
async function tellProgress({ mcpReq }: ServerContext, { status, progress, eta_seconds: eta }: TaskView) {
  const progressToken = mcpReq._meta?.progressToken;
  if (progressToken === undefined) return;
  const message = eta === undefined ? status : `${status}, about ${eta} s left`;
  await mcpReq.notify({
    method: "notifications/progress",
    params: { progressToken, progress, total: 100, message },
  });
}
