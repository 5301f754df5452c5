/**
 * Step 4 of a submit: the pending record in KV and the first tick in the queue. The coordinator has the task
 * already: if either fails or hangs, its alarm wakes the task, and the terminal record is written when it ends.
 */
import { announceTimeoutMs } from "#api/limits.ts";
import { log } from "#shared/log.ts";
import type { Tick } from "#shared/task/message.ts";
import { putRecord } from "#shared/task/records.ts";
import { withTimeout } from "#shared/with-timeout.ts";
import type { Creation } from "./create.ts";

/** Does nothing for a task that existed before. Never rejects. Waits at most `announceTimeoutMs`. */
export async function announce(env: Pick<ApiEnv, "TASKS" | "TASK_QUEUE">, creation: Creation): Promise<void> {
  if (creation.kind === "existing") return;
  const { found, wakeUp } = creation;
  const { record } = found;
  const failed = (error: unknown) => log("warn", "announce_failed", { task: record.id, error });
  await Promise.all([
    withTimeout(putRecord(env.TASKS, record, record.createdAt), announceTimeoutMs).catch(failed),
    wakeUp === null ? null : withTimeout(send(env.TASK_QUEUE, wakeUp), announceTimeoutMs).catch(failed),
  ]);
}

async function send(queue: Queue, wakeUp: Tick): Promise<void> {
  await queue.send(wakeUp);
}
