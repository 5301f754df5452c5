/**
 * The body of an image request: its schema, and what it comes to once names, sizes and defaults are resolved. Takes
 * this API's own fields and OpenAI's for the same things. Pure.
 */

import * as z from "zod";
import { maxImages, maxPromptCharacters } from "#api/limits.ts";
import { AppError } from "#shared/errors.ts";
import type { TaskRequest } from "#shared/task/schema.ts";
import {
  defaultModelId,
  defaultResolution,
  type Model,
  type Offer,
  offerOf,
  type Ratio,
  type Resolution,
  ratios,
  readModelName,
  resolutions,
  type Session,
  sizeOf,
  type UpstreamConfig,
} from "#shared/upstream/index.ts";
import { type Counting, countingOfTasks, countsOf } from "./counts.ts";
import { formatFault, formatFields } from "./image-format.ts";
import { notAvailable } from "./model-not-available.ts";

const maxSeed = 2 ** 32 - 1;
/** What many clients send for a seed of the server's choice. */
const anySeed = -1;

/** Absent and null mean the same: clients fill in nulls for what the user left open. */
const optional = <T extends z.ZodType>(schema: T, description: string) => schema.nullish().meta({ description });

/** `z.int()` would name 2^53 as the limit of a number beyond it. */
const wholeNumber = z.number().refine(Number.isInteger, "must be an integer");

/** What becomes of fields that the schema does not list: see `field-names.ts` and `image-fields.ts`. */
export const otherFields =
  "Numbers and booleans may be texts. Names and words of other servers are taken where a field says so, in any spelling of their case and underscores; two that disagree are refused. So is a field that names an image which would not be used. Other fields not listed here are accepted and ignored.";

export const imageRequestSchema = z
  .looseObject({
    prompt: z
      .string()
      .trim()
      .min(1)
      .max(maxPromptCharacters)
      .meta({
        description: `What the images show. 1 to ${maxPromptCharacters.toLocaleString("en-US")} characters.`,
        example: "a lighthouse at dawn, oil on canvas",
      }),
    model: optional(
      z.string(),
      `Model id from GET /v1/models; ratio and resolution may follow it, as in \`${defaultModelId}-16x9-4k\`. Default \`${defaultModelId}\`.`,
    ),
    ratio: optional(z.enum(ratios), "Width to height. Default `1:1`. Also taken: `aspect_ratio`, `16x9`, `16/9`."),
    resolution: optional(
      z.enum(resolutions),
      "How large; GET /v1/models tells what each model makes. Default `2k`, or the best below it. Also taken: `image_resolution`, `2K`, a size.",
    ),
    negative_prompt: optional(
      z.string().max(maxPromptCharacters),
      "What the images must not show. Default empty. Also taken: `negativePrompt`. Not used when reference images are given: Dreamina has no place for it then.",
    ),
    sample_strength: optional(z.number().min(0).max(1), "Fineness, 0 to 1. Default 0.5."),
    intelligent_ratio: optional(
      z.boolean(),
      "Let the model choose the ratio from the prompt; models that can are told by GET /v1/models. Default false.",
    ),
    n: optional(
      z.int().min(1).max(maxImages),
      "How many images, as far as the model can be told. Default: 1 for callers who speak OpenAI (the base `/openai/v1`, OpenAI's own clients and model names), else the model's own number, usually 4. More than the model makes at once, GET /v1/models tells how many, takes a caller who waits: several tasks make them. Also taken: `num_images`, `numberOfImages`, `sampleCount`, `num_outputs`, `batch_size`, `max_images`.",
    ),
    seed: optional(
      wholeNumber.min(anySeed).max(maxSeed).meta({ type: "integer" }),
      "The same seed and request give similar images. Default, and -1: random. Not used when reference images are given.",
    ),
    size: optional(
      z
        .string()
        .regex(/^\s*([aA][uU][tT][oO]|\d+\s*[xX×*]\s*\d+)\s*$/, "must be WIDTHxHEIGHT, like 1024x1024, or auto"),
      "OpenAI's way to say ratio and resolution: `WIDTHxHEIGHT` or `auto`. The nearest available is taken; `ratio` and `resolution` win over it. Also taken: `image_size`, `width` with `height`, and a ratio or a resolution here.",
    ),
    quality: optional(
      z.enum(["low", "standard", "medium", "hd", "auto", "high", "xhigh", "max"]),
      "OpenAI's way to say resolution: `low` and `standard` are 1k, `medium` and `hd` 2k, `high`, `xhigh` and `max` 4k, or the nearest the model makes; `auto` leaves it to `size`, or else is 2k. `resolution` wins over it.",
    ),
    response_format: optional(
      z.enum(["url", "b64_json"]),
      "How callers who wait want their images: links or base64. Default: links; both under `/openai/v1` and for `gpt-image-…` names. A task's images are links.",
    ),
    stream: optional(
      z.boolean(),
      "OpenAI's server-sent events instead of one answer: `image_generation.completed` (for edits `image_edit.completed`) for each image, with its bytes as base64. Default false.",
    ),
    ...formatFields,
    resend_refused: optional(
      z.boolean(),
      "Send a prompt, or reference images, that Dreamina's content rules refused within the last day once more. Each refusal may be charged; without it such a request is refused here. Default false.",
    ),
    partial_images: optional(
      z.int().min(0).max(3),
      "In a stream, how many images are sent as soon as each is stored, before all are done. Default 0.",
    ),
  })
  .meta({ id: "ImageRequest", description: otherFields });
export type ImageRequest = z.infer<typeof imageRequestSchema>;

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
type Shape = { ratio: Ratio; resolution: Resolution };
type Wanted = {
  body: ImageRequest;
  shape: Shape;
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

const requestOf = (body: ImageRequest, model: Model, shape: Shape): Omit<TaskRequest, Count> => ({
  model: model.id,
  prompt: body.prompt,
  negativePrompt: body.negative_prompt?.trim() ?? "",
  ...shape,
  sampleStrength: body.sample_strength ?? 0.5,
  intelligentRatio: body.intelligent_ratio ?? false,
});

/** By the last price seen; null where none was. */
function estimate(parts: TaskRequest[], model: Model, { shape, offer }: { shape: Shape; offer: Offer }): number | null {
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
): Shape {
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
