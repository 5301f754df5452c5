/**
 * An image on its way from the upstream into the bucket: judged by its first bytes, unpacked where it comes packed, and
 * given the length that R2 needs. Headers say nothing about what an image is: the upstream's image hosts send good
 * images without a type or under a foreign one, and pages of HTML as `image/png`.
 */
import { err, ok, type Result } from "#shared/result.ts";
import { type ImageType, imageType, telltaleBytes } from "./image-type.ts";

/** Largest image that is stored, bytes. A 4k PNG has about 15 MB. */
const maxImageBytes = 64 * 1024 * 1024;
/** Largest image that is held whole, bytes. It is in memory twice for a moment, and a Worker has 128 MB. */
const maxWholeBytes = 32 * 1024 * 1024;

/**
 * Types that the upstream may deliver, with the endings of their file names. SVG is not stored: it can carry scripts, and
 * images are served from the API's own origin.
 */
export const endings: Partial<Record<ImageType, string>> = {
  "image/png": ".png",
  "image/jpeg": ".jpg",
  "image/webp": ".webp",
  "image/gif": ".gif",
  "image/avif": ".avif",
};

export type ArrivalFailure = "not_an_image" | "no_length" | "too_large" | "cut_short";

export type Arrival = {
  contentType: ImageType;
  /** A stream of known length, or all of it. It fails when it ends before its length, or goes on after it. */
  body: ReadableStream | Blob;
  /** Frees the connection and the turn. Call it once, after the last read of `body`. */
  release: () => void;
};

type Opened = { head: Uint8Array; rest: ReadableStream<Uint8Array> };

/** A lock: resolves when it is free. @returns a function that frees it. */
export type Turns = () => Promise<() => void>;

/** A lock for one request. A Worker cannot share it between requests: one request cannot await a promise of another. */
export function takingTurns(): Turns {
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
 * @param response what the image's link answered. Its body is let go of when it is no image.
 * @param turns images that have to be held whole are, one at a time.
 */
export async function receive(response: Response, turns: Turns): Promise<Result<Arrival, ArrivalFailure>> {
  const { headers, body } = response;
  const length = declaredLength(headers);
  if (!length.ok) return refuse(body, length.error);
  const opened = await openBody(body);
  if (!opened.ok) return refuse(body, opened.error);
  const { head, rest, isPacked } = opened.value;
  const { contentType } = imageType(head);
  if (contentType === null || endings[contentType] === undefined) return refuse(rest, "not_an_image");
  if (length.value !== null && !isPacked) return ok({ contentType, ...ofLength(length.value, { head, rest }) });
  const release = await turns();
  const whole = await readWhole({ head, rest });
  if (whole.ok) return ok({ contentType, body: whole.value, release });
  release();
  return whole;
}

/** Left unread a body would hold its connection until the time-out. */
async function refuse(body: ReadableStream | null, reason: ArrivalFailure): Promise<Result<never, ArrivalFailure>> {
  await body?.cancel().catch(() => {});
  return err(reason);
}

/** Null: not told. The length of a packed body is not the image's: the runtime unpacks it, and leaves its headers. */
function declaredLength(headers: Headers): Result<number | null, ArrivalFailure> {
  const declared = headers.get("content-length");
  if (declared === null || !/^(identity)?$/i.test(headers.get("content-encoding")?.trim() ?? "")) return ok(null);
  const bytes = Number(declared);
  if (!Number.isSafeInteger(bytes) || bytes <= 0) return err("no_length");
  return bytes > maxImageBytes ? err("too_large") : ok(bytes);
}

/** How it is packed, by its first bytes: gzip (RFC 1952 §2.3.1) or zlib, which HTTP calls deflate (RFC 1950 §2.2). */
function packingOf([first = 0, second = 0]: Uint8Array): "gzip" | "deflate" | null {
  if (first === 0x1f && second === 0x8b) return "gzip";
  return first === 0x78 && (first * 256 + second) % 31 === 0 ? "deflate" : null;
}

/** Reads the first bytes, and decompresses the body if the runtime has not. @returns the first bytes and the rest. */
async function openBody(
  body: ReadableStream<Uint8Array> | null,
): Promise<Result<Opened & { isPacked: boolean }, ArrivalFailure>> {
  const opened = await peek(body);
  if (!opened.ok) return opened;
  const packing = packingOf(opened.value.head);
  if (packing === null) return ok({ ...opened.value, isPacked: false });
  const unpacking = new DecompressionStream(packing);
  pump(opened.value, unpacking.writable, new AbortController().signal);
  const unpacked = await peek(unpacking.readable);
  return unpacked.ok ? ok({ ...unpacked.value, isPacked: true }) : unpacked;
}

async function peek(body: ReadableStream<Uint8Array> | null): Promise<Result<Opened, ArrivalFailure>> {
  const reader = body?.getReader();
  if (body == null || reader === undefined) return err("cut_short");
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  try {
    while (bytes < telltaleBytes) {
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
function ofLength(bytes: number, opened: Opened): Pick<Arrival, "body" | "release"> {
  const { readable, writable } = new FixedLengthStream(bytes);
  const stop = new AbortController();
  pump(opened, writable, stop.signal);
  return { body: readable, release: () => stop.abort() };
}

/** Writes all of it. A failure on one side ends the other. */
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

async function readWhole({ head, rest }: Opened): Promise<Result<Blob, ArrivalFailure>> {
  const pieces = [head];
  let bytes = head.byteLength;
  try {
    for await (const piece of rest) {
      bytes += piece.byteLength;
      if (bytes > maxWholeBytes) return err("too_large");
      pieces.push(piece);
    }
  } catch {
    return err("cut_short");
  }
  return ok(new Blob(pieces));
}
