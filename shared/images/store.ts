/**
 * Images in R2: keys, streamed writes, reads of ranges. A key consists of task id and index, and is written once; the
 * task id has 126 random bits, so keys cannot be guessed. No fetching.
 */
import { err, ok, type Result } from "#shared/result.ts";
import type { ImageType } from "./image-type.ts";
import { createLock, fileEndings, type Lock, type ReceiveFailure, receive } from "./receive.ts";

/** One year and immutable: an image never changes. */
const cacheControl = "public, max-age=31536000, immutable";

export const imageKey = (taskId: string, index: number | string): string => `${taskId}/${index}`;

/** The file ending, e.g. `.png`; empty for an unknown type. */
const endingOf = (contentType: string): string => fileEndings[contentType as ImageType] ?? "";

const ownEndings = [...Object.values(fileEndings), ".jpeg"];

/** The file name for a download, e.g. `imgtask_x-0.png`. */
export const imageFileName = (key: string, contentType: string): string =>
  key.replaceAll("/", "-") + endingOf(contentType);

/** The end of an image's address, e.g. `imgtask_x/0.png`: many programs expect an ending. */
export const imagePath = ({ key, contentType }: { key: string; contentType: string }): string =>
  key + endingOf(contentType);

/** The key of an image's address, with any image ending or none. Null: no image can have this address. */
export function imageKeyAt(path: string): string | null {
  const [, task, index, ending = ""] = /^([\w-]{1,100})\/(\d{1,4})(\.\w+)?$/.exec(path) ?? [];
  if (task === undefined || index === undefined) return null;
  return ending === "" || ownEndings.includes(ending.toLowerCase()) ? imageKey(task, index) : null;
}

/** An object in the bucket. `source`: the upstream's name for the image. */
export type StoredObject = { source: string; bytes: number; contentType: string; etag: string };

export async function findImage(bucket: R2Bucket, key: string): Promise<StoredObject | null> {
  const found = await bucket.head(key);
  if (found === null) return null;
  const { size, etag, httpMetadata, customMetadata } = found;
  return { source: customMetadata?.source ?? "", bytes: size, contentType: httpMetadata?.contentType ?? "", etag };
}

export type PutFailure = ReceiveFailure | "taken";

/**
 * Streams an image into the bucket, with the type of its bytes. Nothing is stored when the body ends early or is no
 * image.
 * @param source the upstream's name for the image.
 * @param replaced the result of `findImage` for the key: an image of an unreported copy, to which no link exists. An
 * object written since then is kept: `taken`.
 * @param lock shared by images that are copied at the same time.
 * @param maxBytes a larger image is refused.
 */
export async function putImage(
  bucket: R2Bucket,
  key: string,
  image: { source: string; response: Response; replaced: StoredObject | null; lock?: Lock; maxBytes?: number },
): Promise<Result<{ bytes: number; contentType: ImageType }, PutFailure>> {
  const { source, response, replaced, lock = createLock(), maxBytes } = image;
  const received = await receive(response, lock, maxBytes);
  if (!received.ok) return received;
  const { contentType, body, release } = received.value;

  const onlyIf = replaced === null ? { etagDoesNotMatch: "*" } : { etagMatches: replaced.etag };
  const options = { httpMetadata: { contentType, cacheControl }, customMetadata: { source }, onlyIf };
  try {
    const stored = await bucket.put(key, body, options);
    return stored === null ? err("taken") : ok({ bytes: stored.size, contentType });
  } catch {
    // R2 rejects a body that ends early, and then stores nothing.
    return err("cut_short");
  } finally {
    release();
  }
}

/** An image, whole or a range of it; without a body when the range is outside the image. Null: no such image. */
export async function getImage(
  bucket: R2Bucket,
  key: string,
  range: R2Range | null,
): Promise<R2ObjectBody | R2Object | null> {
  if (range === null) return bucket.get(key);
  try {
    return await bucket.get(key, { range });
  } catch (error) {
    // R2 throws for a range outside the object (10039), and for its own faults.
    const found = await bucket.head(key);
    if (found !== null && !isOutside(range, found.size)) throw error;
    return found;
  }
}

/** Whether a range has no byte in common with an image of this size. */
function isOutside(range: R2Range, bytes: number): boolean {
  return "suffix" in range ? range.suffix === 0 : (range.offset ?? 0) >= bytes;
}
