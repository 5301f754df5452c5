/**
 * Resolves an image request: model, ratio, resolution, number of images and defaults, from this API's fields or OpenAI's
 * for the same things. Pure.
 */

import { defaultModelId } from "#shared/default-model.ts";
import { AppError } from "#shared/errors.ts";
import type { ImageShape, Ratio, Resolution } from "#shared/image-shape.ts";
import type { TaskRequest } from "#shared/task/request.ts";
import {
  defaultResolution,
  type Model,
  type Offer,
  offerOf,
  readModelName,
  type Session,
  sizeOf,
  type UpstreamConfig,
} from "#shared/upstream/index.ts";
import { anySeed, type ImageRequest } from "#shared/wire/image-request.ts";
import { maxSeed } from "#shared/wire/limits.ts";
import { type Counting, countingOfTasks, countsOf } from "./counts.ts";
import { formatFault } from "./image-format.ts";
import { notAvailable } from "./model-not-available.ts";

type ResolveContext = {
  sessions: readonly Session[];
  upstreamConfig: UpstreamConfig;
  randomSeed: number;
  inputCount: number;
  counting?: Counting;
};

/**
 * @returns the request with every value filled in, the requests of the jobs that make its images (`parts`), and the
 * sessions that can run it.
 * @throws AppError when none of these sessions can run the request.
 */
export function resolveRequest(
  body: ImageRequest,
  { sessions, upstreamConfig, randomSeed, inputCount, counting = countingOfTasks }: ResolveContext,
): { request: TaskRequest; parts: TaskRequest[]; able: Session[]; estimatedCredits: number | null } {
  const named = readModelName(upstreamConfig.models, body.model ?? defaultModelId);
  if (named === null) throw notAvailable(body.model ?? defaultModelId, null, sessions, upstreamConfig);
  const candidates = sessions.flatMap((session) => {
    const offer = offerOf(named.model, upstreamConfig.regions[session.region].cluster);
    return offer === null ? [] : [{ session, offer }];
  });
  // Where the clusters' offers differ, the first session that can run the request decides the defaults.
  const faults: AppError[] = [];
  for (const candidate of candidates) {
    const shape = shapeOf(body, named, candidate.offer);
    const counts = countsOf(body.n, candidate.offer, counting);
    const faultAt = (at: Candidate) => faultOf(at, named.model, { body, shape, counts, inputCount, upstreamConfig });
    const fault = faultAt(candidate);
    if (fault === null) {
      const able = candidates.filter((other) => faultAt(other) === null).map(({ session }) => session);
      const seed = body.seed == null || body.seed === anySeed ? randomSeed : body.seed;
      const jobOf = (count: number | null, index: number) => ({
        ...requestOf(body, named.model, shape),
        count,
        asked: askedCount(count, candidate.offer, inputCount),
        // Each part has its own seed: an equal seed would give equal images.
        seed: (seed + index) % (maxSeed + 1),
      });
      const parts = (counts ?? [null]).map(jobOf);
      const request = jobOf(body.n ?? parts[0]?.count ?? null, 0);
      return {
        request,
        parts,
        able,
        estimatedCredits: estimate(parts, named.model, { shape, offer: candidate.offer }),
      };
    }
    faults.push(fault);
  }
  throw faults[0] ?? notAvailable(body.model ?? defaultModelId, named.model, sessions, upstreamConfig);
}

type Candidate = { session: Session; offer: Offer };
type Requirements = {
  body: ImageRequest;
  shape: ImageShape;
  counts: (number | null)[] | null;
  inputCount: number;
  upstreamConfig: UpstreamConfig;
};

/** Null without `n` and reference images: the prompt may then ask for another number than the model's own. */
function askedCount(n: number | null, { sendsCount, defaultCount }: Offer, inputCount: number): number | null {
  if (n != null) return sendsCount ? n : defaultCount;
  return inputCount > 0 ? defaultCount : null;
}

type Count = "count" | "asked" | "seed";

const requestOf = (body: ImageRequest, model: Model, shape: ImageShape): Omit<TaskRequest, Count> => ({
  model: model.id,
  prompt: body.prompt,
  negativePrompt: body.negative_prompt?.trim() ?? "",
  ...shape,
  sampleStrength: body.sample_strength ?? 0.5,
  intelligentRatio: body.intelligent_ratio ?? false,
});

/** By the last price seen; null when the price is unknown. */
function estimate(
  parts: TaskRequest[],
  model: Model,
  { shape, offer }: { shape: ImageShape; offer: Offer },
): number | null {
  const price = model.creditsPerImage?.[shape.resolution];
  const made = parts.map(({ count }) => (offer.sendsCount ? count : null) ?? offer.defaultCount);
  return price === undefined ? null : price * made.reduce((sum, count) => sum + count, 0);
}

/** The first part of the request that the session's offer lacks; null when it lacks none. */
function faultOf(
  { session, offer }: Candidate,
  { id }: Model,
  { body, shape, counts, inputCount, upstreamConfig }: Requirements,
): AppError | null {
  const refused = (param: string, message: string) => new AppError("invalid_value", message, param);
  const one = (values: readonly (string | number)[]) => values.join(", ");
  if (!offer.resolutions.includes(shape.resolution)) {
    const message = `resolution is ${shape.resolution}; ${id} makes ${one(offer.resolutions)}.`;
    return refused("resolution", message);
  }
  if (!offer.ratios.includes(shape.ratio)) {
    const message = `ratio is ${shape.ratio}; in the region ${session.region}, ${id} makes ${one(offer.ratios)}.`;
    return refused("ratio", message);
  }
  if (counts === null) {
    return refused("n", `n is ${body.n}; ${id} makes ${one(offer.counts)} images at once.`);
  }
  if (body.intelligent_ratio === true && !offer.intelligentRatio) {
    return refused("intelligent_ratio", `intelligent_ratio is true; ${id} cannot choose the ratio. Leave it out.`);
  }
  if (inputCount > offer.maxInputs) {
    return refused("images", `${inputCount} reference images; ${id} takes ${offer.maxInputs} at most.`);
  }
  return formatFault(body.output_format, upstreamConfig.regions[session.region]);
}

/** Ratio and resolution, in this order of precedence: this API's fields, the model's suffix, `quality`, `size`. */
function shapeOf(
  body: ImageRequest,
  named: { model: Model; ratio: Ratio | null; resolution: Resolution | null },
  offer: Offer,
): ImageShape {
  const { model } = named;
  const requested = pixelsOf(body.size);
  const ratio = body.ratio ?? named.ratio ?? (requested === null ? "1:1" : nearestRatio(requested, offer));
  const areaOf = (resolution: Resolution) => {
    const { width, height } = sizeOf(model, resolution, ratio);
    return width * height;
  };
  const tier = tierOfQuality(body.quality);
  const area = tier === null ? requested && requested.width * requested.height : areaOf(tier);
  const nearby = area === null ? defaultResolution(offer) : nearest(offer.resolutions, areaOf, area);
  return { ratio, resolution: body.resolution ?? named.resolution ?? nearby };
}

type Pixels = { width: number; height: number };

function pixelsOf(size: string | null | undefined): Pixels | null {
  const [width, height] = (size ?? "").match(/\d+/g)?.map(Number) ?? [];
  return width && height ? { width, height } : null;
}

/** Compares logarithms: twice as wide and half as wide are equally far from square. */
function nearest<T>(candidates: readonly T[], measure: (candidate: T) => number, wanted: number): T {
  const distance = (candidate: T) => Math.abs(Math.log(measure(candidate) / wanted));
  return candidates.reduce((best, candidate) => (distance(candidate) < distance(best) ? candidate : best));
}

function nearestRatio({ width, height }: Pixels, offer: Offer): Ratio {
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
