/** The shape of the images of a request: ratio and resolution, and the exact size where the model takes one. Pure. */
import type { ImageShape, Ratio, Resolution } from "#shared/image-shape.ts";
import type { NamedOffer, Offer, Size } from "#shared/upstreams/index.ts";
import type { ImageRequest } from "#shared/wire/image-request.ts";

/** `exact`: the requested pixels, where the model makes just these; null: those of ratio and resolution. */
export type Shape = ImageShape & { exact: Size | null };

/** Ratio and resolution, in this order of precedence: this API's fields, the model's suffix, `quality`, `size`. */
export function shapeOf(body: ImageRequest, { offer, ...named }: NamedOffer): Shape {
  const requested = pixelsOf(body.size);
  const ratio = body.ratio ?? named.ratio ?? (requested === null ? "1:1" : nearestRatio(requested, offer));
  const areaOf = (resolution: Resolution) => {
    const { width, height } = offer.sizeOf(resolution, ratio);
    return width * height;
  };
  const tier = tierOfQuality(body.quality);
  // Not every model makes the resolution that a quality names: the nearest one is taken.
  const quality = tier !== null && offer.resolutions.includes(tier) ? areaOf(tier) : tier && areaOfTier(tier);
  const area = quality ?? (requested && requested.width * requested.height);
  const nearby = area === null ? defaultResolution(offer) : nearest(offer.resolutions, areaOf, area);
  const resolution = body.resolution ?? named.resolution ?? nearby;
  const isOpen = (body.ratio ?? named.ratio ?? body.resolution ?? named.resolution ?? tier) === null;
  return { ratio, resolution, exact: isOpen && requested !== null && isExact(requested, offer) ? requested : null };
}

/** The resolution of a request without one: 2k, or the highest below it, or the lowest above it. */
function defaultResolution({ resolutions }: Pick<Offer, "resolutions">): Resolution {
  const best = (["2k", "1.5k", "1k", "3k", "4k"] as const).find((resolution) => resolutions.includes(resolution));
  if (best === undefined) throw new Error("a model without a resolution");
  return best;
}

/** Pixels of a square at this resolution. */
const areaOfTier = (tier: Resolution): number => (Number.parseFloat(tier) * 1024) ** 2;

function isExact({ width, height }: Size, { pixels }: Offer): boolean {
  if (pixels === null) return false;
  const area = width * height;
  const quotient = Math.max(width / height, height / width);
  return area >= pixels.min && area <= pixels.max && quotient <= pixels.maxQuotient;
}

function pixelsOf(size: string | null | undefined): Size | null {
  const [width, height] = (size ?? "").match(/\d+/g)?.map(Number) ?? [];
  return width && height ? { width, height } : null;
}

/** Compares logarithms: twice as wide and half as wide are equally far from square. */
function nearest<T>(candidates: readonly T[], measure: (candidate: T) => number, wanted: number): T {
  const distance = (candidate: T) => Math.abs(Math.log(measure(candidate) / wanted));
  return candidates.reduce((best, candidate) => (distance(candidate) < distance(best) ? candidate : best));
}

function nearestRatio({ width, height }: Size, offer: Offer): Ratio {
  const quotient = (ratio: Ratio) => {
    const [across = 1, down = 1] = ratio.split(":").map(Number);
    return across / down;
  };
  return nearest(offer.ratios, quotient, width / height);
}

function tierOfQuality(quality: ImageRequest["quality"]): Resolution | null {
  switch (quality) {
    case "low":
    case "standard":
      return "1k";
    case "medium":
    case "hd":
      return "2k";
    case "high":
    case "xhigh":
    case "max":
      return "4k";
    // `auto`: `size` decides.
    case "auto":
    case null:
    case undefined:
      return null;
  }
}
