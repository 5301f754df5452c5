/**
 * Fetches a reference image from an address, as a stream of its bytes, with limits on time and size. Checks the address
 * and every redirect with the SSRF guard. Sends no cookies and no Authorization.
 *
 * A redirect from https to http is followed: http addresses are accepted too, and nothing secret is sent. Every network
 * failure counts as unreachable, because runtimes word them too differently to distinguish.
 */
import { maxRedirects } from "#api/limits.ts";
import type { AppError } from "#shared/errors.ts";
import { shownHost } from "#shared/public-address.ts";
import { maxInputBytes } from "#shared/wire/limits.ts";
import { type InputLocation, inputError } from "./input-source.ts";
import { type GuardContext, targetOf } from "./ssrf-guard.ts";
import { tooLarge } from "./unusable-image.ts";

export type FetchContext = {
  fetch: (url: string, init: RequestInit) => Promise<Response>;
  /** Finished images, which may be used as reference images. */
  images: R2Bucket;
  guard: GuardContext;
  /** From the start to the image's headers, redirects included; and from there to its last byte. */
  limits: { headersMs: number; bodyMs: number };
};

const redirects = [301, 302, 303, 307, 308];

const headers = {
  accept: "image/*",
  // Content-Length then counts the bytes that arrive.
  "accept-encoding": "identity",
  "user-agent": "dreamina-image-api",
};

type AddressSource = { location: InputLocation; address: string };

/**
 * @param source the input and its address.
 * @param stop aborts the fetch: another input of the request has failed.
 * @throws AppError `input_image_forbidden`, `input_image_unreachable` or `input_image_invalid`.
 */
export async function* fetchInput(
  source: AddressSource,
  context: FetchContext,
  stop: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const clock = startClock(context.limits.headersMs, stop);
  try {
    const { body, length, host } = await clock.race(open(source, context, clock.signal)).catch((error) => {
      throw clock.isOver() ? timedOut(source.location, "did not answer", context.limits.headersMs) : error;
    });
    clock.restart(context.limits.bodyMs);
    const location = { ...source.location, name: `${source.location.name} at ${host}` };
    const reader = body.getReader();
    try {
      let bytes = 0;
      for (;;) {
        const piece = await clock.race(reader.read()).catch(() => {
          if (clock.isOver()) throw timedOut(location, "did not send the whole image", context.limits.bodyMs);
          throw brokeOff(location);
        });
        if (piece.done) break;
        bytes += piece.value.byteLength;
        yield piece.value;
      }
      if (length !== null && bytes < length) throw brokeOff(location);
    } finally {
      // Not awaited: a server that hangs may never close the connection.
      reader.cancel().catch(() => {});
    }
  } finally {
    clock.stop();
  }
}

type Opened = { body: ReadableStream<Uint8Array>; length: number | null; host: string };

async function open({ location, address }: AddressSource, context: FetchContext, signal: AbortSignal): Promise<Opened> {
  let base: URL | undefined;
  let current = address;
  for (let redirectCount = 0; redirectCount <= maxRedirects; redirectCount += 1) {
    const target = targetOf(current, context.guard, base);
    if (!target.ok) {
      const prefix = base === undefined ? "" : `was redirected by ${shownHost(base)} and `;
      throw inputError(
        base === undefined ? target.error.code : "input_image_forbidden",
        location,
        prefix + target.error.why,
      );
    }
    if (target.value.kind === "own") return openOwn(location, target.value.key, context.images);
    const { url } = target.value;
    const answer = await request(location, url, context, signal);
    const next = redirects.includes(answer.status) ? answer.headers.get("location") : null;
    if (next === null) return opened(location, url, answer);
    await answer.body?.cancel().catch(() => {});
    base = url;
    current = next;
  }
  throw unreachable(location, `was redirected more than ${maxRedirects} times; send the address it ends at`);
}

async function request(
  location: InputLocation,
  url: URL,
  context: FetchContext,
  signal: AbortSignal,
): Promise<Response> {
  try {
    return await context.fetch(url.href, { headers, redirect: "manual", signal });
  } catch {
    throw unreachable(location, `could not be fetched: ${shownHost(url)} could not be reached`);
  }
}

async function opened(location: InputLocation, url: URL, { status, headers, body }: Response): Promise<Opened> {
  const host = shownHost(url);
  const declared = Number.parseInt(headers.get("content-length") ?? "", 10);
  // Content-Length counts compressed bytes, and the runtime decompresses them.
  const isCompressed = !/^(identity)?$/i.test(headers.get("content-encoding") ?? "");
  const length = Number.isNaN(declared) || isCompressed ? null : declared;
  const fault =
    status !== 200
      ? unreachable(location, `could not be fetched: ${host} answered with status ${status}`)
      : length !== null && length > maxInputBytes
        ? tooLarge({ ...location, name: `${location.name} at ${host}` }, length)
        : null;
  if (fault === null) return { body: body ?? new Blob([]).stream(), length, host };
  await body?.cancel().catch(() => {});
  throw fault;
}

async function openOwn(location: InputLocation, key: string, images: R2Bucket): Promise<Opened> {
  const found = await images.get(key);
  if (found === null) throw unreachable(location, "is an address of this API, but no image is stored there");
  return { body: found.body, length: found.size, host: "this API" };
}

const unreachable = (location: InputLocation, rest: string): AppError =>
  inputError("input_image_unreachable", location, rest);
const brokeOff = (location: InputLocation) => unreachable(location, "broke off before its end");
const timedOut = (location: InputLocation, what: string, ms: number) =>
  unreachable(location, `${what} within ${ms / 1000} seconds`);

/** A time limit for promises that are raced against it, also for those that ignore an abort signal. */
function startClock(ms: number, stop: AbortSignal) {
  const controller = new AbortController();
  const { signal } = controller;
  let isOver = false;
  const expire = () => {
    isOver = true;
    controller.abort();
  };
  const stopped = () => controller.abort();
  if (stop.aborted) stopped();
  stop.addEventListener("abort", stopped);
  let timer = setTimeout(expire, ms);
  const aborted = new Promise<never>((_resolve, reject) => {
    const end = () => reject(new Error("stopped"));
    if (signal.aborted) end();
    signal.addEventListener("abort", end);
  });
  aborted.catch(() => {});
  return {
    signal,
    isOver: () => isOver,
    race: <T>(work: Promise<T>): Promise<T> => Promise.race([work, aborted]),
    restart(again: number) {
      clearTimeout(timer);
      timer = setTimeout(expire, again);
    },
    stop() {
      clearTimeout(timer);
      stop.removeEventListener("abort", stopped);
    },
  };
}
