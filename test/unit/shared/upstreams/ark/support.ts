/** Builders for the tests of the Ark client. */
import type { Transport } from "#shared/upstreams/ark/request.ts";
import type { Credential } from "#shared/upstreams/credential.ts";
import type { CallInput, ImageCall } from "#shared/upstreams/image-call.ts";

export const secret = "ark-1a2b3c4d-1111-4aaa-9bbb-00000000c3f9-abcde";

export const aCredential = (bend: Partial<Credential> = {}): Credential => ({
  upstream: "ark",
  place: "ap",
  secret,
  ...bend,
});

export const aCall = (bend: Partial<ImageCall> = {}): ImageCall => ({
  model: "seedream-4.5",
  prompt: "a red fox",
  size: "2848x1600",
  count: 1,
  seed: null,
  watermark: false,
  outputFormat: null,
  inputs: [],
  clientRequestId: "call-1",
  ...bend,
});

/** @param chunk bytes of one piece of the stream. */
export const anInput = (
  file: Uint8Array,
  { contentType = "image/png", chunk = 65_536 }: { contentType?: string; chunk?: number } = {},
): CallInput => ({
  bytes: file.byteLength,
  contentType,
  open: async () =>
    new ReadableStream<Uint8Array>({
      start(controller) {
        for (let at = 0; at < file.byteLength; at += chunk) controller.enqueue(file.slice(at, at + chunk));
        controller.close();
      },
    }),
});

/** A transport that gives each call this answer, and keeps the requests. */
export function aTransport(answer: (request: Request) => Response | Promise<Response>, bend: Partial<Transport> = {}) {
  const requests: Request[] = [];
  const transport: Transport = {
    fetch: async (request) => {
      requests.push(request);
      return answer(request);
    },
    now: () => Date.UTC(2026, 10, 28, 12),
    origin: undefined,
    ...bend,
  };
  return { transport, requests };
}

/** A body that comes in these pieces; `breaks`: it fails after them. */
export const inPieces = (pieces: (string | Uint8Array)[], { breaks = false } = {}): ReadableStream<Uint8Array> => {
  const left = pieces.map((piece) => (typeof piece === "string" ? new TextEncoder().encode(piece) : piece));
  return new ReadableStream<Uint8Array>({
    pull(controller) {
      const piece = left.shift();
      if (piece !== undefined) controller.enqueue(piece);
      else if (breaks) controller.error(new Error("reset"));
      else controller.close();
    },
  });
};

/** Everything that a generator yields, in order. */
export async function everyOf<T>(values: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const value of values) all.push(value);
  return all;
}

/** A stream that stays open, and whether it was cancelled. */
export function openStream(text = "") {
  const state = { isCancelled: false };
  const stream = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(new TextEncoder().encode(text)),
    cancel() {
      state.isCancelled = true;
    },
  });
  return { stream, state };
}
