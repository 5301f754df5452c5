/** What the routes that submit have in common in the API's description: parameters, answers, the aliases' answer. */

import * as z from "zod";
import { answerHeaders, errorAnswer, errorAnswers, limitHeaders } from "#api/http/openapi.ts";
import type { ErrorCode } from "#shared/errors.ts";
import { imagesSchema, submittedSchema } from "#shared/wire/submit.ts";

const taskHeaders = answerHeaders("Location", "Retry-After", "Idempotent-Replayed", ...limitHeaders);
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
