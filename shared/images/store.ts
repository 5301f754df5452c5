/**
 * Finished images in R2: the key, the streamed put, the get for a browser. A key is written once: its task and index
 * make it, and the task id in it is 126 random bits, so nobody can guess one. No fetching.
 */
import { err, ok, type Result } from "../result.ts";

/** A year, and it will never change: the strongest promise HTTP caches understand. */
const cacheControl = "public, max-age=31536000, immutable";
/** A 4k PNG is about 15 MB; what claims to be far bigger is not a picture of ours. */
export const maxImageBytes = 64 * 1024 * 1024;

const extensions: Record<string, string> = {
  "image/png": "png",
  "image/jpeg": "jpg",
  "image/webp": "webp",
  "image/gif": "gif",
  "image/avif": "avif",
};

export const imageKey = (taskId: string, index: number | string): string => `${taskId}/${index}`;

/** A file name a person can use, e.g. `imgtask_x-0.png`. */
export function imageFileName(key: string, contentType: string): string {
  const extension = extensions[contentType];
  return key.replaceAll("/", "-") + (extension === undefined ? "" : `.${extension}`);
}

export type PutFailure = "not_an_image" | "no_length" | "too_large" | "cut_short";

/**
 * Streams a picture into the bucket unless it is there already. Nothing is stored when the body breaks off.
 * @param source the upstream's own name for the picture: tells a repeated put from a mistaken one.
 */
export async function putImage(
  bucket: R2Bucket,
  key: string,
  source: string,
  picture: Response,
): Promise<Result<{ bytes: number; contentType: string }, PutFailure>> {
  const contentType = picture.headers.get("content-type")?.split(";")[0]?.trim().toLowerCase() ?? "";
  if (!contentType.startsWith("image/") || picture.body === null) return err("not_an_image");
  const sized = await withLength(picture);
  if (!sized.ok) return sized;

  const options = { httpMetadata: { contentType, cacheControl }, customMetadata: { source } };
  try {
    const stored = await bucket.put(key, sized.value, { ...options, onlyIf: { etagDoesNotMatch: "*" } });
    if (stored !== null) return ok({ bytes: stored.size, contentType });
  } catch {
    // R2 rejects a body that ends early, and then stores nothing.
    return err("cut_short");
  }
  const there = await bucket.head(key);
  if (there === null || there.customMetadata?.source !== source) return err("cut_short");
  return ok({ bytes: there.size, contentType: there.httpMetadata?.contentType ?? contentType });
}

/** R2 takes a stream only when its length is known; a picture sent without one is held whole. */
async function withLength(picture: Response): Promise<Result<ReadableStream | Blob, PutFailure>> {
  const declared = picture.headers.get("content-length");
  if (declared === null || picture.body === null) return readWhole(picture.body);
  const bytes = Number(declared);
  if (!Number.isSafeInteger(bytes) || bytes <= 0) return err("no_length");
  return bytes > maxImageBytes ? err("too_large") : ok(picture.body);
}

async function readWhole(body: ReadableStream<Uint8Array> | null): Promise<Result<Blob, PutFailure>> {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  try {
    for await (const piece of body ?? []) {
      bytes += piece.byteLength;
      if (bytes > maxImageBytes) return err("too_large");
      pieces.push(piece);
    }
  } catch {
    return err("cut_short");
  }
  return bytes === 0 ? err("cut_short") : ok(new Blob(pieces));
}

/** The image as the request wants it: whole, a range of it, or nothing because the caller has it already. */
export async function getImage(
  bucket: R2Bucket,
  key: string,
  request: Headers,
): Promise<R2ObjectBody | R2Object | null> {
  return bucket.get(key, { onlyIf: request, range: request });
}
