/**
 * Finished images in R2: the key, the streamed put, the get for a browser. A key is written once: its task and index
 * make it, and the task id in it is 126 random bits, so keys cannot be guessed. No fetching.
 */
import { err, ok, type Result } from "#shared/result.ts";
import { type ArrivalFailure, endings, receive, type Turns, takingTurns } from "./arrival.ts";
import type { ImageType } from "./image-type.ts";

/** A year, and it will never change: the strongest promise HTTP caches understand. */
const cacheControl = "public, max-age=31536000, immutable";

export const imageKey = (taskId: string, index: number | string): string => `${taskId}/${index}`;

/** The ending of a file name, e.g. `.png`; empty for an unknown type. */
const endingOf = (contentType: string): string => endings[contentType as ImageType] ?? "";

const ownEndings = [...Object.values(endings), ".jpeg"];

/** A file name a person can use, e.g. `imgtask_x-0.png`. */
export const imageFileName = (key: string, contentType: string): string =>
  key.replaceAll("/", "-") + endingOf(contentType);

/** The end of an image's address at the API, e.g. `imgtask_x/0.png`: many programs judge a link by its ending. */
export const imagePath = ({ key, contentType }: { key: string; contentType: string }): string =>
  key + endingOf(contentType);

/**
 * The key behind the end of an image's address. The ending may be any of an image type, or missing: what the image
 * is, its content type says. Null: no image has such an address.
 */
export function imageKeyAt(path: string): string | null {
  const [, task, index, ending = ""] = /^([\w-]{1,100})\/(\d{1,4})(\.\w+)?$/.exec(path) ?? [];
  if (task === undefined || index === undefined) return null;
  return ending === "" || ownEndings.includes(ending.toLowerCase()) ? imageKey(task, index) : null;
}

/** What the bucket holds under a key, and under which name the upstream knew it. */
export type StoredObject = { source: string; bytes: number; contentType: string; etag: string };

export async function findImage(bucket: R2Bucket, key: string): Promise<StoredObject | null> {
  const found = await bucket.head(key);
  if (found === null) return null;
  const { size, etag, httpMetadata, customMetadata } = found;
  return { source: customMetadata?.source ?? "", bytes: size, contentType: httpMetadata?.contentType ?? "", etag };
}

export type PutFailure = ArrivalFailure | "taken";

/**
 * Streams an image into the bucket, under the type that its bytes show. Nothing is stored when the body breaks off, or
 * is no image.
 * @param source the upstream's own name for the image.
 * @param replaced what `findImage` found under the key: an image of a copy that was never reported, so that no
 * link to it exists. Anything else that has come there since is left alone: `taken`.
 * @param turns of images that are copied at the same time.
 */
export async function putImage(
  bucket: R2Bucket,
  key: string,
  image: { source: string; response: Response; replaced: StoredObject | null; turns?: Turns },
): Promise<Result<{ bytes: number; contentType: ImageType }, PutFailure>> {
  const { source, response, replaced, turns = takingTurns() } = image;
  const arrival = await receive(response, turns);
  if (!arrival.ok) return arrival;
  const { contentType, body, release } = arrival.value;

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

/**
 * An image, whole or a range of it. Null: no such image.
 * @returns an object without a body when the range lies outside the image.
 */
export async function getImage(
  bucket: R2Bucket,
  key: string,
  range: R2Range | null,
): Promise<R2ObjectBody | R2Object | null> {
  if (range === null) return bucket.get(key);
  try {
    return await bucket.get(key, { range });
  } catch (error) {
    // R2 throws for a range outside the object (10039), and for faults of its own.
    const found = await bucket.head(key);
    if (found !== null && !isOutside(range, found.size)) throw error;
    return found;
  }
}

/** Whether a range has no byte in common with an image of this size. */
function isOutside(range: R2Range, bytes: number): boolean {
  return "suffix" in range ? range.suffix === 0 : (range.offset ?? 0) >= bytes;
}
