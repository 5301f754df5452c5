/** New deliveries, and how long those that have ended are kept. */
import { nanoid } from "nanoid";
import { deliveriesKept, deliveryKeptMs, expirySlackMs, trimEvery } from "#consumer/limits.ts";
import * as deliveries from "./deliveries.ts";

type Sql = DurableObjectStorage["sql"];

/** A test is a subject of its own. */
type Given = Omit<deliveries.NewDelivery, "id" | "subject"> & { subject: string | null };

/** Stores a delivery, due at once. @returns its id: `whd_` and 126 random bits. */
export function addDelivery(sql: Sql, given: Given): string {
  const id = `whd_${nanoid()}`;
  deliveries.insertDelivery(sql, { ...given, id, subject: given.subject ?? id });
  // Counting each time would read the whole log for every new entry.
  if (deliveries.selectNewest(sql) % trimEvery === 0) deliveries.deleteOlder(sql, deliveriesKept);
  return id;
}

/**
 * When to delete the next ones, Unix milliseconds; a little later, so that one alarm deletes many, and the oldest may
 * have been sent again.
 */
export function firstExpiry(sql: Sql, now: number): number | null {
  const oldest = deliveries.selectOldest(sql);
  return oldest === null ? null : Math.max(oldest + deliveryKeptMs, now) + expirySlackMs;
}

export const deleteExpired = (sql: Sql, now: number): void => deliveries.deleteEndedBy(sql, now - deliveryKeptMs);
