/**
 * The values a model offers on one cluster. Requests are checked against it, models are listed and drafts are made from
 * it, so that accepted and sent values cannot differ. Pure.
 */
import { type Ratio, ratios } from "#shared/image-shape.ts";
import type { Size } from "#shared/upstreams/offer.ts";
import type { Model } from "./models.ts";
import type { Cluster } from "./region.ts";
import { type SiteResolution, sizeTables } from "./sizes.ts";

export type Offer = {
  /** The model's key on the cluster. */
  key: string;
  resolutions: readonly SiteResolution[];
  ratios: readonly Ratio[];
  /** Allowed values of `n`; for a model without `gen_count`, up to its default count. */
  counts: readonly number[];
  /** Whether the draft has the number of images. */
  sendsCount: boolean;
  defaultCount: number;
  maxInputs: number;
  intelligentRatio: boolean;
  /** The resolution in the draft, whatever was requested; null: the requested one. */
  resolutionType: SiteResolution | null;
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

export const sizeOf = (model: Model, resolution: SiteResolution, ratio: Ratio): Size =>
  sizeTables[model.sizeTable][resolution][ratio];

/** The resolution of a request without one: 2k, or the highest below it, or 4k. */
export function defaultResolution({ resolutions }: Pick<Offer, "resolutions">): SiteResolution {
  const best = (["2k", "1.5k", "1k", "4k"] as const).find((resolution) => resolutions.includes(resolution));
  if (best === undefined) throw new Error("a model without a resolution");
  return best;
}
