/**
 * The body of an image request: its schema, and what it comes to once names, sizes and defaults are resolved. Takes
 * this API's own fields and OpenAI's for the same things. Pure.
 */

import { defaultModelId } from "#shared/default-model.ts";
import { AppError } from "#shared/errors.ts";
import type { ImageShape, Ratio, Resolution } from "#shared/image-shape.ts";
import type { TaskRequest } from "#shared/task/schema.ts";
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
import { anySeed, type ImageRequest, maxSeed } from "#shared/wire/image-request.ts";
import { type Counting, countingOfTasks, countsOf } from "./counts.ts";
import { formatFault } from "./image-format.ts";
import { notAvailable } from "./model-not-available.ts";

type Given = {
  sessions: readonly Session[];
  upstreamConfig: UpstreamConfig;
  randomSeed: number;
  inputCount: number;
  counting?: Counting;
};

/**
 * @returns the request with every value filled in, the same for each of the jobs that make its images (`parts`), and
 * those of the sessions that can run it.
 * @throws AppError when none of these sessions can do what the request wants.
 */
export function resolveRequest(
  body: ImageRequest,
  { sessions, upstreamConfig, randomSeed, inputCount, counting = countingOfTasks }: Given,
): { request: TaskRequest; parts: TaskRequest[]; able: Session[]; estimatedCredits: number | null } {
  const named = readModelName(upstreamConfig.models, body.model ?? defaultModelId);
  if (named === null) throw notAvailable(body.model ?? defaultModelId, null, sessions, upstreamConfig);
  const homes = sessions.flatMap((session) => {
    const offer = offerOf(named.model, upstreamConfig.regions[session.region].cluster);
    return offer === null ? [] : [{ session, offer }];
  });
  // Where the clusters' offers differ, the first session that can run the request decides what the caller left open.
  const faults: AppError[] = [];
  for (const home of homes) {
    const shape = shapeOf(body, named, home.offer);
    const counts = countsOf(body.n, home.offer, counting);
    const faultAt = (at: Home) => faultOf(at, named.model, { body, shape, counts, inputCount, upstreamConfig });
    const fault = faultAt(home);
    if (fault === null) {
      const able = homes.filter((other) => faultAt(other) === null).map(({ session }) => session);
      const seed = body.seed == null || body.seed === anySeed ? randomSeed : body.seed;
      const jobOf = (count: number | null, place: number) => ({
        ...requestOf(body, named.model, shape),
        count,
        asked: askedOf(count, home.offer, inputCount),
        // Each has a seed of its own: the same one would give the same images again.
        seed: (seed + place) % (maxSeed + 1),
      });
      const parts = (counts ?? [null]).map(jobOf);
      const request = jobOf(body.n ?? parts[0]?.count ?? null, 0);
      return { request, parts, able, estimatedCredits: estimate(parts, named.model, { shape, offer: home.offer }) };
    }
    faults.push(fault);
  }
  throw faults[0] ?? notAvailable(body.model ?? defaultModelId, named.model, sessions, upstreamConfig);
}

type Home = { session: Session; offer: Offer };
type Wanted = {
  body: ImageRequest;
  shape: ImageShape;
  counts: (number | null)[] | null;
  inputCount: number;
  upstreamConfig: UpstreamConfig;
};

/** Without reference images and a number, the prompt may ask for another number than the model's own. */
function askedOf(n: number | null, { sendsCount, defaultCount }: Offer, inputCount: number): number | null {
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

/** By the last price seen; null where none was. */
function estimate(
  parts: TaskRequest[],
  model: Model,
  { shape, offer }: { shape: ImageShape; offer: Offer },
): number | null {
  const price = model.creditsPerImage?.[shape.resolution];
  const made = parts.map(({ count }) => (offer.sendsCount ? count : null) ?? offer.defaultCount);
  return price === undefined ? null : price * made.reduce((sum, count) => sum + count, 0);
}

/** What the session's offer does not have of the request; null when it has everything. */
function faultOf(
  { session, offer }: Home,
  { id }: Model,
  { body, shape, counts, inputCount, upstreamConfig }: Wanted,
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

/**
 * Ratio and resolution: a field of this API wins over the model's suffix, that over `quality`, and that over `size`.
 */
function shapeOf(
  body: ImageRequest,
  named: { model: Model; ratio: Ratio | null; resolution: Resolution | null },
  offer: Offer,
): ImageShape {
  const { model } = named;
  const asked = pixelsOf(body.size);
  const ratio = body.ratio ?? named.ratio ?? (asked === null ? "1:1" : nearestRatio(asked, offer));
  const areaOf = (resolution: Resolution) => {
    const { width, height } = sizeOf(model, resolution, ratio);
    return width * height;
  };
  const tier = tierOfQuality(body.quality);
  const area = tier === null ? asked && asked.width * asked.height : areaOf(tier);
  const nearby = area === null ? defaultResolution(offer) : nearest(offer.resolutions, areaOf, area);
  return { ratio, resolution: body.resolution ?? named.resolution ?? nearby };
}

type Pixels = { width: number; height: number };

function pixelsOf(size: string | null | undefined): Pixels | null {
  const [width, height] = (size ?? "").match(/\d+/g)?.map(Number) ?? [];
  return width && height ? { width, height } : null;
}

/** Distances are taken between logarithms: twice as wide and half as wide are equally far from square. */
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
    // `auto` says nothing, so that a size beside it can.
    case "auto":
    case null:
    case undefined:
      return null;
  }
}
