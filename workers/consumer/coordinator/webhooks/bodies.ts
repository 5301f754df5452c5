/** The bodies of events: ids, status and links, nothing of the request. Each body is made once, for all its attempts. */
import { imagePath } from "#shared/images/store.ts";
import type { Task } from "#shared/task/phases.ts";
import { progressOf } from "#shared/task/progress.ts";
import { rowOf } from "#shared/task/row.ts";
import { statusByPhase } from "#shared/task/view.ts";
import type { DeliveryType, WebhookTarget } from "#shared/task/webhook.ts";

/** @param now Unix milliseconds. */
export const bodyOf = (type: DeliveryType, now: number, data: object): string =>
  JSON.stringify({ type, timestamp: new Date(now).toISOString(), data });

/** A batch as its owner reads it. */
export type BatchChange = { status: string; counts: Record<string, number>; isTerminal: boolean };

export const batchData = (id: string, { status, counts }: BatchChange) => ({
  id,
  object: "batch",
  status,
  request_counts: counts,
});

type Links = Pick<WebhookTarget, "origin" | "publicImages">;

/** @param batch the batch of the task, and its name there. */
export function taskData(task: Task, now: number, links: Links, batch: { id: string; customId: string | null } | null) {
  const { images, partial, error } = rowOf(task);
  const status = statusByPhase[task.phase];
  return {
    id: task.id,
    object: "image.generation.task",
    status,
    ...(batch !== null && { batch_id: batch.id }),
    ...(batch?.customId != null && { custom_id: batch.customId }),
    ...(status !== "failed" && { progress: progressOf(task, now) }),
    ...(images.length > 0 && status !== "failed" && { images: images.map((image) => linkOf(image, links)) }),
    ...(status === "completed" && { partial }),
    ...(error !== null && { error: { code: error.code, message: error.message } }),
  };
}

/** As the API makes it (`workers/api/tasks/view.ts`). */
const linkOf = (image: { key: string; contentType: string }, { origin, publicImages }: Links): string =>
  publicImages === null ? `${origin}/images/${imagePath(image)}` : `${publicImages}/${image.key}`;
