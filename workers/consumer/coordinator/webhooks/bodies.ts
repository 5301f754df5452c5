/** The bodies of events: ids, status and links, nothing of the request. Each body is made once, for all its attempts. */
import { imagePath } from "#shared/images/store.ts";
import type { Task } from "#shared/task/phases.ts";
import { progressOf } from "#shared/task/progress.ts";
import { rowOf } from "#shared/task/row.ts";
import { statusByPhase } from "#shared/task/view.ts";
import type { BatchEvent, DeliveryType, WebhookTarget } from "#shared/task/webhook.ts";

/** @param now Unix milliseconds. */
const bodyOf = (type: DeliveryType, now: number, data: object): string =>
  JSON.stringify({ type, timestamp: new Date(now).toISOString(), data });

export const testBody = (now: number): string => bodyOf("webhook.test", now, {});

/** A batch as its owner reads it. */
export type BatchChange = { status: string; counts: Record<string, number>; event: BatchEvent };

type BatchSurroundings = { links: Pick<WebhookTarget, "origin">; change: BatchChange };

export function batchBody(id: string, { links, change }: BatchSurroundings, now: number): string {
  const { status, counts, event } = change;
  const url = `${links.origin}/v1/images/batches/${id}`;
  return bodyOf(event, now, {
    id,
    object: "batch",
    status,
    url,
    results_url: `${url}/results`,
    request_counts: counts,
  });
}

type Surroundings = {
  links: Pick<WebhookTarget, "origin" | "publicImages">;
  /** Its batch, and its name there; null without one. */
  batch: { id: string; customId: string | null } | null;
};

export function taskBody(type: DeliveryType, task: Task, { links, batch }: Surroundings, now: number): string {
  const { images, partial, error } = rowOf(task);
  const status = statusByPhase[task.phase];
  const hasImages = images.length > 0 && status !== "failed";
  return bodyOf(type, now, {
    id: task.id,
    object: "image.generation.task",
    status,
    url: `${links.origin}/v1/images/tasks/${task.id}`,
    ...(batch !== null && { batch_id: batch.id }),
    ...(batch?.customId != null && { custom_id: batch.customId }),
    ...(status !== "failed" && { progress: progressOf(task, now) }),
    ...(hasImages && { images: images.map((image) => linkOf(image, links)) }),
    ...(status === "completed" && { partial }),
    ...(error !== null && { error: { code: error.code, message: error.message } }),
  });
}

/** As the API makes it (`workers/api/tasks/view.ts`). */
const linkOf = (
  image: { key: string; contentType: string },
  { origin, publicImages }: Surroundings["links"],
): string => (publicImages === null ? `${origin}/images/${imagePath(image)}` : `${publicImages}/${image.key}`);
