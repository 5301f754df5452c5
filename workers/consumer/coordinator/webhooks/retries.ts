/** When a delivery that failed is tried again. Pure. */
import type { DeliveryType } from "#shared/task/webhook.ts";

/** Pauses before each attempt, in seconds: the schedule that Standard Webhooks advises. */
const pauses = [0, 5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400];

/** Progress is soon replaced by newer progress, and the result of a test is watched: both are repeated once. */
const isBrief = (type: DeliveryType): boolean => type.endsWith(".progress") || type === "webhook.test";

export const attemptsOf = (type: DeliveryType): number => (isBrief(type) ? 2 : pauses.length);

/** Spread by this share, so that deliveries that failed together do not come together again. */
const spread = 0.1;

/**
 * Milliseconds until the next attempt; null: none follows.
 * @param attempts how many failed.
 * @param chance 0 to 1.
 */
export function pauseAfter(type: DeliveryType, attempts: number, chance: number): number | null {
  const seconds = pauses[attempts];
  return seconds === undefined || attempts >= attemptsOf(type)
    ? null
    : Math.round(seconds * (1 + spread * chance) * 1000);
}
