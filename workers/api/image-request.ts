/**
 * The body of an image request: its schema, and what it comes to once names, sizes and defaults are resolved. Takes
 * this API's own fields and OpenAI's for the same things. Pure.
 */
import * as z from "zod";
import { AppError } from "../../shared/errors.ts";
import type { TaskRequest } from "../../shared/task/schema.ts";
import {
  defaultModelId,
  findModel,
  type Model,
  models,
  type Ratio,
  type Resolution,
  ratios,
  regions,
  resolutions,
  type Session,
  sizes,
} from "../../shared/upstream/index.ts";

const maxPromptCharacters = 8_000;
const maxSeed = 2 ** 32 - 1;

/** Absent and null mean the same: clients fill in nulls for what the user left open. */
const optional = <T extends z.ZodType>(schema: T, description: string) => schema.nullish().meta({ description });

/** `z.int()` would name 2^53 as the limit of a number beyond it. */
const wholeNumber = z.number().refine(Number.isInteger, "must be an integer");

export const imageRequestSchema = z
  .looseObject({
    prompt: z
      .string()
      .trim()
      .min(1)
      .max(maxPromptCharacters)
      .meta({
        description: `What the pictures show. 1 to ${maxPromptCharacters.toLocaleString("en-US")} characters.`,
        example: "a lighthouse at dawn, oil on canvas",
      }),
    model: optional(z.string(), `Model id from GET /v1/models. Default \`${defaultModelId}\`.`),
    ratio: optional(z.enum(ratios), "Width to height. Default `1:1`."),
    resolution: optional(z.enum(resolutions), "How large. Default `2k`."),
    negative_prompt: optional(z.string().max(maxPromptCharacters), "What the pictures must not show. Default empty."),
    sample_strength: optional(z.number().min(0).max(1), "Fineness, 0 to 1. Default 0.5."),
    intelligent_ratio: optional(z.boolean(), "Let the model choose the ratio from the prompt. Default false."),
    n: optional(z.int().min(1).max(8), "How many pictures. Default: the model's own number, usually 4."),
    seed: optional(
      wholeNumber.min(0).max(maxSeed),
      "The same seed and request give similar pictures. Default: random.",
    ),
    size: optional(
      z.string().regex(/^\s*(auto|\d+\s*[x×*]\s*\d+)\s*$/i, "must be WIDTHxHEIGHT, like 1024x1024, or auto"),
      "OpenAI's way to say ratio and resolution: `WIDTHxHEIGHT` or `auto`. The nearest of ours is taken; `ratio` and `resolution` win over it.",
    ),
    quality: optional(
      z.enum(["low", "standard", "medium", "hd", "auto", "high"]),
      "OpenAI's way to say resolution: `low` and `standard` are 1k, `medium` and `hd` 2k, `high` 4k. `resolution` wins over it.",
    ),
    response_format: optional(z.enum(["url", "b64_json"]), "Accepted for OpenAI clients. A task's pictures are links."),
  })
  .meta({ id: "ImageRequest", description: "Fields not listed here are accepted and ignored." });
export type ImageRequest = z.infer<typeof imageRequestSchema>;

/** @throws AppError when the model, or what is asked of it, cannot be had with any of these sessions. */
export function resolveRequest(
  body: ImageRequest,
  sessions: Session[],
  randomSeed: number,
): { request: TaskRequest; model: Model } {
  const model = resolveModel(body.model ?? defaultModelId, sessions);
  const asked = pixelsOf(body.size);
  const ratio = body.ratio ?? (asked === null ? "1:1" : nearestRatio(asked));
  const resolution =
    body.resolution ?? tierOfQuality(body.quality) ?? (asked === null ? "2k" : nearestTier(asked, ratio));
  if (!model.resolutions.includes(resolution)) {
    throw new AppError(
      "invalid_value",
      `resolution of ${model.id} must be one of ${model.resolutions.join(", ")}.`,
      "resolution",
    );
  }
  if (body.n != null && body.n > model.maxCount) {
    throw new AppError(
      "invalid_value",
      `n is ${body.n}; the most ${model.id} makes at once is ${model.maxCount}.`,
      "n",
    );
  }
  const request = {
    model: model.id,
    prompt: body.prompt,
    negativePrompt: body.negative_prompt?.trim() ?? "",
    ratio,
    resolution,
    sampleStrength: body.sample_strength ?? 0.5,
    intelligentRatio: body.intelligent_ratio ?? false,
    count: body.n ?? null,
    seed: body.seed ?? randomSeed,
  };
  return { request, model };
}

function resolveModel(name: string, sessions: Session[]): Model {
  const model = findModel(name);
  const isThere = (candidate: Model) => sessions.some((session) => runsModel(session, candidate));
  if (model !== null && isThere(model)) return model;
  const available = models.filter(isThere).map((candidate) => candidate.id);
  const what =
    model === null
      ? `model "${name.slice(0, 60)}" does not exist`
      : `${model.id} is not available in the region of your session`;
  throw new AppError("model_not_available", `${what}; available: ${available.join(", ")}.`, "model");
}

/** Whether the model exists where the session's account lives. */
export const runsModel = (session: Session, model: Model): boolean =>
  model.clusters.includes(regions[session.region].cluster);

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

function nearestRatio({ width, height }: Pixels): Ratio {
  const shape = (ratio: Ratio) => sizes["2k"][ratio].width / sizes["2k"][ratio].height;
  return nearest(ratios, shape, width / height);
}

function nearestTier({ width, height }: Pixels, ratio: Ratio): Resolution {
  const area = (resolution: Resolution) => sizes[resolution][ratio].width * sizes[resolution][ratio].height;
  return nearest(resolutions, area, width * height);
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
      return "4k";
    // `auto` says nothing, so that a size beside it can.
    case "auto":
    case null:
    case undefined:
      return null;
  }
}
