/**
 * Copies one task's images from the upstream's links into the bucket, all at once, as streams. Images that are
 * stored already are left alone; a failed image does not affect the others. Decides nothing.
 */
import { downloadTimeoutMs } from "#consumer/limits.ts";
import { Deadline } from "#shared/deadline.ts";
import { createLock, type Lock } from "#shared/images/receive.ts";
import { findImage, imageKey, putImage } from "#shared/images/store.ts";
import { log } from "#shared/log.ts";
import type { Order } from "#shared/task/coordinator.ts";
import type { Observation } from "#shared/task/events.ts";
import type { StoredImage } from "#shared/task/task-record.ts";
import type { UpstreamClient } from "#shared/upstreams/index.ts";

export type StoreOrder = Extract<Order, { kind: "store" }>;

export async function store(
  order: StoreOrder,
  bucket: R2Bucket,
  upstream: Pick<UpstreamClient, "download">,
): Promise<Observation> {
  const lock = createLock();
  const copies = await Promise.all(
    order.images.map((one) =>
      copy(order.task, one, { bucket, upstream, lock }).catch((error: unknown) => {
        log("warn", "copy_failed", { task: order.task, index: one.index, error });
        return null;
      }),
    ),
  );
  const images = copies.filter((image) => image !== null);
  const missingSources = order.images.flatMap(({ image }, place) => (copies[place] === null ? [image.source] : []));
  const missing = missingSources.length;
  const blockedBy =
    missing === 0
      ? null
      : ({
          code: "upstream_failed",
          message: `${missing} of the images could not be copied.`,
        } as const);
  return { kind: "stored", images, missing, missingSources, blockedBy };
}

async function copy(
  task: string,
  { index, image }: StoreOrder["images"][number],
  { bucket, upstream, lock }: { bucket: R2Bucket; upstream: Pick<UpstreamClient, "download">; lock: Lock },
): Promise<StoredImage | null> {
  const { source, url, width, height } = image;
  const key = imageKey(task, index);
  const there = await findImage(bucket, key);
  if (there?.source === source)
    return { index, key, source, width, height, bytes: there.bytes, contentType: there.contentType };
  using deadline = Deadline.after(downloadTimeoutMs);
  const download = await upstream.download(url, deadline.signal);
  if (!download.ok) {
    log("warn", "download_failed", { task, index, text: download.error.text });
    return null;
  }
  const stored = await putImage(bucket, key, { source, response: download.value, replaced: there, lock });
  if (!stored.ok) {
    log("warn", "copy_failed", { task, index, reason: stored.error });
    return null;
  }
  return { index, key, source, width, height, ...stored.value };
}
