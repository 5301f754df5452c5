/**
 * Model names with a ratio and a resolution at their end, for gateways that drop the fields they do not know:
 * `dreamina-4.5-16x9-4k`. Pure.
 */

import { type Ratio, type Resolution, ratios, resolutions } from "#shared/image-shape.ts";
import { findModel, type Model } from "./models.ts";

export type ModelName = { model: Model; ratio: Ratio | null; resolution: Resolution | null };

/** The whole name comes first: it may end like a suffix. */
export function readModelName(models: readonly Model[], name: string): ModelName | null {
  let rest = name.trim();
  let ratio: Ratio | null = null;
  let resolution: Resolution | null = null;
  for (;;) {
    const model = findModel(models, rest);
    if (model !== null) return { model, ratio, resolution };
    const [, before = "", ending = ""] = /^(.+)-([^-]+)$/.exec(rest) ?? [];
    const endsAs = ending.toLowerCase();
    const namedRatio = ratios.find((one) => one.replace(":", "x") === endsAs);
    const namedResolution = resolutions.find((one) => one === endsAs);
    // Each of the two once, in either order.
    if (namedRatio !== undefined && ratio === null) ratio = namedRatio;
    else if (namedResolution !== undefined && resolution === null) resolution = namedResolution;
    else return null;
    rest = before;
  }
}
