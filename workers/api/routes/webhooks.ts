/** Webhooks beside tasks: the secret that signs them, the log of deliveries, and a test. */
import { createRoute } from "@hono/zod-openapi";
import type { Context } from "hono";
import { authenticate, type CallerEnv, limitWork } from "#api/caller/caller.ts";
import { createRouter, jsonBody } from "#api/http/app.ts";
import { authorized } from "#api/http/authorized.ts";
import { errorAnswer, errorAnswers } from "#api/http/openapi.ts";
import { newSecret, targetAt } from "#api/request/webhook.ts";
import { AppError } from "#shared/errors.ts";
import { coordinatorOf } from "#shared/task/coordinator.ts";
import type { DeliveryEntry, SealedSecret } from "#shared/task/webhook.ts";
import { openSecret } from "#shared/webhook-secret.ts";
import {
  type Delivery,
  deliveryListSchema,
  deliveryParams,
  deliveryQuery,
  deliverySchema,
  type WebhookSecret,
  webhookSecretSchema,
  webhookTestSchema,
} from "#shared/wire/webhooks.ts";

const common = { tags: ["Webhooks"], security: authorized };

const secretAnswer = {
  200: { description: "The secret.", content: { "application/json": { schema: webhookSecretSchema } } },
  401: errorAnswer(401, "unauthorized"),
  ...errorAnswers(500),
};

const deliveryAnswer = {
  description: "The delivery.",
  content: { "application/json": { schema: deliverySchema } },
};

const secretRoute = createRoute({
  ...common,
  method: "get",
  path: "/v1/webhooks/secret",
  operationId: "getWebhookSecret",
  summary: "Read the secret that signs webhooks",
  description:
    "The secret of this set of sessions, or of this API key; made when it is first asked for or needed. Every delivery is signed with it, by Standard Webhooks: verify the headers `webhook-id`, `webhook-timestamp` and `webhook-signature` with one of its libraries.",
  "x-mcp": false,
  middleware: [authenticate, limitWork] as const,
  responses: { ...secretAnswer, ...errorAnswers(429) },
});

const rotateRoute = createRoute({
  ...common,
  method: "post",
  path: "/v1/webhooks/secret/rotate",
  operationId: "rotateWebhookSecret",
  summary: "Replace the secret that signs webhooks",
  description:
    "Makes a new secret. For a day, deliveries have two signatures, of the new and of the former one, so that a receiver can be changed in between.",
  "x-mcp": false,
  middleware: [authenticate, limitWork] as const,
  responses: { ...secretAnswer, ...errorAnswers(429) },
});

const listRoute = createRoute({
  ...common,
  method: "get",
  path: "/v1/webhooks/deliveries",
  operationId: "listWebhookDeliveries",
  summary: "List deliveries",
  description:
    "The deliveries of webhooks of this set of sessions, or of this API key, newest first: those of the last seven days, the newest 1,000 at most, and all that are still pending.",
  middleware: authenticate,
  request: { query: deliveryQuery },
  responses: {
    200: { description: "The deliveries.", content: { "application/json": { schema: deliveryListSchema } } },
    400: errorAnswer(400, "invalid_value"),
    401: errorAnswer(401, "unauthorized"),
    ...errorAnswers(500),
  },
});

const resendRoute = createRoute({
  ...common,
  method: "post",
  path: "/v1/webhooks/deliveries/{id}/resend",
  operationId: "resendWebhookDelivery",
  summary: "Send a delivery again",
  description:
    "Sends it at once, with the same id and body, and tries as often as with a new one. One that is just being sent is left as it is.",
  middleware: [authenticate, limitWork] as const,
  request: { params: deliveryParams },
  responses: {
    200: deliveryAnswer,
    401: errorAnswer(401, "unauthorized"),
    ...errorAnswers(404, 429, 500),
  },
});

const testRoute = createRoute({
  ...common,
  method: "post",
  path: "/v1/webhooks/test",
  operationId: "testWebhook",
  summary: "Send a test delivery",
  description:
    "Sends the event `webhook.test` to an address, the way of every other delivery, and repeats it once after five seconds. What came of it is in the list of deliveries.",
  middleware: [authenticate, limitWork, jsonBody] as const,
  request: { body: { required: true, content: { "application/json": { schema: webhookTestSchema } } } },
  responses: {
    200: deliveryAnswer,
    400: errorAnswer(400, "invalid_json", "invalid_value", "missing_value"),
    401: errorAnswer(401, "unauthorized"),
    ...errorAnswers(413, 415, 429, 500),
  },
});

export const webhooks = createRouter()
  .openapi(secretRoute, async (c) => c.json(await secretsBy(c, "secrets"), 200))
  .openapi(rotateRoute, async (c) => c.json(await secretsBy(c, "rotate"), 200))
  .openapi(listRoute, async (c) => {
    const { limit, after = null, status: state = null } = c.req.valid("query");
    const { readerTags: tags } = c.var.caller;
    const answer = await ownCoordinator(c).webhooks("deliveries", { tags, limit, after, state });
    if (answer.kind === "unknown_cursor") {
      throw new AppError("invalid_value", "after is not the id of one of your deliveries; begin without it.", "after");
    }
    c.header("Cache-Control", "no-store");
    const data = answer.deliveries.map(shown);
    return c.json({ object: "list" as const, data, has_more: answer.hasMore, last_id: data.at(-1)?.id ?? null }, 200);
  })
  .openapi(resendRoute, async (c) => {
    const { readerTags: tags } = c.var.caller;
    const sent = await ownCoordinator(c).webhooks("resend", { tags, id: c.req.valid("param").id });
    if (sent === null) throw new AppError("not_found", "There is no such delivery for this Authorization.");
    c.header("Cache-Control", "no-store");
    return c.json(shown(sent), 200);
  })
  .openapi(testRoute, async (c) => {
    const { owner, readerTags: tags } = c.var.caller;
    const target = targetAt(c, c.req.valid("json").url, "url");
    const sent = await ownCoordinator(c).webhooks("test", { owner, tags, target, secret: await newSecret(c) });
    c.header("Cache-Control", "no-store");
    return c.json(shown(sent), 200);
  });

const ownCoordinator = (c: Context<CallerEnv>) => coordinatorOf(c.env.COORDINATOR, c.var.caller.owner);

async function secretsBy(c: Context<CallerEnv>, kind: "secrets" | "rotate"): Promise<WebhookSecret> {
  const { owner, readerTags: tags } = c.var.caller;
  const sealed = await ownCoordinator(c).webhooks(kind, { owner, tags, secret: await newSecret(c) });
  const opened = await Promise.all(sealed.map((one) => opening(c, one)));
  const [present = null, ...previous] = opened;
  // SECRET_KEY was replaced: what it sealed signs nothing any more.
  if (present === null && kind === "secrets") return secretsBy(c, "rotate");
  if (present === null) throw new AppError("internal", "The secret cannot be read.");
  c.header("Cache-Control", "no-store");
  return {
    object: "webhook.secret",
    secret: present.secret,
    created_at: seconds(present.createdAt),
    previous: previous
      .flatMap((one) => one ?? [])
      .map(({ secret, retiresAt }) => ({ secret, expires_at: seconds(retiresAt ?? 0) })),
  };
}

/** Null for one that no present key opens. */
async function opening(c: Context<CallerEnv>, { sealed, createdAt, retiresAt }: SealedSecret) {
  const secret = await openSecret(c.var.seal, c.var.caller.owner, sealed).catch(() => null);
  return secret === null ? null : { secret, createdAt, retiresAt };
}

const shown = (entry: DeliveryEntry): Delivery => ({
  id: entry.id,
  object: "webhook.delivery",
  type: entry.type,
  data_id: entry.object,
  url: entry.url,
  status: entry.state,
  attempts: entry.attempts,
  created_at: seconds(entry.createdAt),
  last_attempt_at: entry.lastAttemptAt === null ? null : seconds(entry.lastAttemptAt),
  next_attempt_at: entry.nextAttemptAt === null ? null : seconds(entry.nextAttemptAt),
  last_status: entry.lastStatus,
  last_error: entry.lastFault,
});

const seconds = (milliseconds: number): number => Math.floor(milliseconds / 1000);
