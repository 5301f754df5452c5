/** By what a submit is known again when it comes once more: the caller's own word, its client's count, or its body. */
import type { Context } from "hono";
import * as z from "zod";
import { AppError } from "../../shared/errors.ts";
import type { Idempotency } from "../../shared/task/coordinator.ts";
import type { CallerEnv } from "./caller.ts";

export const idempotencyHeader = z.object({
  "idempotency-key": z.string().max(255).optional().meta({
    description:
      "Your own word for this request: sent again with the same body, it answers with the same task instead of making another. A word of its own makes each of several equal requests another task, also within the seconds in which they would join. An empty one counts as none.",
  }),
});

/** Says in an answer that its task was there before the request. As Stripe's API has it. */
export const replayedHeader = "Idempotent-Replayed";

/**
 * The caller's own key; or, of OpenAI's clients, the number of the try (from 0): they send a request again by
 * themselves when the connection broke, and mean the same pictures. A request that says neither is the same as an equal
 * one of a moment ago: gateways and impatient callers send it again within seconds, unmarked.
 */
export function idempotencyOf(c: Context<CallerEnv>, bodyHash: string): Idempotency | null {
  const { keyPrefix } = c.var.caller;
  const key = keyIn(c.req.header("idempotency-key"));
  if (key !== null) return { key: keyPrefix + key, bodyHash, kind: "named" };
  const tries = c.req.header("x-stainless-retry-count");
  if (tries !== undefined) {
    return { key: `${keyPrefix}tries:${bodyHash}`, bodyHash, kind: tries === "0" ? "first" : "again" };
  }
  const withinMs = c.var.config.JOIN_WINDOW_SECONDS * 1000;
  if (withinMs === 0 || meansEach.test(c.req.header("user-agent") ?? "")) return null;
  return { key: `${keyPrefix}resent:${bodyHash}`, bodyHash, kind: "resent", withinMs };
}

/**
 * A client that sends equal requests at the same time and means each: Vercel's `ai` (6.0.33, generateImage) makes one
 * call for every picture beyond those that it thinks one call gives, which is one for models it does not know. It and
 * its providers name themselves `ai/6.0.33 ai-sdk/…`.
 */
const meansEach = /(^|\s)ai(-sdk)?\//;

/** Null for an empty one, bare or in the quotes that some clients write (draft-ietf-httpapi-idempotency-key-header). */
const keyIn = (header: string | undefined): string | null =>
  /^\s*("\s*")?\s*$/.test(header ?? "") ? null : (header ?? null);

/**
 * Each task of one request is known by itself.
 * @param place of the task among them. No header holds a line feed, so that no caller's own word is like this one.
 */
export function ofPart(whole: Idempotency | null, place: number): Idempotency | null {
  return whole === null || place === 0 ? whole : { ...whole, key: `${whole.key}\n${place}` };
}

export const idempotencyConflict = () =>
  new AppError("idempotency_conflict", "This Idempotency-Key was used before with another body.", "idempotency-key");
