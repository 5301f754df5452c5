// Answers an accepted call when its images are done, or loses the answer as its fault says.

import { type Answer, answerWith, html, json, withHeaders } from "#test/simulator/answer.ts";
import { truncated } from "#test/simulator/broken-body.ts";
import type { World } from "#test/simulator/world.ts";
import { slotOf, usageOf } from "./content.ts";
import type { ArkDelivery } from "./delivery.ts";
import type { ArkCall, ArkEnd } from "./ledger.ts";
import { arkRefused } from "./refusals.ts";
import { streamOf } from "./stream.ts";

const badGateway = 502;
const msPerSecond = 1000;

export async function deliver(world: World, delivery: ArkDelivery): Promise<Answer> {
  const { call, wanted, late, signal } = delivery;
  signal.addEventListener("abort", () => endCall(world, call, "abandoned"));
  switch (late?.kind) {
    case "html":
      endCall(world, call, "lost");
      return html(badGateway, "502 Bad Gateway");
    case "hang":
    case "drop":
      endCall(world, call, "lost");
      return { kind: late.kind === "hang" ? "hang" : "reset" };
  }
  const headers = { "x-request-id": call.id };
  if (wanted.isStreamed && late?.kind !== "refuse-late" && late?.kind !== "unreadable") {
    const type = { "content-type": "text/event-stream; charset=utf-8", ...headers };
    const onEnd = (end: ArkEnd) => endCall(world, call, end);
    return answerWith(new Response(streamOf(world, delivery, onEnd), { headers: type }));
  }
  const isDone = await world.waits.until(call.endsAtMs);
  if (!isDone) return { kind: "reset" };
  if (late?.kind === "refuse-late") {
    endCall(world, call, "refused");
    return arkRefused(late.refusal, call.id);
  }
  if (late?.kind === "unreadable") {
    endCall(world, call, "lost");
    return withHeaders(answerWith(new Response("upstream connect error or disconnect/reset before headers")), headers);
  }
  const answer = withHeaders(json(await bodyOf(world, delivery)), headers);
  endCall(world, call, late?.kind === "drop-body" ? "lost" : "answered");
  if (late?.kind !== "drop-body" || answer.kind !== "response") return answer;
  return answerWith(await truncated(answer.response));
}

async function bodyOf(world: World, delivery: ArkDelivery) {
  const { call, wanted } = delivery;
  const slots = Array.from({ length: call.planned }, (_, index) => slotOf(world, delivery, index));
  return {
    model: call.model,
    created: Math.floor(world.clock.realMs() / msPerSecond),
    data: await Promise.all(slots),
    usage: usageOf(delivery),
    ...(wanted.searchesWeb && { tools: [{ type: "web_search" }] }),
  };
}

/** The first end counts. */
function endCall(world: World, call: ArkCall, end: ArkEnd): void {
  if (call.outcome !== "running") return;
  call.outcome = end;
  world.keep();
}
