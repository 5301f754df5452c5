/** The body of an image request: this API's own fields, and OpenAI's for the same things. Pure. */
import * as z from "zod";
import { defaultModelId } from "#shared/default-model.ts";
import { ratios, resolutions } from "#shared/image-shape.ts";
import { maxImages, maxPromptCharacters, maxSeed } from "./limits.ts";
import { webhookSchema } from "./webhooks.ts";

export const outputFormats = ["png", "jpeg", "jpg", "webp"] as const;

/** What many clients send for a seed of the server's choice. */
export const anySeed = -1;

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
      `Model id from GET /v1/models; ratio and resolution may follow it, as in \`${defaultModelId}-16x9-4k\`. Default \`${defaultModelId}\`; with a key \`seedream-4.5\`, in China \`seedream-5.0-flash\`.`,
    ),
    ratio: optional(z.enum(ratios), "Width to height. Default `1:1`. Also taken: `aspect_ratio`, `16x9`, `16/9`."),
    resolution: optional(
      z.enum(resolutions),
      "How large; GET /v1/models tells what each model makes. Default `2k`, or the best below it. Also taken: `image_resolution`, `2K`, a size.",
    ),
    negative_prompt: optional(
      z.string().max(maxPromptCharacters),
      "What the images must not show. Default empty. Also taken: `negativePrompt`. Not used when reference images are given: Dreamina has no place for it then. Refused with a key: Seedream has no place for it.",
    ),
    sample_strength: optional(z.number().min(0).max(1), "Fineness, 0 to 1. Default 0.5. Refused with a key."),
    intelligent_ratio: optional(
      z.boolean(),
      "Let the model choose the ratio from the prompt; models that can are told by GET /v1/models. Default false.",
    ),
    n: optional(
      z.int().min(1).max(maxImages),
      "How many images, as far as the model can be told. Default: 1 for callers who speak OpenAI (the base `/openai/v1`, OpenAI's own clients and model names), with a key 1, else the model's own number, usually 4. More than the model makes at once, GET /v1/models tells how many, takes a caller who waits: several tasks make them. Also taken: `num_images`, `numberOfImages`, `sampleCount`, `num_outputs`, `batch_size`, `max_images`.",
    ),
    seed: optional(
      wholeNumber.min(anySeed).max(maxSeed).meta({ type: "integer" }),
      "The same seed and request give similar images. Default, and -1: random. Not used when reference images are given. With a key refused by models that take none, which GET /v1/models tells.",
    ),
    size: optional(
      z
        .string()
        .regex(/^\s*([aA][uU][tT][oO]|\d+\s*[xX×*]\s*\d+)\s*$/, "must be WIDTHxHEIGHT, like 1024x1024, or auto"),
      "OpenAI's way to say ratio and resolution: `WIDTHxHEIGHT` or `auto`. The nearest available is taken, with a key exactly this size where the model makes it; `ratio` and `resolution` win over it. Also taken: `image_size`, `width` with `height`, and a ratio or a resolution here.",
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
    output_format: z.enum(outputFormats).nullish().meta({
      description:
        "The format of the images; `jpg` means `jpeg`. Default: what the site of the session makes, PNG in China and JPEG elsewhere; with a key the model's own. A format that is not made is refused, because images are not converted.",
    }),
    background: z
      .string()
      .refine((word) => word.trim().toLowerCase() !== "transparent", "cannot be transparent: every image is opaque")
      .nullish()
      .meta({ description: "OpenAI's field. Every image is opaque: `transparent` is refused, anything else ignored." }),
    resend_refused: optional(
      z.boolean(),
      "Send a prompt, or reference images, that Dreamina's content rules refused within the last day once more. Each refusal may be charged; without it such a request is refused here. Default false. Not needed with a key: clouds do not charge for refusals.",
    ),
    watermark: optional(
      z.boolean(),
      "Whether images made with a key carry the visible mark that the cloud adds by default. Default false. Not used with a session.",
    ),
    partial_images: optional(
      z.int().min(0).max(3),
      "In a stream, how many images are sent as soon as each is stored, before all are done. Default 0.",
    ),
    webhook: optional(
      webhookSchema,
      "Whom to tell how the task ends: an address of yours, and the events. In a form as JSON. Default: no one.",
    ),
  })
  .meta({ id: "ImageRequest", description: otherFields });
export type ImageRequest = z.infer<typeof imageRequestSchema>;
