// The field `size`: a tier of the model, or width and height in pixels within its range.

import type { Size } from "#test/simulator/models.ts";
import type { ArkTraits } from "./models.ts";
import { type ArkOutcome, invalid, refuse } from "./refusals.ts";
import { chosenSize, type Tier, tierNames } from "./tiers.ts";

const maxRatio = 16;

export function readSize(value: unknown, traits: ArkTraits, prompt: string): ArkOutcome<Size> {
  const wanted = value ?? traits.defaultSize;
  // Only the default is a size already.
  if (value === undefined && typeof traits.defaultSize === "object") return { ok: true, value: traits.defaultSize };
  if (typeof wanted !== "string") return refuse(invalid("size", "it is not a string"));
  const [, width, height] = /^([1-9]\d{0,5})x([1-9]\d{0,5})$/.exec(wanted) ?? [];
  if (width && height) return inRange({ width: Number(width), height: Number(height) }, traits);
  const tier = tierNamed(wanted);
  const sizes = tier && traits.tiers[tier];
  if (sizes) return { ok: true, value: chosenSize(sizes, prompt) };
  const allowed = Object.keys(traits.tiers).join(", ");
  return refuse(invalid("size", `size not supported for model; it is WxH or one of ${allowed}`));
}

function inRange({ width, height }: Size, { minPixels, maxPixels }: ArkTraits): ArkOutcome<Size> {
  const pixels = width * height;
  if (pixels < minPixels) return refuse(invalid("size", `image size must be at least ${minPixels} pixels`));
  if (pixels > maxPixels) return refuse(invalid("size", `image size must be at most ${maxPixels} pixels`));
  if (Math.max(width / height, height / width) > maxRatio)
    return refuse(invalid("size", "the aspect ratio must be between 1:16 and 16:1"));
  return { ok: true, value: { width, height } };
}

/** Lower case is accepted too. */
function tierNamed(text: string): Tier | undefined {
  return tierNames.find((name) => name === text.toUpperCase());
}
