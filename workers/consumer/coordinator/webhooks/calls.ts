/** What the API asks of webhooks beside tasks and batches: secrets, the log of deliveries, tests, reports. */
import { readerTagOf } from "#consumer/coordinator/listing.ts";
import type { DeliveryEntry, WebhookCalls } from "#shared/task/webhook.ts";
import { testBody } from "./bodies.ts";
import { restartDelivery, selectEntries, selectEntry } from "./deliveries.ts";
import { addDelivery } from "./delivery-log.ts";
import { recordAttempt } from "./outcomes.ts";
import { ensureSecret, rotateSecret } from "./secrets.ts";

type Answers = {
  [K in keyof WebhookCalls]: (given: WebhookCalls[K]["given"], now: number) => WebhookCalls[K]["answer"];
};

/** Calls of a coordinator with the tables of webhooks. */
export const answersFrom = (sql: DurableObjectStorage["sql"]): Answers => ({
  secrets: ({ tags, owner, secret }, now) =>
    ensureSecret(sql, { reader: readerTagOf(tags), owner, sealed: secret, now }),
  rotate: ({ tags, owner, secret }, now) =>
    rotateSecret(sql, { reader: readerTagOf(tags), owner, sealed: secret, now }),
  deliveries({ tags, limit, after, state }) {
    const entries = selectEntries(sql, readerTagOf(tags), { limit: limit + 1, after, state });
    if (entries === null) return { kind: "unknown_cursor" };
    return { kind: "page", deliveries: entries.slice(0, limit), hasMore: entries.length > limit };
  },
  resend({ tags, id }, now) {
    const reader = readerTagOf(tags);
    if (selectEntry(sql, reader, id) === null) return null;
    restartDelivery(sql, id, now);
    return selectEntry(sql, reader, id);
  },
  test({ tags, owner, target: { url, origin }, secret }, now) {
    const reader = readerTagOf(tags);
    ensureSecret(sql, { reader, owner, sealed: secret, now });
    const type = "webhook.test";
    const body = testBody(now);
    const id = addDelivery(sql, { reader, subject: null, object: null, type, url, origin, body, createdAt: now });
    return selectEntry(sql, reader, id) as DeliveryEntry;
  },
  report(reports, now) {
    for (const report of reports) recordAttempt(sql, report, now);
    return null;
  },
});

/** The same of a coordinator without: there is nothing to read. */
export const emptyAnswers = {
  deliveries: ({ after }: WebhookCalls["deliveries"]["given"]): WebhookCalls["deliveries"]["answer"] =>
    after === null ? { kind: "page", deliveries: [], hasMore: false } : { kind: "unknown_cursor" },
  resend: () => null,
  report: () => null,
};
