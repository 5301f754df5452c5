/** New deliveries, and how long those that have ended are kept. */
import { nanoid } from "nanoid";
import { deliveriesKept, deliveryKeptMs, expirySlackMs, trimEvery } from "#consumer/limits.ts";
import * as deliveries from "./deliveries.ts";

type Sql = DurableObjectStorage["sql"];

/** Stores a delivery, due at once. @returns its id: `whd_` and 126 random bits. */
export function addDelivery(sql: Sql, given: Omit<deliveries.NewDelivery, "id">): string {
  const id = `whd_${nanoid()}`;
  deliveries.insertDelivery(sql, { id, ...given });
  // Counting each time would read the whole log for every new entry.
  if (deliveries.selectNewest(sql) % trimEvery === 0) deliveries.deleteOlder(sql, given.reader, deliveriesKept);
  return id;
}

/** When to delete the next ones, Unix milliseconds; a little later, so that one alarm deletes many. */
export function firstExpiry(sql: Sql): number | null {
  const oldest = deliveries.selectOldestEnded(sql);
  return oldest === null ? null : oldest + deliveryKeptMs + expirySlackMs;
}

export const deleteExpired = (sql: Sql, now: number): void => deliveries.deleteEndedBy(sql, now - deliveryKeptMs);
