/**
 * What can be had: of the models, those that some active session has; of the chosen model, what it takes there. And a
 * draft made to fit, so that nothing is sent that would be refused. Pure.
 */

import type { RegionId } from "#shared/region-ids.ts";
import type { Model, Pixels } from "#shared/wire/models.ts";
import { maxCount, maxReferenceImages } from "#web/limits.ts";
import type { Draft } from "./draft.ts";

export type Offers = {
  models: Model[];
  /** The model that is used: the wished one, or the default. null: the list has not arrived. */
  model: Model | null;
  ratios: { ratio: string; pixels: Pixels | null }[];
  resolutions: string[];
  counts: number[];
  count: number;
  maxImages: number;
  /** By the last price seen; null where none was. */
  estimatedCredits: number | null;
};

/** The wishes, as far as they can be fulfilled. */
export type Fitting = { offers: Offers; draft: Draft };

/** @param regions of the active sessions; null: not known, so everything is offered. */
export function fitDraft(wishes: Draft, all: readonly Model[], regions: readonly RegionId[] | null): Fitting {
  const models = all.filter((model) => regions === null || model.regions.some((region) => regions.includes(region)));
  const offered = models.length > 0 ? models : [...all];
  const model = offered.find(({ id }) => id === wishes.model) ?? offered.find(({ id }) => id === usual) ?? offered[0];
  if (model === undefined) return { offers: nothingKnown(wishes), draft: wishes };

  const resolution = nearestIn(model.resolutions, wishes.resolution);
  const names = ratiosOf(model, regions);
  const ratio = names.includes(wishes.ratio) ? wishes.ratio : (names[0] ?? wishes.ratio);
  const count = wishes.count !== null && model.counts.includes(wishes.count) ? wishes.count : null;
  const images = wishes.images.slice(0, model.max_inputs);
  const price = model.credits_per_image?.[resolution];
  const wanted = count ?? model.default_count;
  const offers: Offers = {
    models: offered,
    model,
    ratios: names.map((name) => ({ ratio: name, pixels: model.sizes[resolution]?.[name] ?? null })),
    resolutions: model.resolutions,
    counts: model.counts,
    count: wanted,
    maxImages: model.max_inputs,
    estimatedCredits: price === undefined ? null : price * wanted,
  };
  return { offers, draft: { ...wishes, model: model.id, ratio, resolution, count, images } };
}

const usual = "dreamina-4.5";
const commonRatios = ["1:1", "4:3", "3:4", "16:9", "9:16", "3:2", "2:3", "21:9"];

/** Before the first list has arrived: what every server has, taken at its word. */
const nothingKnown = (wishes: Draft): Offers => ({
  models: [],
  model: null,
  ratios: commonRatios.map((ratio) => ({ ratio, pixels: null })),
  resolutions: ["1k", "2k", "4k"],
  counts: Array.from({ length: maxCount }, (_, index) => index + 1),
  count: wishes.count ?? usualCount,
  maxImages: maxReferenceImages,
  estimatedCredits: null,
});
const usualCount = 4;

/** One session that can is enough: the server gives the task to it. */
function ratiosOf(model: Model, regions: readonly RegionId[] | null): string[] {
  const homes = model.regions.filter((region) => regions === null || regions.includes(region));
  const having = homes.length > 0 ? homes : model.regions;
  return model.ratios.filter((ratio) =>
    having.some((region) => model.restricted?.[region]?.ratios.includes(ratio) ?? true),
  );
}

/** The wished one, or 2k, or the best below it, or what there is: the API's own order. */
function nearestIn(resolutions: readonly string[], wished: string): string {
  const order = [wished, "2k", "1.5k", "1k", "4k"];
  return order.find((resolution) => resolutions.includes(resolution)) ?? resolutions[0] ?? wished;
}
