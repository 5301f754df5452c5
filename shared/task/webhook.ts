/** Webhooks as they are passed to a coordinator, stored there, and handed out to be delivered. Pure. */

export const webhookEvents = [
  "task.completed",
  "task.failed",
  "task.progress",
  "batch.completed",
  "batch.paused",
  "batch.progress",
] as const;
export type WebhookEvent = (typeof webhookEvents)[number];
export type BatchEvent = Extract<WebhookEvent, `batch.${string}`>;

/** Without `events`. */
export const defaultEvents: Record<"task" | "batch", WebhookEvent[]> = {
  task: ["task.completed", "task.failed"],
  batch: ["batch.completed", "batch.paused"],
};

/** Where events go, and the address of this API, for links and against calls to itself. */
export type WebhookTarget = {
  url: string;
  /** Origin of the API, as the caller used it. */
  origin: string;
  /** PUBLIC_IMAGE_BASE_URL. */
  publicImages: string | null;
};

export type Webhook = WebhookTarget & {
  events: WebhookEvent[];
  /** A new secret, sealed: it becomes the reader's when the reader has none. */
  secret: string;
};

/** For whom: callers with the same tags share a secret and a log. */
export type WebhookReader = { owner: string; tags: string[] };

/** A secret, sealed. Moments are Unix milliseconds. `retiresAt`: until when it still signs; null: the present one. */
export type SealedSecret = { sealed: string; createdAt: number; retiresAt: number | null };

export const deliveryStates = ["pending", "delivered", "failed", "gone"] as const;
export type DeliveryState = (typeof deliveryStates)[number];

export type DeliveryType = WebhookEvent | "webhook.test";

export const deliveryFaults = [
  "unreachable", // no answer, or a broken one
  "timeout",
  "forbidden", // the address may not be called
  "secret", // no secret could be opened
  "unreported", // handed out for the last time, and never reported
] as const;
export type DeliveryFault = (typeof deliveryFaults)[number];

/** A delivery, as the log shows it. Moments are Unix milliseconds. */
export type DeliveryEntry = {
  id: string;
  type: DeliveryType;
  /** Id of the task or batch that it tells about; null for a test. */
  object: string | null;
  url: string;
  state: DeliveryState;
  attempts: number;
  createdAt: number;
  lastAttemptAt: number | null;
  /** Null: none follows. */
  nextAttemptAt: number | null;
  /** HTTP status of the last answer; null without one. */
  lastStatus: number | null;
  lastFault: DeliveryFault | null;
};

/** A delivery that is handed out: to be sent once, and reported before its lease ends. */
export type LeasedDelivery = {
  id: string;
  /** Number of the attempt, from 1. */
  attempt: number;
  type: DeliveryType;
  url: string;
  origin: string;
  body: string;
  /** Sealed, the newest first. */
  secrets: string[];
};

export type DeliveryReport = Pick<LeasedDelivery, "id" | "attempt"> & {
  /** HTTP status of the answer; null without one. */
  status: number | null;
  fault: DeliveryFault | null;
};

export type DeliveryQuery = { tags: string[]; limit: number; after: string | null; state: DeliveryState | null };

/** What the coordinator does about webhooks beside tasks: the argument and the answer of each call. */
export type WebhookCalls = {
  /** The reader's secrets, the newest first. Stores the given one when the reader has none. */
  secrets: { given: WebhookReader & { secret: string }; answer: SealedSecret[] };
  /** Replaces the secret by the given one; the former signs beside it for a day. */
  rotate: { given: WebhookReader & { secret: string }; answer: SealedSecret[] };
  /** A page of the log, the newest first. */
  deliveries: {
    given: DeliveryQuery;
    answer: { kind: "page"; deliveries: DeliveryEntry[]; hasMore: boolean } | { kind: "unknown_cursor" };
  };
  /** Sends a delivery again, at once. Null: the reader has no such delivery. */
  resend: { given: { tags: string[]; id: string }; answer: DeliveryEntry | null };
  /** Sends a test event. */
  test: { given: WebhookReader & { target: WebhookTarget; secret: string }; answer: DeliveryEntry };
  /** What came of deliveries that were handed out. */
  report: { given: DeliveryReport[]; answer: null };
};
