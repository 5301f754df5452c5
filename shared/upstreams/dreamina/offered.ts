/** The models of the sites in the form of every upstream's offers. Pure. */
import { defaultModelId } from "#shared/default-model.ts";
import type { Credential } from "#shared/upstreams/credential.ts";
import type { NamedOffer, Offer } from "#shared/upstreams/offer.ts";
import { readModelName } from "./model-name.ts";
import type { Model } from "./models.ts";
import { offerOf, sizeOf } from "./offer.ts";
import type { Region } from "./region.ts";
import { sessionOf } from "./session.ts";
import type { SiteResolution } from "./sizes.ts";
import type { UpstreamConfig } from "./upstream-config.ts";

/** @param name null: the default model. @returns null when the session's site has no model of this name. */
export function siteOffer(name: string | null, credential: Credential, config: UpstreamConfig): NamedOffer | null {
  const named = readModelName(config.models, name ?? defaultModelId);
  if (named === null) return null;
  const offer = offerAt(named.model, config.regions[sessionOf(credential).region]);
  return offer && { offer, ratio: named.ratio, resolution: named.resolution };
}

/** Ids of the models that the session's site has. */
export function siteModels(credential: Credential, config: UpstreamConfig): string[] {
  const region = config.regions[sessionOf(credential).region];
  return config.models.filter((model) => offerOf(model, region.cluster) !== null).map(({ id }) => id);
}

function offerAt(model: Model, { cluster, pictureFormat }: Region): Offer | null {
  const offer = offerOf(model, cluster);
  if (offer === null) return null;
  return {
    model: model.id,
    resolutions: offer.resolutions,
    ratios: offer.ratios,
    // Only resolutions of the offer are asked for, and the sites have no others.
    sizeOf: (resolution, ratio) => sizeOf(model, resolution as SiteResolution, ratio),
    pixels: null,
    counts: offer.counts,
    sendsCount: offer.sendsCount,
    defaultCount: offer.defaultCount,
    maxInputs: offer.maxInputs,
    maxInputBytes: null,
    maxTogether: null,
    intelligentRatio: offer.intelligentRatio,
    formats: [pictureFormat],
    sendsFormat: false,
    withoutPlaceFor: [],
    runs: "job",
    creditsPerImage: (resolution) => model.creditsPerImage?.[resolution as SiteResolution] ?? null,
  };
}
