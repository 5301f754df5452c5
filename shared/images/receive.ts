/**
 * Prepares a downloaded image for R2: finds its type by its first bytes, decompresses it, and gives the stream the
 * length that R2 needs. Content-Type is ignored: the upstream's image hosts send valid images without a type or with a
 * wrong one, and HTML pages as `image/png`.
 */
import { err, ok, type Result } from "#shared/result.ts";
import { type ImageType, imageType, typeHeadBytes } from "./image-type.ts";
import { maxImageBytes, maxWholeBytes } from "./limits.ts";

/**
 * Types that the upstream may deliver, with their file endings. SVG is not stored: it can contain scripts, and the API
 * serves images from its own origin.
 */
export const fileEndings: Partial<Record<ImageType, string>> = {
  "image/png": ".png",
  "image/jpeg": ".jpg",
  "image/webp": ".webp",
  "image/gif": ".gif",
  "image/avif": ".avif",
};

export type ReceiveFailure = "not_an_image" | "no_length" | "too_large" | "cut_short";

export type ReceivedImage = {
  contentType: ImageType;
  /** A stream of known length, which fails when the body is shorter or longer; or the whole image. */
  body: ReadableStream | Blob;
  /** Frees the connection and the lock. Call it once, after the last read of `body`. */
  release: () => void;
};

type Opened = { head: Uint8Array; rest: ReadableStream<Uint8Array> };

/** A lock: resolves when it is free. @returns a function that frees it. */
export type Lock = () => Promise<() => void>;

/** A lock for one request. A Worker cannot share it between requests: one request cannot await a promise of another. */
export function createLock(): Lock {
  let last: Promise<void> = Promise.resolve();
  return async () => {
    const before = last;
    const { promise, resolve } = Promise.withResolvers<void>();
    last = promise;
    await before;
    return resolve;
  };
}

/**
 * @param response the answer of the image's link. Its body is cancelled when it is no image.
 * @param lock held by one image at a time that must be read whole.
 * @param maxBytes a larger image is refused.
 */
export async function receive(
  response: Response,
  lock: Lock,
  maxBytes = maxImageBytes,
): Promise<Result<ReceivedImage, ReceiveFailure>> {
  const { headers, body } = response;
  const length = declaredLength(headers, maxBytes);
  if (!length.ok) return refuse(body, length.error);
  const opened = await openBody(body);
  if (!opened.ok) return refuse(body, opened.error);
  const { head, rest, isPacked } = opened.value;
  const { contentType } = imageType(head);
  if (contentType === null || fileEndings[contentType] === undefined) return refuse(rest, "not_an_image");
  if (length.value !== null && !isPacked) return ok({ contentType, ...ofLength(length.value, { head, rest }) });
  const release = await lock();
  const whole = await readWhole({ head, rest }, Math.min(maxBytes, maxWholeBytes));
  if (whole.ok) return ok({ contentType, body: whole.value, release });
  release();
  return whole;
}

/** Cancels the body: an unread one would hold its connection until the timeout. */
async function refuse(body: ReadableStream | null, reason: ReceiveFailure): Promise<Result<never, ReceiveFailure>> {
  await body?.cancel().catch(() => {});
  return err(reason);
}

/** Null: unknown. A compressed body declares its own length: the runtime decompresses it and leaves the headers. */
function declaredLength(headers: Headers, maxBytes: number): Result<number | null, ReceiveFailure> {
  const declared = headers.get("content-length");
  if (declared === null || !/^(identity)?$/i.test(headers.get("content-encoding")?.trim() ?? "")) return ok(null);
  const bytes = Number(declared);
  if (!Number.isSafeInteger(bytes) || bytes <= 0) return err("no_length");
  return bytes > maxBytes ? err("too_large") : ok(bytes);
}

/** The compression, by the first bytes: gzip (RFC 1952 §2.3.1), or zlib, which HTTP calls deflate (RFC 1950 §2.2). */
function packingOf([first = 0, second = 0]: Uint8Array): "gzip" | "deflate" | null {
  if (first === 0x1f && second === 0x8b) return "gzip";
  return first === 0x78 && (first * 256 + second) % 31 === 0 ? "deflate" : null;
}

/** Reads the first bytes, and decompresses the body if the runtime has not. @returns the first bytes and the rest. */
async function openBody(
  body: ReadableStream<Uint8Array> | null,
): Promise<Result<Opened & { isPacked: boolean }, ReceiveFailure>> {
  const opened = await peek(body);
  if (!opened.ok) return opened;
  const packing = packingOf(opened.value.head);
  if (packing === null) return ok({ ...opened.value, isPacked: false });
  const unpacking = new DecompressionStream(packing);
  pump(opened.value, unpacking.writable, new AbortController().signal);
  const unpacked = await peek(unpacking.readable);
  return unpacked.ok ? ok({ ...unpacked.value, isPacked: true }) : unpacked;
}

async function peek(body: ReadableStream<Uint8Array> | null): Promise<Result<Opened, ReceiveFailure>> {
  const reader = body?.getReader();
  if (body == null || reader === undefined) return err("cut_short");
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  try {
    while (bytes < typeHeadBytes) {
      const { done, value } = await reader.read();
      if (done) break;
      pieces.push(value);
      bytes += value.byteLength;
    }
  } catch {
    return err("cut_short");
  } finally {
    reader.releaseLock();
  }
  if (bytes === 0) return err("cut_short");
  return ok({ head: new Uint8Array(await new Blob(pieces).arrayBuffer()), rest: body });
}

/** A stream that fails unless it has exactly this many bytes. */
function ofLength(bytes: number, opened: Opened): Pick<ReceivedImage, "body" | "release"> {
  const { readable, writable } = new FixedLengthStream(bytes);
  const stop = new AbortController();
  pump(opened, writable, stop.signal);
  return { body: readable, release: () => stop.abort() };
}

/** Writes the whole body. A failure on one side ends the other. */
function pump({ head, rest }: Opened, writable: WritableStream, signal: AbortSignal): void {
  const writeAll = async () => {
    const writer = writable.getWriter();
    const stop = () => void writer.abort(signal.reason).catch(() => {});
    signal.addEventListener("abort", stop);
    try {
      await writer.write(head);
    } finally {
      signal.removeEventListener("abort", stop);
      writer.releaseLock();
    }
    await rest.pipeTo(writable, { signal });
  };
  writeAll().catch((error) => rest.cancel(error).catch(() => {}));
}

async function readWhole({ head, rest }: Opened, maxBytes: number): Promise<Result<Blob, ReceiveFailure>> {
  const pieces = [head];
  let bytes = head.byteLength;
  try {
    for await (const piece of rest) {
      bytes += piece.byteLength;
      if (bytes > maxBytes) return err("too_large");
      pieces.push(piece);
    }
  } catch {
    return err("cut_short");
  }
  return ok(new Blob(pieces));
}
