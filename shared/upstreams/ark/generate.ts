/**
 * The paid call: one request, never repeated. The cloud recognises no repeated call and keeps no answer, and it makes
 * and charges the images even if the caller is gone (the vendor's own clients, 2026-11). So every outcome that is not
 * surely a refusal counts as lost.
 */
import { Deadline } from "#shared/deadline.ts";
import { err, ok, type Result } from "#shared/result.ts";
import type { CallEvent } from "#shared/upstreams/call-event.ts";
import type { Credential } from "#shared/upstreams/credential.ts";
import type { UpstreamFailure } from "#shared/upstreams/failure.ts";
import type { ImageCall } from "#shared/upstreams/image-call.ts";
import { type Asked, parsedJson, readAnswer, streamReader } from "./answer.ts";
import { type CallBody, callBody } from "./body.ts";
import { bodyStream } from "./body-stream.ts";
import { gatewayRefusal, lostAnswer, redactKey, unreadableInput, unsendable } from "./errors.ts";
import { cloudOf } from "./key.ts";
import { maxInputsAndImages, maxRequestBytes } from "./limits.ts";
import { addressOf, authorization, refusalIn, type Transport } from "./request.ts";
import { serverEvents } from "./sse.ts";

/** @param deadlineMs for the whole call, with its answer. Waiting for pro takes up to 130 s (gateways, 2026-11). */
export async function* generate(
  transport: Transport,
  credential: Credential,
  call: ImageCall,
  { deadlineMs }: { deadlineMs: number },
): AsyncGenerator<CallEvent, void> {
  for await (const event of attempt(transport, credential, call, deadlineMs)) {
    yield "failure" in event ? { ...event, failure: redactKey(credential.secret, event.failure) } : event;
  }
}

async function* attempt(
  transport: Transport,
  credential: Credential,
  call: ImageCall,
  deadlineMs: number,
): AsyncGenerator<CallEvent, void> {
  const body = sendableBody(credential, call);
  if (!body.ok) return yield { kind: "refused", failure: body.error };
  using deadline = Deadline.after(deadlineMs);
  const { signal } = deadline;
  const content = await Promise.race([contentOf(transport, call, body.value), aborted(signal)]);
  if (!content.ok) return yield { kind: "refused", failure: content.error };
  const init = {
    method: "POST",
    headers: {
      Authorization: authorization(credential),
      "Content-Type": "application/json",
      "Content-Length": String(body.value.bytes),
      Accept: body.value.isStream ? "text/event-stream, application/json" : "application/json",
      "X-Client-Request-Id": call.clientRequestId,
    },
    body: content.value,
    // Node requires it for a stream; Workers ignore it.
    duplex: "half",
    redirect: "manual",
    signal,
  };
  const request = new Request(addressOf(transport, credential, "/images/generations"), init as RequestInit);
  let response: Response;
  try {
    response = await transport.fetch(request);
  } catch (error) {
    // Frees a reference image that was not read. Of a body in use this fails, and the fetch has ended it.
    request.body?.cancel().catch(() => {});
    return yield lost(faultOf(error), String(error));
  }
  const asked = { callId: call.clientRequestId, size: call.size, images: body.value.images };
  yield* eventsOf(transport, response, asked);
}

/** The body of a call that the cloud can take; nothing is sent before. */
function sendableBody(credential: Credential, call: ImageCall): Result<CallBody, UpstreamFailure> {
  const body = callBody(call, cloudOf(credential));
  if (body === null) return err(unsendable("model_not_available", "The key's cloud does not have this model."));
  if (call.inputs.length > 0 && body.images > 1 && call.inputs.length + body.images > maxInputsAndImages) {
    const message = `Ark takes at most ${maxInputsAndImages} reference images and made images together.`;
    return err(unsendable("invalid_value", message));
  }
  if (body.bytes > maxRequestBytes) {
    const limit = `${maxRequestBytes / 1_000_000} MB as base64`;
    return err(unsendable("body_too_large", `The reference images are too large for one call to Ark: ${limit}.`));
  }
  return ok(body);
}

/** Nothing was sent when the deadline comes first. */
const aborted = (signal: AbortSignal): Promise<Result<never, UpstreamFailure>> =>
  new Promise((resolve) => {
    signal.addEventListener("abort", () => resolve(err(unreadableInput("it was not opened in time"))));
  });

async function contentOf(
  { fixedLength = (readable) => readable }: Transport,
  { inputs }: ImageCall,
  body: CallBody,
): Promise<Result<string | ReadableStream<Uint8Array>, UpstreamFailure>> {
  const [input] = inputs;
  if (input === undefined) return ok(body.head);
  try {
    // The first one before the call, so that a missing image is found while nothing is spent.
    const first = await input.open();
    return ok(fixedLength(bodyStream(body, inputs, first), body.bytes));
  } catch (error) {
    return err(unreadableInput(String(error)));
  }
}

async function* eventsOf(transport: Transport, response: Response, asked: Asked): AsyncGenerator<CallEvent, void> {
  const { status } = response;
  const isSuccess = status >= 200 && status < 300;
  const isEventStream = /^\s*text\/event-stream\b/i.test(response.headers.get("content-type") ?? "");
  if (isSuccess && isEventStream && response.body !== null) return yield* streamedEvents(response.body, asked);
  let text: string;
  try {
    text = await response.text();
  } catch (error) {
    const isRefused = status >= 400 && status < 500;
    return yield isRefused
      ? { kind: "refused", failure: refusalIn(transport, response, "") ?? gatewayRefusal(status, String(error)) }
      : lost(`its answer broke off (HTTP ${status})`, String(error));
  }
  if (isSuccess) {
    const events = readAnswer(parsedJson(text), asked);
    return yield* events ?? [lost("its answer is not readable", `HTTP ${status} ${text}`)];
  }
  // A gateway gave up waiting, perhaps for the images.
  if (status === 408 || status === 425 || status === 499) {
    return yield lost(`the answer was HTTP ${status}`, `HTTP ${status} ${text}`);
  }
  const failure = status >= 400 && status <= 500 ? refusalIn(transport, response, text) : null;
  if (failure !== null) return yield { kind: "refused", failure };
  if (status >= 400 && status < 500) return yield { kind: "refused", failure: gatewayRefusal(status, text) };
  yield lost(`the answer was HTTP ${status}`, `HTTP ${status} ${text}`);
}

async function* streamedEvents(body: ReadableStream<Uint8Array>, asked: Asked): AsyncGenerator<CallEvent, void> {
  const reader = streamReader(asked);
  try {
    for await (const serverEvent of serverEvents(body)) {
      for (const event of reader.read(serverEvent)) {
        yield event;
        if (event.kind !== "image" && event.kind !== "missing") return;
      }
    }
  } catch (error) {
    return yield lost(faultOf(error), String(error));
  }
  yield* reader.end();
}

const lost = (what: string, text: string): CallEvent => ({ kind: "lost", failure: lostAnswer(what, text) });

const faultOf = (error: unknown): string =>
  error instanceof Error && error.name === "TimeoutError" ? "no answer came in time" : "the connection broke";
