/** Webhooks: the field of a submit, and the secret, the log and the tests beside it. Pure. */
import * as z from "zod";
import { deliveryFaults, deliveryStates, webhookEvents } from "#shared/task/webhook.ts";
import { defaultListed, maxListed, maxWebhookUrlCharacters } from "./limits.ts";
import { pageLimit } from "./paging.ts";

const moment = (what: string) => z.int().meta({ description: `${what}, Unix seconds.`, example: 1706000000 });

const url = z.string().trim().min(1).max(maxWebhookUrlCharacters).meta({
  description: "A public http or https address. Redirects are not followed.",
  example: "https://example.com/hooks/images",
});

/** The field of a submit, and of a batch. */
export const webhookSchema = z
  .object({
    url,
    events: z
      .array(z.enum(webhookEvents))
      .min(1)
      .nullish()
      .meta({
        description:
          "What to be told about. Default: `task.completed` and `task.failed` of a task, `batch.completed` and `batch.paused` of a batch. Progress is told once a second at most.",
        example: ["task.completed", "task.failed"],
      }),
  })
  .meta({ id: "Webhook", description: "Whom to tell about a task or a batch, signed by Standard Webhooks." });

export type WebhookField = z.infer<typeof webhookSchema>;

/** The body of a test. */
export const webhookTestSchema = z.object({ url }).meta({ id: "WebhookTest" });

const secret = z.string().meta({
  description: "`whsec_` and 32 random bytes as base64, as the libraries of Standard Webhooks take it.",
  example: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw3m9Jv0c6XyE=",
});

export const webhookSecretSchema = z
  .object({
    object: z.literal("webhook.secret").meta({ description: "What this is." }),
    secret,
    created_at: moment("When it was made"),
    previous: z
      .array(z.object({ secret, expires_at: moment("Until when it signs, too") }))
      .meta({ description: "Secrets that were replaced within the last day; each signs beside the present one." }),
  })
  .meta({ id: "WebhookSecret" });

export type WebhookSecret = z.infer<typeof webhookSecretSchema>;

export const deliverySchema = z
  .object({
    id: z.string().meta({
      description: "The delivery's id, which its receiver sees as `webhook-id`.",
      example: "whd_V1StGXR8_Z5jdHi6B-myT",
    }),
    object: z.literal("webhook.delivery").meta({ description: "What this is." }),
    type: z.enum([...webhookEvents, "webhook.test"]).meta({ description: "The event." }),
    data_id: z.string().nullable().meta({ description: "The task or batch that it tells about; null for a test." }),
    url: z.string().meta({ description: "Where it goes." }),
    status: z.enum(deliveryStates).meta({
      description:
        "`pending`: not delivered yet. `delivered`: the receiver answered 2xx. `failed`: no attempt is left. `gone`: the receiver answered 410, and gets nothing more about this task or batch.",
    }),
    attempts: z.int().meta({ description: "How often it was sent." }),
    created_at: moment("When the event happened"),
    last_attempt_at: moment("When it was sent last").nullable(),
    next_attempt_at: moment("When it is sent next, at the earliest").nullable(),
    last_status: z.int().nullable().meta({ description: "HTTP status of the last answer; null without one." }),
    last_error: z.enum(deliveryFaults).nullable().meta({
      description:
        "Why the last attempt got no answer. `unreachable`, `timeout`: from the receiver. `forbidden`: the address may not be called. `secret`: this server cannot read the secret. `unreported`: the attempt was lost here.",
    }),
  })
  .meta({ id: "WebhookDelivery" });

export type Delivery = z.infer<typeof deliverySchema>;

export const deliveryQuery = z.object({
  limit: pageLimit(maxListed, defaultListed),
  after: z.string().optional().meta({
    description: "Id of the delivery after which to go on: `last_id` of the page before.",
    example: "whd_V1StGXR8_Z5jdHi6B-myT",
  }),
  status: z.enum(deliveryStates).optional().meta({ description: "Only deliveries that are so.", example: "failed" }),
});

export const deliveryListSchema = z
  .object({
    object: z.literal("list").meta({ description: "What this is." }),
    data: z.array(deliverySchema).meta({ description: "The deliveries, newest first." }),
    has_more: z.boolean().meta({ description: "Whether there are older ones." }),
    last_id: z
      .string()
      .nullable()
      .meta({ description: "Send it as `after` for the next page; null when the list is empty." }),
  })
  .meta({ id: "WebhookDeliveryList" });

export const deliveryParams = z.object({
  id: z.string().meta({ description: "The delivery's id.", example: "whd_V1StGXR8_Z5jdHi6B-myT" }),
});
