/** A webhook that a request names: its address checked, and with all that its coordinator needs. */
import type { Context } from "hono";
import type { CallerEnv } from "#api/caller/caller.ts";
import { ownUrl } from "#api/http/address.ts";
import { AppError } from "#shared/errors.ts";
import { defaultEvents, type Webhook, type WebhookTarget } from "#shared/task/webhook.ts";
import { readWebhookAddress } from "#shared/webhook-address.ts";
import { newSealedSecret } from "#shared/webhook-secret.ts";
import type { WebhookField } from "#shared/wire/webhooks.ts";

/**
 * @param subject decides about the events of a webhook without any.
 * @throws AppError `invalid_value` for an address that may not be called.
 */
export async function webhookOf(
  c: Context<CallerEnv>,
  { url, events }: WebhookField,
  subject: "task" | "batch",
): Promise<Webhook> {
  const target = targetAt(c, url, "webhook.url");
  if (subject === "task" && events != null && events.every((event) => event.startsWith("batch."))) {
    throw new AppError(
      "invalid_value",
      "webhook.events names events of batches only; a task has none.",
      "webhook.events",
    );
  }
  return { ...target, events: [...new Set(events ?? defaultEvents[subject])], secret: await newSecret(c) };
}

/** @param param the field that holds the address. @throws AppError `invalid_value`. */
export function targetAt(c: Context<CallerEnv>, url: string, param: string): WebhookTarget {
  const { WEBHOOK_EXEMPT_ORIGIN: exemptOrigin, PUBLIC_IMAGE_BASE_URL: publicImages = null } = c.var.config;
  const own = ownUrl(c);
  const address = readWebhookAddress(url, { selves: [own, new URL(c.req.url)], exemptOrigin });
  if (!address.ok) throw new AppError("invalid_value", `${param} ${address.error.why}.`, param);
  return { url: address.value.href, origin: own.origin, publicImages };
}

/** A new secret, sealed: used when the caller has none yet. */
export const newSecret = (c: Context<CallerEnv>): Promise<string> => newSealedSecret(c.var.seal, c.var.caller.owner);
