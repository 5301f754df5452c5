/**
 * The models that the active sessions offer, the values that the chosen model accepts there, and a draft fitted to
 * them, so that the server does not refuse it. Pure.
 */

import type { RegionId } from "#shared/region-ids.ts";
import type { Model, Pixels } from "#shared/wire/models.ts";
import { maxCount, maxReferenceImages } from "#web/limits.ts";
import type { Draft } from "./draft.ts";

export type Offers = {
  models: Model[];
  /** The draft's model, or the default. null: the list has not arrived. */
  model: Model | null;
  ratios: { ratio: string; pixels: Pixels | null }[];
  resolutions: string[];
  counts: number[];
  count: number;
  maxImages: number;
  /** From the last known price; null without one. */
  estimatedCredits: number | null;
};

/** A draft fitted to the offers. */
export type Fitting = { offers: Offers; draft: Draft };

/** @param regions of the active sessions; null: unknown, so every model is offered. */
export function fitDraft(draft: Draft, all: readonly Model[], regions: readonly RegionId[] | null): Fitting {
  const models = all.filter((model) => regions === null || model.regions.some((region) => regions.includes(region)));
  const offered = models.length > 0 ? models : [...all];
  const model =
    offered.find(({ id }) => id === draft.model) ?? offered.find(({ id }) => id === defaultModel) ?? offered[0];
  if (model === undefined) return { offers: beforeFirstList(draft), draft };

  const resolution = nearestIn(model.resolutions, draft.resolution);
  const names = ratiosOf(model, regions);
  const ratio = names.includes(draft.ratio) ? draft.ratio : (names[0] ?? draft.ratio);
  const count = draft.count !== null && model.counts.includes(draft.count) ? draft.count : null;
  const images = draft.images.slice(0, model.max_inputs);
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
  return { offers, draft: { ...draft, model: model.id, ratio, resolution, count, images } };
}

const defaultModel = "dreamina-4.5";
const commonRatios = ["1:1", "4:3", "3:4", "16:9", "9:16", "3:2", "2:3", "21:9"];

/** Before the first list has arrived: common values; the draft is sent as it is. */
const beforeFirstList = (draft: Draft): Offers => ({
  models: [],
  model: null,
  ratios: commonRatios.map((ratio) => ({ ratio, pixels: null })),
  resolutions: ["1k", "2k", "4k"],
  counts: Array.from({ length: maxCount }, (_, index) => index + 1),
  count: draft.count ?? defaultCount,
  maxImages: maxReferenceImages,
  estimatedCredits: null,
});
const defaultCount = 4;

/** A ratio is offered when one active region has it: the server gives the task to a session of that region. */
function ratiosOf(model: Model, regions: readonly RegionId[] | null): string[] {
  const homes = model.regions.filter((region) => regions === null || regions.includes(region));
  const having = homes.length > 0 ? homes : model.regions;
  return model.ratios.filter((ratio) =>
    having.some((region) => model.restricted?.[region]?.ratios.includes(ratio) ?? true),
  );
}

/** The draft's resolution, or the first of 2k, 1.5k, 1k, 4k that the model has: the API's own order. */
function nearestIn(resolutions: readonly string[], wished: string): string {
  const order = [wished, "2k", "1.5k", "1k", "4k"];
  return order.find((resolution) => resolutions.includes(resolution)) ?? resolutions[0] ?? wished;
}
