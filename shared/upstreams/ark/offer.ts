/** The values that an Ark model offers on one cloud, in the form of every upstream. Pure. */
import { type ArkCloud, arkClouds } from "#shared/ark-key-text.ts";
import { ratios } from "#shared/image-shape.ts";
import type { Credential } from "#shared/upstreams/credential.ts";
import type { NamedOffer, Offer } from "#shared/upstreams/offer.ts";
import { cloudOf } from "./key.ts";
import { maxInputBytes, maxInputsAndImages } from "./limits.ts";
import { type FoundModel, findOnCloud, readModelName } from "./model-name.ts";
import { type ArkModel, aliasesOf, arkModels, type Price } from "./models.ts";
import { sizeIn } from "./sizes.ts";

/** Images of one task. Groups could make 15, fewer with reference images; ten is the most of other models. */
const counts = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10] as const;
/** Of the longer side to the shorter one, for every model (documents of both clouds, 2026-10). */
const maxQuotient = 16;

/** @param name null: the default model. @returns null where the cloud has no such model. */
export function offerFor(name: string | null, cloud: ArkCloud): NamedOffer | null {
  const read = readModelName(name, cloud);
  return read && { offer: offerOf(read.model), ratio: read.ratio, resolution: read.resolution };
}

/** Public ids of the models that a cloud offers, newest first. */
export const offeredModels = (cloud: ArkCloud): string[] =>
  arkModels.filter((model) => model.clouds[cloud]?.withdrawn === null).map(({ id }) => id);

/** The model of a name as a key can use it. @param name null: the default model. */
export const keyOffer = (name: string | null, key: Credential): NamedOffer | null => offerFor(name, cloudOf(key));

/** Public ids of the models that a key can use. */
export const keyModels = (key: Credential): string[] => offeredModels(cloudOf(key));

export type DescribedModel = {
  id: string;
  name: string;
  aliases: string[];
  /** For each cloud that offers it. */
  clouds: Partial<Record<ArkCloud, { id: string; offer: Offer; price: Price | null }>>;
};

/** Every model that any cloud offers, for a list of models. */
export const describedModels = (): DescribedModel[] => arkModels.map(described);

function described(model: ArkModel): DescribedModel {
  const clouds = arkClouds.flatMap((cloud) => {
    const found = findOnCloud(model.id, cloud);
    if (found === null) return [];
    return [[cloud, { id: found.cloudId, offer: offerOf(found), price: model.prices[cloud] ?? null }] as const];
  });
  return { id: model.id, name: model.name, aliases: aliasesOf(model), clouds: Object.fromEntries(clouds) };
}

function offerOf({ model, traits }: FoundModel): Offer {
  return {
    model,
    resolutions: traits.tiers,
    ratios,
    sizeOf: (resolution, ratio) => sizeIn(traits.sizeTable, resolution, ratio),
    pixels: { ...traits.pixels, maxQuotient },
    counts,
    sendsCount: true,
    defaultCount: 1,
    maxInputs: traits.maxInputs,
    maxInputBytes,
    maxTogether: traits.kind === "group" ? maxInputsAndImages : null,
    // A tier alone lets the model choose.
    intelligentRatio: true,
    formats: traits.formats,
    sendsFormat: traits.takesFormat,
    withoutPlaceFor: traits.takesSeed
      ? ["negative_prompt", "sample_strength"]
      : ["seed", "negative_prompt", "sample_strength"],
    runs: traits.kind === "group" ? "call-all" : "call-each",
    creditsPerImage: () => null,
  };
}
