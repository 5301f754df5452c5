/** What an image of the sites costs. Pure. */
import type { SiteResolution } from "./sizes.ts";
import type { UpstreamConfig } from "./upstream-config.ts";

/** Credits of one image by the last price seen, an estimate; null: unknown. @param model its public id. */
export const creditsOf = (
  { model, resolution }: { model: string; resolution: string },
  { models }: Pick<UpstreamConfig, "models">,
): number | null => models.find(({ id }) => id === model)?.creditsPerImage?.[resolution as SiteResolution] ?? null;
