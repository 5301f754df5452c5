/**
 * An image from an address a caller gave: through the guard, redirects followed by hand and guarded each, with a limit
 * on time and size, as a stream of its bytes. Nothing of the caller's goes along: no cookies, no Authorization.
 *
 * A redirect from https to http is followed: an http address would have been taken in the first place, and nothing
 * secret is sent. Any failure of the way counts as unreachable, because runtimes word them too differently to tell
 * apart.
 */
import { maxInputBytes, maxRedirects } from "#api/limits.ts";
import type { AppError } from "#shared/errors.ts";
import { type InputLocation, inputError } from "./input-source.ts";
import { type Surroundings, shownHost, targetOf } from "./ssrf-guard.ts";
import { tooLarge } from "./staging.ts";

export type Outside = {
  fetch: (url: string, init: RequestInit) => Promise<Response>;
  /** Finished images: people use their results as references. */
  images: R2Bucket;
  surroundings: Surroundings;
  /** To the headers of the image itself, redirects included; and from there to its last byte. */
  limits: { headersMs: number; bodyMs: number };
};

const redirects = [301, 302, 303, 307, 308];

const headers = {
  accept: "image/*",
  // So that the length that is announced is the length that comes.
  "accept-encoding": "identity",
  "user-agent": "dreamina-image-api",
};

type Given = { place: InputLocation; address: string };

/**
 * @param given the input and its address.
 * @param stop ends it early: another input of the request has failed.
 * @throws AppError `input_image_forbidden`, `input_image_unreachable` or `input_image_invalid`.
 */
export async function* fetchInput(given: Given, outside: Outside, stop: AbortSignal): AsyncGenerator<Uint8Array> {
  const clock = startClock(outside.limits.headersMs, stop);
  try {
    const { body, length, host } = await clock.race(open(given, outside, clock.signal)).catch((error) => {
      throw clock.isOver() ? late(given.place, "did not answer", outside.limits.headersMs) : error;
    });
    clock.restart(outside.limits.bodyMs);
    const place = { ...given.place, name: `${given.place.name} at ${host}` };
    const reader = body.getReader();
    try {
      let bytes = 0;
      for (;;) {
        const piece = await clock.race(reader.read()).catch(() => {
          if (clock.isOver()) throw late(place, "did not send the whole image", outside.limits.bodyMs);
          throw brokeOff(place);
        });
        if (piece.done) break;
        bytes += piece.value.byteLength;
        yield piece.value;
      }
      if (length !== null && bytes < length) throw brokeOff(place);
    } finally {
      // Not awaited: a server that hangs may never let go.
      reader.cancel().catch(() => {});
    }
  } finally {
    clock.stop();
  }
}

type Opened = { body: ReadableStream<Uint8Array>; length: number | null; host: string };

async function open({ place, address }: Given, outside: Outside, signal: AbortSignal): Promise<Opened> {
  let base: URL | undefined;
  let next = address;
  for (let hops = 0; hops <= maxRedirects; hops += 1) {
    const target = targetOf(next, outside.surroundings, base);
    if (!target.ok) {
      const led = base === undefined ? "" : `was redirected by ${shownHost(base)} and `;
      throw inputError(base === undefined ? target.error.code : "input_image_forbidden", place, led + target.error.why);
    }
    if (target.value.kind === "own") return openOwn(place, target.value.key, outside.images);
    const { url } = target.value;
    const answer = await ask(place, url, outside, signal);
    const location = redirects.includes(answer.status) ? answer.headers.get("location") : null;
    if (location === null) return opened(place, url, answer);
    await answer.body?.cancel().catch(() => {});
    base = url;
    next = location;
  }
  throw unreachable(place, `was redirected more than ${maxRedirects} times; send the address it ends at`);
}

async function ask(place: InputLocation, url: URL, outside: Outside, signal: AbortSignal): Promise<Response> {
  try {
    return await outside.fetch(url.href, { headers, redirect: "manual", signal });
  } catch {
    throw unreachable(place, `could not be fetched: ${shownHost(url)} could not be reached`);
  }
}

async function opened(place: InputLocation, url: URL, { status, headers, body }: Response): Promise<Opened> {
  const host = shownHost(url);
  const declared = Number.parseInt(headers.get("content-length") ?? "", 10);
  // A length counts the bytes as they travel, and compressed ones are unpacked before they get here.
  const isPacked = !/^(identity)?$/i.test(headers.get("content-encoding") ?? "");
  const length = Number.isNaN(declared) || isPacked ? null : declared;
  const fault =
    status !== 200
      ? unreachable(place, `could not be fetched: ${host} answered with status ${status}`)
      : length !== null && length > maxInputBytes
        ? tooLarge({ ...place, name: `${place.name} at ${host}` }, length)
        : null;
  if (fault === null) return { body: body ?? new Blob([]).stream(), length, host };
  await body?.cancel().catch(() => {});
  throw fault;
}

async function openOwn(place: InputLocation, key: string, images: R2Bucket): Promise<Opened> {
  const found = await images.get(key);
  if (found === null) throw unreachable(place, "is an address of this API where there is no image");
  return { body: found.body, length: found.size, host: "this API" };
}

const unreachable = (place: InputLocation, rest: string): AppError =>
  inputError("input_image_unreachable", place, rest);
const brokeOff = (place: InputLocation) => unreachable(place, "broke off before its end");
const late = (place: InputLocation, what: string, ms: number) =>
  unreachable(place, `${what} within ${ms / 1000} seconds`);

/** A time limit on whatever is raced against it, also on what does not listen to a signal. */
function startClock(ms: number, stop: AbortSignal) {
  const controller = new AbortController();
  const { signal } = controller;
  let isOver = false;
  const ring = () => {
    isOver = true;
    controller.abort();
  };
  const stopped = () => controller.abort();
  if (stop.aborted) stopped();
  stop.addEventListener("abort", stopped);
  let timer = setTimeout(ring, ms);
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
      timer = setTimeout(ring, again);
    },
    stop() {
      clearTimeout(timer);
      stop.removeEventListener("abort", stopped);
    },
  };
}
