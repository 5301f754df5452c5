/** Model names of the sites, with a ratio and a resolution at their end. Pure. */
import { readSuffixedName, type SuffixedName } from "#shared/upstreams/suffixed-name.ts";
import { findModel, type Model } from "./models.ts";
import { type SiteResolution, siteResolutions } from "./sizes.ts";

export type ModelName = SuffixedName<Model, SiteResolution>;

export const readModelName = (models: readonly Model[], name: string): ModelName | null =>
  readSuffixedName(name, siteResolutions, (rest) => findModel(models, rest));
