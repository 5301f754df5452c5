/**
 * What the accounts of one cluster can have of a model. Requests are checked against it, models are listed by it and
 * drafts are made from it, so that accepted and sent values cannot differ. Pure.
 */
import type { Model } from "./models.ts";
import type { Cluster } from "./region.ts";
import { type Ratio, type Resolution, ratios, type Size, sizeTables } from "./sizes.ts";

export type Offer = {
  /** The model's key there. */
  key: string;
  resolutions: readonly Resolution[];
  ratios: readonly Ratio[];
  /** Values `n` may have; without count control, those up to what comes anyway. */
  counts: readonly number[];
  /** Whether the number wanted is sent. */
  sendsCount: boolean;
  defaultCount: number;
  maxInputs: number;
  intelligentRatio: boolean;
  /** The resolution the draft names, whatever was asked; null: the one that was asked. */
  resolutionType: Resolution | null;
};

/** @returns null when the cluster does not have the model. */
export function offerOf(model: Model, cluster: Cluster): Offer | null {
  const key = model.keys[cluster];
  if (key === undefined) return null;
  const forced = model.forced?.[cluster];
  return {
    key,
    resolutions: model.resolutions,
    ratios: forced?.ratios ?? ratios,
    counts: model.counts ?? Array.from({ length: model.defaultCount }, (_, index) => index + 1),
    sendsCount: model.counts !== null,
    defaultCount: model.defaultCount,
    maxInputs: model.maxInputs,
    intelligentRatio: model.intelligentRatio,
    resolutionType: forced?.resolutionType ?? null,
  };
}

export const sizeOf = (model: Model, resolution: Resolution, ratio: Ratio): Size =>
  sizeTables[model.sizeTable][resolution][ratio];

/** The resolution of a request that names none: 2k where there is one, else the best there is below it, else any. */
export function defaultResolution({ resolutions }: Pick<Offer, "resolutions">): Resolution {
  const best = (["2k", "1.5k", "1k", "4k"] as const).find((resolution) => resolutions.includes(resolution));
  if (best === undefined) throw new Error("a model without a resolution");
  return best;
}
