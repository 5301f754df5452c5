/** Deletes images of a task from the bucket, with everything that is stored beside them. Repeated, it changes nothing. */
import { imageKey } from "./store.ts";

/** @param index one image of the task; null: all of them. */
export async function deleteImages(bucket: R2Bucket, taskId: string, index: number | null): Promise<void> {
  const prefix = index === null ? `${taskId}/` : imageKey(taskId, index);
  // Each round finds what the rounds before left.
  for (;;) {
    const { objects, truncated } = await bucket.list({ prefix });
    const keys = objects.map(({ key }) => key).filter((key) => index === null || !/^\d/.test(key.slice(prefix.length)));
    if (keys.length > 0) await bucket.delete(keys);
    if (!truncated || keys.length === 0) return;
  }
}
