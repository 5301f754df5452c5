/** What the routes that submit have in common in the API's description: parameters, answers, the aliases' answer. */
import * as z from "zod";
import { answerHeaders, errorAnswer, errorAnswers } from "#api/http/openapi.ts";
import type { ErrorCode } from "#shared/errors.ts";
import { submittedSchema } from "./create.ts";
import { idempotencyHeader } from "./idempotency.ts";

export const submitHeaders = idempotencyHeader.extend({
  prefer: z.string().optional().meta({
    description:
      "`wait`, or `wait=<seconds>` up to 600: answer with the images. `respond-async`: answer with the task at once. Goes before everything else that decides about waiting, but for `stream: true`, which always streams.",
    example: "wait=120",
  }),
});

export const submitQuery = z.object({
  wait: z.string().optional().meta({
    description: "Seconds to wait for the images, 0 to 600; without a number, up to 280. Like `Prefer: wait`.",
    example: "120",
  }),
});

const zero = (what: string) => z.literal(0).meta({ description: `${what}: not counted here, always 0.` });

const imagesSchema = z
  .object({
    created: z.int().meta({ description: "When the images were ready, Unix seconds.", example: 1706000042 }),
    data: z
      .array(
        z.object({
          url: z.string().optional().meta({
            description: "Link to the image, in your own bucket.",
            example: "https://api.example.com/images/imgtask_…/0.png",
          }),
          b64_json: z.string().optional().meta({ description: "The image's bytes as base64." }),
        }),
      )
      .meta({ description: "The images: as many as `n` says, if Dreamina made that many." }),
    output_format: z.string().meta({ description: "The format the images are stored in.", example: "png" }),
    usage: z
      .object({
        total_tokens: zero("Tokens in all"),
        input_tokens: zero("Tokens of the request"),
        output_tokens: zero("Tokens of the answer"),
        input_tokens_details: z
          .object({ image_tokens: zero("Tokens of images"), text_tokens: zero("Tokens of texts") })
          .meta({ description: "Tokens by kind." }),
      })
      .meta({ description: "For clients that read it." }),
    task_id: z.string().meta({ description: "The task behind it.", example: "imgtask_V1StGXR8_Z5jdHi6B-myT" }),
    task_ids: z.array(z.string()).optional().meta({
      description: "Every task behind it, in the order of their images, where `n` took several; absent for one.",
    }),
  })
  .meta({ id: "Pictures", description: "OpenAI's answer to an image request." });

const taskHeaders = answerHeaders("Location", "Retry-After", "Idempotent-Replayed");
const stream = z.string().meta({
  description:
    "With `stream: true`: `image_generation.partial_image` and `image_generation.completed` (for edits `image_edit.…`), or `error`, each with one line of JSON; comments in between while there is nothing to tell.",
});

/** What a task may fail with, of the codes that have another status than 400 to 403. */
const laterFailures: ErrorCode[] = [
  ...(["upstream_changed", "upstream_failed", "upstream_unreachable"] as const),
  ...(["timeout", "rate_limited", "cancelled", "internal"] as const),
];

export const submitAnswers = {
  200: {
    description: "The task, or, to a caller who waits, the images.",
    headers: taskHeaders,
    content: {
      "application/json": { schema: z.union([submittedSchema, imagesSchema]) },
      "text/event-stream": { schema: stream },
    },
  },
  202: {
    description: "The time the caller said it would wait is up: the task, which goes on. Poll it.",
    headers: taskHeaders,
    content: { "application/json": { schema: submittedSchema } },
  },
  409: errorAnswer(409, "idempotency_conflict"),
  424: errorAnswer(424, ...laterFailures),
  ...errorAnswers(400, 401, 402, 403, 413, 415, 429, 500),
};

export const asyncAnswers = {
  202: {
    description: "The task is accepted.",
    headers: taskHeaders,
    content: { "application/json": { schema: submittedSchema } },
  },
  401: errorAnswer(401, "unauthorized"),
  409: errorAnswer(409, "idempotency_conflict"),
  ...errorAnswers(400, 413, 415, 429, 500),
};
