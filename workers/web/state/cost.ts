/** What images cost: credits with a session, money with a key of a cloud. Pure. */
import type { Model } from "#shared/wire/models.ts";
import type { Places } from "./sessions.ts";

export type Price = { currency: string; amount: number };

export type Cost =
  /** Estimated for all images, from the last known price. */
  | { kind: "credits"; total: number }
  /** For each image, by cloud. Empty: unknown. `isLeast`: some images cost more. */
  | { kind: "money"; each: Price[]; isLeast: boolean };

/** @returns null when the credits are unknown. */
export function costOf(model: Model, resolution: string, count: number, places: Places | null): Cost | null {
  const isOfSite = model.regions.some((region) => places === null || places.regions.includes(region));
  if (isOfSite || model.clouds.length === 0) {
    const credits = model.credits_per_image?.[resolution];
    return credits === undefined ? null : { kind: "credits", total: credits * count };
  }
  const homes = model.clouds.filter((cloud) => places?.clouds.includes(cloud) ?? true);
  const prices = homes.flatMap((cloud) => model.price_per_image?.[cloud] ?? []);
  const distinct = new Map(prices.map(({ currency, amount }) => [`${currency} ${amount}`, { currency, amount }]));
  return { kind: "money", each: [...distinct.values()], isLeast: prices.some(({ note }) => note !== undefined) };
}
