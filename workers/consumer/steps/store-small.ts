/**
 * Copies the small version of one image from the upstream's link to its place beside the image, once. No report tells
 * of it: where it is missing, the API answers with the image itself.
 */
import { smallTimeoutMs } from "#consumer/limits.ts";
import { Deadline } from "#shared/deadline.ts";
import { maxSmallBytes } from "#shared/images/limits.ts";
import { smallKey } from "#shared/images/small-key.ts";
import { findImage, imageKey, putImage } from "#shared/images/store.ts";
import { log } from "#shared/log.ts";
import type { ImageToCopy } from "#shared/task/follow-up.ts";
import type { UpstreamClient } from "#shared/upstreams/index.ts";

type Surroundings = { bucket: R2Bucket; upstream: Pick<UpstreamClient, "download"> };

/** Never rejects. */
export async function storeSmall(task: string, one: ImageToCopy, surroundings: Surroundings): Promise<void> {
  const failure = await copy(task, one, surroundings).catch(String);
  if (failure !== null) log("info", "small_copy_failed", { task, index: one.index, reason: failure });
}

/** @returns why there is none; null when it is stored. */
async function copy(
  task: string,
  { index, image: { source, smallUrl } }: ImageToCopy,
  { bucket, upstream }: Surroundings,
): Promise<string | null> {
  const key = smallKey(imageKey(task, index));
  const there = await findImage(bucket, key);
  if (smallUrl === undefined || there?.source === source) return null;
  using deadline = Deadline.after(smallTimeoutMs);
  const download = await upstream.download(smallUrl, deadline.signal);
  if (!download.ok) return download.error.text;
  const stored = await putImage(bucket, key, {
    source,
    response: download.value,
    replaced: there,
    maxBytes: maxSmallBytes,
  });
  return stored.ok ? null : stored.error;
}
