/**
 * The models that the active sessions and keys offer, the values that the chosen model accepts there, and a draft fitted
 * to them, so that the server does not refuse it. Pure.
 */

import type { Model, Pixels } from "#shared/wire/models.ts";
import { maxReferenceImages } from "#web/limits.ts";
import { type Cost, costOf } from "./cost.ts";
import type { Draft } from "./draft.ts";
import type { Places } from "./sessions.ts";

export type Offers = {
  models: Model[];
  /** The draft's model, or the default. null: the list has not arrived. */
  model: Model | null;
  ratios: { ratio: string; pixels: Pixels | null }[];
  resolutions: string[];
  counts: number[];
  count: number;
  maxImages: number;
  /** Fields that the model refuses. */
  withoutPlaceFor: readonly string[];
  cost: Cost | null;
};

/** A draft fitted to the offers. */
export type Fitting = { offers: Offers; draft: Draft };

/** @param places of the active sessions and keys; null: unknown, so every model is offered. */
export function fitDraft(draft: Draft, all: readonly Model[], places: Places | null): Fitting {
  const models = all.filter((model) => places === null || isOffered(model, places));
  const offered = models.length > 0 ? models : [...all];
  const wanted = [draft.model, ...defaultModels];
  const model = wanted.flatMap((name) => offered.find(({ id }) => id === name) ?? [])[0] ?? offered[0];
  if (model === undefined) return { offers: beforeFirstList(draft), draft };

  const resolution = nearestIn(model.resolutions, draft.resolution);
  const names = ratiosOf(model, places);
  const ratio = names.includes(draft.ratio) ? draft.ratio : (names[0] ?? draft.ratio);
  const count = draft.count !== null && model.counts.includes(draft.count) ? draft.count : null;
  const images = draft.images.slice(0, model.max_inputs);
  const made = count ?? model.default_count;
  const offers: Offers = {
    models: offered,
    model,
    ratios: names.map((name) => ({ ratio: name, pixels: model.sizes[resolution]?.[name] ?? null })),
    resolutions: model.resolutions,
    counts: model.counts,
    count: made,
    maxImages: model.max_inputs,
    withoutPlaceFor: model.without_place_for ?? [],
    cost: costOf(model, resolution, made, places),
  };
  return { offers, draft: withoutRefused({ ...draft, model: model.id, ratio, resolution, count, images }, model) };
}

const isOffered = ({ regions, clouds }: Model, places: Places): boolean =>
  regions.some((region) => places.regions.includes(region)) || clouds.some((cloud) => places.clouds.includes(cloud));

/** Without the values that the model has no place for. */
function withoutRefused(draft: Draft, { without_place_for: refused = [] }: Model): Draft {
  return {
    ...draft,
    ...(refused.includes("seed") && { seed: null }),
    ...(refused.includes("negative_prompt") && { negativePrompt: "" }),
    ...(refused.includes("sample_strength") && { strength: null }),
  };
}

/** The API's own: of the sites, then of the clouds. */
const defaultModels = ["dreamina-4.5", "seedream-4.5", "seedream-5.0-flash"];
const commonRatios = ["1:1", "4:3", "3:4", "16:9", "9:16", "3:2", "2:3", "21:9"];

/** Before the first list has arrived: common values; the draft is sent as it is. */
const beforeFirstList = (draft: Draft): Offers => ({
  models: [],
  model: null,
  ratios: commonRatios.map((ratio) => ({ ratio, pixels: null })),
  resolutions: ["1k", "2k", "4k"],
  counts: [1, 2, 3, 4, 5, 6, 7, 8],
  count: draft.count ?? defaultCount,
  maxImages: maxReferenceImages,
  withoutPlaceFor: [],
  cost: null,
});
const defaultCount = 4;

/** A ratio is offered when one active region has it: the server gives the task to a session of that region. */
function ratiosOf(model: Model, places: Places | null): string[] {
  const homes = model.regions.filter((region) => places === null || places.regions.includes(region));
  const having = homes.length > 0 ? homes : model.regions;
  const isAnywhere = (ratio: string) =>
    having.some((region) => model.restricted?.[region]?.ratios.includes(ratio) ?? true);
  return having.length === 0 ? model.ratios : model.ratios.filter(isAnywhere);
}

/** The draft's resolution, or the first of 2k, 1.5k, 1k, 3k, 4k that the model has: the API's own order. */
function nearestIn(resolutions: readonly string[], wished: string): string {
  const order = [wished, "2k", "1.5k", "1k", "3k", "4k"];
  return order.find((resolution) => resolutions.includes(resolution)) ?? resolutions[0] ?? wished;
}
