/** How a repeated submit is recognised: by the caller's key, by its client's retry count, or by its body. */
import type { Context } from "hono";
import type { CallerEnv } from "#api/caller/caller.ts";
import type { Seal } from "#shared/seal.ts";
import type { Idempotency } from "#shared/task/coordinator.ts";

/** The keyed hash by one SECRET_KEY. */
export type Tagger = Pick<Seal, "tag">;

/**
 * In this order: the caller's own key; the retry count (from 0) of OpenAI's clients, which repeat a request after a
 * broken connection; the body alone, for JOIN_WINDOW_SECONDS, because gateways and users repeat requests without a
 * mark.
 * @param tagBody of the body, which may have tags in it.
 * @returns null when every request makes a task of its own.
 */
export async function idempotencyOf(
  c: Context<CallerEnv>,
  tagBody: (seal: Tagger) => Promise<string>,
): Promise<Idempotency | null> {
  const { seal, caller } = c.var;
  const { keyPrefix } = caller;
  const bodyHash = await tagBody(seal);
  const key = keyIn(c.req.header("idempotency-key"));
  if (key !== null) {
    const previousBodyHash = seal.previous && (await tagBody(seal.previous));
    return { key: keyPrefix + key, bodyHash, previousBodyHash, kind: "named" };
  }
  const tries = c.req.header("x-stainless-retry-count");
  if (tries !== undefined) {
    return { key: `${keyPrefix}tries:${bodyHash}`, bodyHash, kind: tries === "0" ? "first" : "again" };
  }
  const withinMs = c.var.config.JOIN_WINDOW_SECONDS * 1000;
  if (withinMs === 0 || sendsEqualRequests.test(c.req.header("user-agent") ?? "")) return null;
  return { key: `${keyPrefix}resent:${bodyHash}`, bodyHash, kind: "resent", withinMs };
}

/**
 * User-Agent of the AI SDK. Its generateImage splits `n` into several equal requests sent at the same time, for models
 * it does not know into requests of one image (`ai` 6.0.33; User-Agent `ai/6.0.33 ai-sdk/…`).
 */
const sendsEqualRequests = /(^|\s)ai(-sdk)?\//;

/** Null for an empty one, bare or in the quotes that some clients write (draft-ietf-httpapi-idempotency-key-header). */
const keyIn = (header: string | undefined): string | null =>
  /^\s*("\s*")?\s*$/.test(header ?? "") ? null : (header ?? null);

/**
 * The key of one task among several of the same request.
 * @param index its index. A header value cannot contain a line feed, so no caller's own key equals a derived one.
 */
export function partIdempotency(whole: Idempotency | null, index: number): Idempotency | null {
  return whole === null || index === 0 ? whole : { ...whole, key: `${whole.key}\n${index}` };
}
