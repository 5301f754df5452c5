// The answer of a streamed call: server-sent events, one for each image, spread over the duration of the call.

import type { World } from "#test/simulator/world.ts";
import { isRefused, pictureOf, slotError, usageOf } from "./content.ts";
import type { ArkDelivery } from "./delivery.ts";
import type { ArkEnd } from "./ledger.ts";
import { arkError } from "./refusals.ts";

const msPerSecond = 1000;

type Step = { dueMs: number; text: () => Promise<string> };
type Script = { steps: Step[]; isBroken: boolean };

/** @param onEnd called once with the outcome of the call. */
export function streamOf(
  world: World,
  delivery: ArkDelivery,
  onEnd: (end: ArkEnd) => void,
): ReadableStream<Uint8Array> {
  const { steps, isBroken } = scriptOf(world, delivery);
  const { signal } = delivery;
  const encoder = new TextEncoder();
  let at = 0;
  return new ReadableStream<Uint8Array>({
    start(controller) {
      signal.addEventListener("abort", () => controller.error(signal.reason));
    },
    async pull(controller) {
      const step = steps[at];
      if (!step) {
        onEnd(isBroken ? "lost" : "answered");
        if (isBroken) controller.error(new Error("simulated: the connection broke off"));
        else controller.close();
        return;
      }
      at += 1;
      const isDone = await world.waits.until(step.dueMs);
      if (signal.aborted) return;
      if (isDone) controller.enqueue(encoder.encode(await step.text()));
      else controller.error(new Error("simulated: the simulator was reset"));
    },
    cancel: () => onEnd("abandoned"),
  });
}

function scriptOf(world: World, delivery: ArkDelivery): Script {
  const { call, late } = delivery;
  const pictures = Array.from({ length: call.planned }, (_, index): Step => {
    const share = (index + 1) / call.planned;
    return {
      dueMs: call.startsAtMs + (call.endsAtMs - call.startsAtMs) * share,
      text: () => pictureEvent(world, delivery, index),
    };
  });
  const end = (text: string): Step => ({ dueMs: call.endsAtMs, text: async () => text });
  const [first] = pictures;
  switch (late?.kind) {
    case "drop-body":
      return { steps: first ? [{ ...first, text: async () => half(await first.text()) }] : [], isBroken: true };
    case "stream-broken":
      return { steps: pictures.slice(0, 1), isBroken: true };
    case "stream-error":
      return { steps: [...pictures.slice(0, 1), end(errorEvent(delivery))], isBroken: false };
    case "no-completed":
      return { steps: [...pictures, end(doneLine)], isBroken: false };
    default:
      return { steps: [...pictures, end(completedEvent(world, delivery) + doneLine)], isBroken: false };
  }
}

const doneLine = "data: [DONE]\n\n";

async function pictureEvent(world: World, delivery: ArkDelivery, index: number): Promise<string> {
  const isFailed = isRefused(delivery, index);
  const content = isFailed ? slotError(delivery) : await pictureOf(world, delivery, index);
  const name = isFailed ? "image_generation.partial_failed" : "image_generation.partial_succeeded";
  return event(name, { ...stamp(world, delivery, name), image_index: index, ...content });
}

function completedEvent(world: World, delivery: ArkDelivery): string {
  const name = "image_generation.completed";
  const tools = delivery.wanted.searchesWeb && { tools: [{ type: "web_search" }] };
  return event(name, { ...stamp(world, delivery, name), usage: usageOf(delivery), ...tools });
}

function errorEvent({ call }: ArkDelivery): string {
  const refusal = {
    status: 500,
    code: "InternalServiceError",
    message: "The service encountered an unexpected internal error.",
  };
  const { code, message } = arkError(refusal, call.id);
  return event("error", { error: { code, message } });
}

function stamp(world: World, { call }: ArkDelivery, type: string) {
  return { type, model: call.model, created: Math.floor(world.clock.realMs() / msPerSecond) };
}

function event(name: string, data: unknown): string {
  return `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
}

function half(text: string): string {
  return text.slice(0, Math.floor(text.length / 2));
}
