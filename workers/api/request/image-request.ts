/**
 * Resolves an image request: model, ratio, resolution, number of images and defaults, from this API's fields or OpenAI's
 * for the same things. Pure.
 */

import { AppError } from "#shared/errors.ts";
import type { PaidRequest } from "#shared/task/paid-request.ts";
import type { TaskRequest } from "#shared/task/request.ts";
import { type UpstreamId, upstreamIds } from "#shared/upstream-ids.ts";
import {
  type Credential,
  type NamedOffer,
  type Offer,
  offerFor,
  type UpstreamConfig,
} from "#shared/upstreams/index.ts";
import { anySeed, type ImageRequest } from "#shared/wire/image-request.ts";
import { maxSeed } from "#shared/wire/limits.ts";
import { type Counting, countingOfTasks, countsOf } from "./counts.ts";
import { faultOf } from "./faults.ts";
import { notAvailable } from "./model-not-available.ts";
import { type Shape, shapeOf } from "./shape.ts";

type ResolveContext = {
  credentials: readonly Credential[];
  upstreamConfig: UpstreamConfig;
  randomSeed: number;
  inputCount: number;
  counting?: Counting;
  /** Public ids of the models that the caller's API key may use; null: all. */
  allowedModels?: readonly string[] | null;
};

export type Resolved = {
  /** With every value filled in. */
  request: TaskRequest;
  /** The requests of the tasks that make its images. */
  parts: TaskRequest[];
  /** The credentials that can run it, all of one upstream. */
  able: Credential[];
  estimatedCredits: number | null;
  /** Bytes of all its reference images; null: no limit together. */
  maxInputBytes: number | null;
};

/**
 * Where several upstreams have the model, sessions go before keys: credits that a site gives away before money.
 * @throws AppError when none of the credentials can run the request.
 */
export function resolveRequest(
  body: ImageRequest,
  { credentials, upstreamConfig, randomSeed, inputCount, counting = countingOfTasks, allowedModels }: ResolveContext,
): Resolved {
  const name = body.model ?? null;
  const offered = upstreamIds.flatMap((upstream) =>
    credentials
      .filter((credential) => credential.upstream === upstream)
      .flatMap((credential): Candidate[] => {
        const named = offerFor(name, credential, upstreamConfig);
        return named === null ? [] : [{ credential, named }];
      }),
  );
  const isAllowed = ({ named }: Candidate) => allowedModels?.includes(named.offer.model) ?? true;
  const candidates = offered.filter(isAllowed);
  if (candidates.length === 0 && offered.length > 0) throw notAllowed(name ?? "the default model", allowedModels ?? []);
  // Where the offers differ, the first credential that can run the request decides the defaults.
  const faults: AppError[] = [];
  for (const candidate of candidates) {
    const { upstream } = candidate.credential;
    const { offer } = candidate.named;
    const shape = shapeOf(body, candidate.named);
    const counts = countsOf(body.n, offer, counting);
    const faultAt = ({ credential, named }: Candidate) =>
      faultOf(body, { shape, counts, inputCount, offer: named.offer, place: credential.place });
    const fault = faultAt(candidate);
    if (fault !== null) {
      faults.push(fault);
      continue;
    }
    const others = candidates.filter(
      ({ credential: other, named }) =>
        other.upstream === upstream &&
        named.offer.model === offer.model &&
        faultAt({ credential: other, named }) === null,
    );
    const parts = partsOf(body, { upstream, offer, shape, counts: counts ?? [null], inputCount, randomSeed });
    const [first = parts[0]] = parts;
    if (first === undefined) break;
    return {
      request: { ...first, count: body.n ?? first.count, asked: askedCount(body.n ?? first.count, offer, inputCount) },
      parts,
      able: others.map(({ credential }) => credential),
      estimatedCredits: estimate(parts, offer, shape),
      maxInputBytes: offer.maxInputBytes,
    };
  }
  throw faults[0] ?? notAvailable(name, credentials, upstreamConfig);
}

const notAllowed = (model: string, allowed: readonly string[]): AppError =>
  new AppError("not_allowed", `This API key may not use ${model}; it may use ${allowed.join(", ")}.`, "model");

type Candidate = { credential: Credential; named: NamedOffer };
type Parts = {
  upstream: UpstreamId;
  offer: Offer;
  shape: Shape;
  counts: (number | null)[];
  inputCount: number;
  randomSeed: number;
};

function partsOf(body: ImageRequest, { upstream, offer, shape, counts, inputCount, randomSeed }: Parts): TaskRequest[] {
  const seed = body.seed == null || body.seed === anySeed ? randomSeed : body.seed;
  return counts.map((count, index) => ({
    upstream,
    model: offer.model,
    prompt: body.prompt,
    negativePrompt: body.negative_prompt?.trim() ?? "",
    ratio: shape.ratio,
    resolution: shape.resolution,
    sampleStrength: body.sample_strength ?? 0.5,
    intelligentRatio: body.intelligent_ratio ?? false,
    count,
    asked: askedCount(count, offer, inputCount),
    // Each part has its own seed: an equal seed would give equal images.
    seed: (seed + index) % (maxSeed + 1),
    paid: paidOf(body, offer, shape, count),
  }));
}

/** Null without `n` and reference images: the prompt may then ask for another number than the model's own. */
function askedCount(n: number | null, { sendsCount, defaultCount, runs }: Offer, inputCount: number): number | null {
  if (n != null) return sendsCount ? n : defaultCount;
  return inputCount > 0 || runs !== "job" ? defaultCount : null;
}

/** How paid calls make the images; null where one job does. */
function paidOf(body: ImageRequest, offer: Offer, shape: Shape, count: number | null): PaidRequest | null {
  if (offer.runs === "job") return null;
  const images = count ?? offer.defaultCount;
  const isEach = offer.runs === "call-each";
  const { width, height } = shape.exact ?? offer.sizeOf(shape.resolution, shape.ratio);
  return {
    calls: isEach ? images : 1,
    imagesPerCall: isEach ? 1 : images,
    size: body.intelligent_ratio === true ? shape.resolution.toUpperCase() : `${width}x${height}`,
    watermark: body.watermark ?? false,
    outputFormat: offer.sendsFormat ? formatOf(body.output_format) : null,
    sendsSeed: !offer.withoutPlaceFor.includes("seed") && body.seed != null && body.seed !== anySeed,
  };
}

const formatOf = (format: ImageRequest["output_format"]): PaidRequest["outputFormat"] =>
  format == null ? null : format === "png" ? "png" : "jpeg";

/** By the last price seen; null when the price is unknown. */
function estimate(parts: TaskRequest[], offer: Offer, { resolution }: Shape): number | null {
  const price = offer.creditsPerImage(resolution);
  const made = parts.map(({ count }) => (offer.sendsCount ? count : null) ?? offer.defaultCount);
  return price === null ? null : price * made.reduce((sum, count) => sum + count, 0);
}
