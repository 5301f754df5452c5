/** The models as callers read them, of every upstream in one form. */
import { type ArkCloud, arkClouds } from "#shared/ark-key-text.ts";
import { type Ratio, type Resolution, ratios } from "#shared/image-shape.ts";
import { regionIds } from "#shared/region-ids.ts";
import {
  type DescribedModel,
  describedModels,
  findModel,
  type Model,
  modelAliases,
  offerOf,
  type Price,
  type Size,
  sizeOf,
  type UpstreamConfig,
} from "#shared/upstreams/index.ts";
import { maxInputs } from "#shared/wire/limits.ts";
import type { Model as ModelView } from "#shared/wire/models.ts";

/** Every model, those of the sites first. */
export const allModels = (config: UpstreamConfig): ModelView[] => [
  ...config.models.map((model) => ofSite(model, config)),
  ...describedModels().map(ofClouds),
];

/** The model of a public name. A name that both a site and a cloud know means the site's. */
export function modelNamed(name: string, config: UpstreamConfig): ModelView | null {
  const site = findModel(config.models, name);
  if (site !== null) return ofSite(site, config);
  const wanted = name.trim().toLowerCase();
  const found = describedModels().find(({ id, aliases }) =>
    [id, ...aliases].some((one) => one.toLowerCase() === wanted),
  );
  return found === undefined ? null : ofClouds(found);
}

/** OpenAI's list wants a date; the models have none of their own that callers could use. */
const created = 1_700_000_000;

function ofSite(model: Model, { regions }: UpstreamConfig): ModelView {
  const offers = regionIds.flatMap((id) => {
    const offer = offerOf(model, regions[id].cluster);
    return offer === null ? [] : [{ id, offer }];
  });
  const itsRatios = ratios.filter((ratio) => offers.some(({ offer }) => offer.ratios.includes(ratio)));
  const restricted = offers.filter(({ offer }) => offer.ratios.length < itsRatios.length);
  const counts = [...(offers[0]?.offer.counts ?? [])];
  return {
    id: model.id,
    object: "model",
    created,
    owned_by: "dreamina",
    name: model.name,
    aliases: modelAliases(model),
    ratios: itsRatios,
    resolutions: [...model.resolutions],
    sizes: sizesOf(model.resolutions, itsRatios, (resolution, ratio) => sizeOf(model, resolution, ratio)),
    regions: offers.map(({ id }) => id),
    clouds: [],
    ...(restricted.length > 0 && {
      restricted: Object.fromEntries(restricted.map(({ id, offer }) => [id, { ratios: [...offer.ratios] }])),
    }),
    counts,
    max_count: Math.max(...counts),
    default_count: model.defaultCount,
    // This API takes fewer than one of the models does.
    max_inputs: Math.min(model.maxInputs, maxInputs),
    intelligent_ratio: model.intelligentRatio,
    ...(model.creditsPerImage && { credits_per_image: model.creditsPerImage }),
  };
}

function ofClouds({ id, name, aliases, clouds }: DescribedModel): ModelView {
  const itsClouds = arkClouds.filter((cloud) => clouds[cloud] !== undefined);
  const [first] = itsClouds;
  const offer = first && clouds[first]?.offer;
  if (offer === undefined) throw new Error(`no cloud offers ${id}`);
  const prices = itsClouds.flatMap((cloud) => {
    const price = clouds[cloud]?.price ?? null;
    return price === null ? [] : [[cloud, priceOf(price)] as const];
  });
  return {
    id,
    object: "model",
    created,
    owned_by: "bytedance",
    name,
    aliases: [...aliases],
    ratios: [...offer.ratios],
    resolutions: [...offer.resolutions],
    sizes: sizesOf(offer.resolutions, offer.ratios, offer.sizeOf),
    regions: [],
    clouds: itsClouds,
    counts: [...offer.counts],
    max_count: Math.max(...offer.counts),
    default_count: offer.defaultCount,
    max_inputs: Math.min(offer.maxInputs, maxInputs),
    formats: [...offer.formats],
    without_place_for: [...offer.withoutPlaceFor],
    intelligent_ratio: offer.intelligentRatio,
    ...(prices.length > 0 && {
      price_per_image: Object.fromEntries(prices) as Partial<Record<ArkCloud, ReturnType<typeof priceOf>>>,
    }),
  };
}

function sizesOf<R extends Resolution>(
  resolutions: readonly R[],
  itsRatios: readonly Ratio[],
  sizeAt: (resolution: R, ratio: Ratio) => Size,
): Record<string, Record<string, Size>> {
  const byRatio = (resolution: R) => Object.fromEntries(itsRatios.map((ratio) => [ratio, sizeAt(resolution, ratio)]));
  return Object.fromEntries(resolutions.map((resolution) => [resolution, byRatio(resolution)]));
}

function priceOf({ currency, image, larger, input, seen }: Price) {
  const notes = [
    ...(larger === null ? [] : [`${larger.image} above ${larger.above.toLocaleString("en-US")} pixels`]),
    ...(input === null
      ? []
      : [`${input.each} for each reference image${input.free > 0 ? ` after ${input.free}` : ""}`]),
  ];
  return { currency, amount: image, seen, ...(notes.length > 0 && { note: notes.join("; ") }) };
}
