/** Sends one paid call, and turns what comes of it into observations. Decides nothing. */
import { connect, type Tools } from "#consumer/orders/tools.ts";
import { loggedFailure } from "#consumer/steps/failure.ts";
import { log } from "#shared/log.ts";
import type { Observation } from "#shared/task/events.ts";
import type { PaidOrder } from "#shared/task/follow-up.ts";
import type { CallConnection, CallEvent, CallInput, ImageCall } from "#shared/upstreams/index.ts";
import { nameOf, type PaidCallOrder } from "./order.ts";

/** The upstream of the order's session. @throws when it makes no paid calls. */
export async function connectForCalls({ session }: PaidCallOrder, tools: Tools): Promise<CallConnection> {
  const connection = await connect(session, tools);
  if (connection.runs !== "calls") throw new Error(`${session.upstream} makes no paid calls`);
  return connection;
}

/** @returns observations in groups, each as soon as it is known. The last group has the one that settles the call. */
export async function* generate(
  order: PaidCallOrder,
  connection: CallConnection,
  tools: Tools,
): AsyncGenerator<Observation[], void> {
  const startedAt = tools.now();
  const { call } = order;
  let waiting: Observation[] = [];
  for await (const event of connection.generate(imageCallOf(order, tools), {
    deadlineMs: call.deadlineSeconds * 1000,
  })) {
    const seen = observationOf(event, order);
    waiting.push(seen);
    if (isLast(seen)) {
      const ms = tools.now() - startedAt;
      const about = { task: order.task, call: call.call, attempt: call.attempt, session: order.session.label };
      log("info", "paid_call_done", { ...about, observation: seen.kind, ms });
    } else if (seen.kind !== "made" || !isStreamed(order)) {
      // A plain answer is reported as a whole.
      continue;
    }
    yield waiting;
    waiting = [];
  }
}

/** One call for several images sends each as it is made. */
const isStreamed = ({ request }: PaidCallOrder): boolean => (request.paid?.imagesPerCall ?? 1) > 1;

/** Whether it settles its call. */
export const isLast = ({ kind }: Observation): boolean =>
  kind === "answered" || kind === "callRefused" || kind === "callLost";

/** The observation of a call that was sent before a crash. */
export const lostInBetween = ({ call, attempt }: PaidOrder): Observation => ({
  kind: "callLost",
  call,
  attempt,
  failure: {
    verdict: "refused",
    error: {
      code: "outcome_unknown",
      message: "This server was stopped while it waited for the answer of the paid call.",
    },
    retryAfterSeconds: null,
  },
});

function imageCallOf(order: PaidCallOrder, tools: Tools): ImageCall {
  const { request, inputs, call } = order;
  const { paid } = request;
  if (paid === null) throw new Error("the request is not made by paid calls");
  return {
    model: request.model,
    prompt: request.prompt,
    size: paid.size,
    count: paid.imagesPerCall,
    // Equal seeds would give equal images.
    seed: paid.sendsSeed ? (request.seed + call.call) % 2 ** 31 : null,
    watermark: paid.watermark,
    outputFormat: paid.outputFormat,
    inputs: inputs.map(
      ({ key, bytes, contentType }): CallInput => ({ bytes, contentType, open: () => read(tools.inputs, key) }),
    ),
    clientRequestId: nameOf(order).replaceAll("/", "-"),
  };
}

async function read(bucket: R2Bucket, key: string): Promise<ReadableStream<Uint8Array>> {
  const image = await bucket.get(key);
  if (image === null) throw new Error("the reference image is gone");
  return image.body;
}

function observationOf(event: CallEvent, order: PaidCallOrder): Observation {
  const { call, attempt } = order.call;
  const about = { task: order.task, order: "generate", call, attempt, session: order.session.label };
  switch (event.kind) {
    case "image": {
      const index = call * (order.request.paid?.imagesPerCall ?? 1) + event.place;
      return { kind: "made", call, attempt, images: [{ index, image: event.image }] };
    }
    case "missing":
      return { kind: "notMade", call, attempt, failure: loggedFailure(event.failure, about) };
    case "done":
      return { kind: "answered", call, attempt };
    case "refused":
      return { kind: "callRefused", call, attempt, failure: loggedFailure(event.failure, about) };
    case "lost":
      return { kind: "callLost", call, attempt, failure: loggedFailure(event.failure, about) };
  }
}
