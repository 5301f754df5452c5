/** POST /v1/images/generations: text to image. Answers with a task id at once, or with the images to who waits. */
import { createRoute } from "@hono/zod-openapi";
import { authenticate, limitWork } from "#api/caller/caller.ts";
import { createRouter, jsonBodyFor } from "#api/http/app.ts";
import { authorized } from "#api/http/authorized.ts";
import { asyncAnswers, submitAnswers } from "#api/submit/docs.ts";
import { submit, submitAsync } from "#api/submit/submit.ts";
import { imageRequestSchema } from "#shared/wire/image-request.ts";
import { maxJsonBytes } from "#shared/wire/limits.ts";
import { idempotencyHeader, submitHeaders, submitQuery } from "#shared/wire/submit.ts";

// By reference, so that the framework does not check it: names of other servers are read first.
const body = {
  required: true,
  content: { "application/json": { schema: { $ref: "#/components/schemas/ImageRequest" } } },
};

const jsonBody = jsonBodyFor(
  `reference images go to POST /v1/images/compositions, which takes ${maxJsonBytes / 1024 / 1024} MiB of JSON, and larger ones as links or files`,
);

const route = createRoute({
  method: "post",
  path: "/v1/images/generations",
  operationId: "createImage",
  summary: "Text to image",
  description:
    "Accepts a prompt and answers with a task id at once; the images are made in the background, and the completed task returns links to them. Poll the task every two to three seconds, with the same Authorization. Callers who speak OpenAI's dialect wait for the images instead: `Prefer: wait`, the base addresses `/openai/v1` and `/sync/v1`, or any of `response_format`, `n`, `size`, `quality`, `style`, `user`, `background`, `output_format`, `moderation`, `stream` in the body, one of OpenAI's own names as `model`, the headers of OpenAI's own clients, or Azure's addresses.",
  tags: ["Images"],
  security: authorized,
  middleware: [authenticate, limitWork, jsonBody] as const,
  request: { headers: submitHeaders, query: submitQuery, body },
  responses: submitAnswers,
});

const asyncRoute = createRoute({
  method: "post",
  path: "/v1/images/generations/async",
  operationId: "createImageTask",
  summary: "Text to image, always as a task",
  description:
    "As text to image, but never waits, and answers 202 with the status `queued`; the completed task returns links to the images.",
  tags: ["Images"],
  security: authorized,
  middleware: [authenticate, limitWork, jsonBody] as const,
  request: { headers: idempotencyHeader, body },
  responses: asyncAnswers,
});

const router = createRouter();
// A copy, because the framework teaches schemas its methods only from its own import on.
router.openAPIRegistry.register("ImageRequest", imageRequestSchema.clone());

export const generations = router
  .openapi(route, (c) => submit(c, "generations"))
  .openapi(asyncRoute, (c) => submitAsync(c, "generations"));
