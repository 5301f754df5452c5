// The parts that plain answers and streams share: an image or the error in its place, and the usage.

import type { World } from "#test/simulator/world.ts";
import type { ArkDelivery } from "./delivery.ts";
import { arkLink } from "./links.ts";
import { moderated } from "./markers.ts";
import { pictureBytes } from "./picture-bytes.ts";
import { arkError } from "./refusals.ts";

const pixelsPerToken = 256;

/** With the fault `partial` the second image is replaced by an error. */
const refusedIndex = 1;

export function isRefused({ late }: ArkDelivery, index: number): boolean {
  return late?.kind === "partial" && index === refusedIndex;
}

export function slotError({ call }: ArkDelivery) {
  const { code, message } = arkError(moderated(), call.id);
  return { error: { code, message } };
}

/** One entry of `data`. */
export async function slotOf(world: World, delivery: ArkDelivery, index: number) {
  if (isRefused(delivery, index)) return slotError(delivery);
  const { wanted } = delivery;
  const { isGroup, family } = wanted.model.traits;
  return {
    ...(await pictureOf(world, delivery, index)),
    // Older models do not name the format.
    ...(!isGroup && { output_format: wanted.format }),
    ...(family === "5.5" && { background: wanted.background === "transparent" ? "transparent" : "opaque" }),
  };
}

export async function pictureOf(world: World, { call, wanted, address }: ArkDelivery, index: number) {
  const size = `${call.size.width}x${call.size.height}`;
  if (!wanted.asBase64) return { url: arkLink(world, { call, index, address }), size };
  const bytes = await pictureBytes(world, call, index);
  return { b64_json: Buffer.from(bytes).toString("base64"), size };
}

export function usageOf({ call, wanted }: ArkDelivery) {
  const tokens = Math.floor((call.charged * call.size.width * call.size.height) / pixelsPerToken);
  return {
    generated_images: call.charged,
    output_tokens: tokens,
    total_tokens: tokens,
    ...(!wanted.model.traits.isGroup && { input_images: call.inputs.length }),
    ...(wanted.searchesWeb && { tool_usage: { web_search: 1 } }),
  };
}
