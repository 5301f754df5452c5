/**
 * POST /v1/images/compositions and, in OpenAI's words, /v1/images/edits: images to image. Stages the reference images
 * and answers with a task id, or with the images to who waits.
 */
import { createRoute } from "@hono/zod-openapi";
import { authenticate, limitWork } from "#api/caller/caller.ts";
import { createRouter } from "#api/http/app.ts";
import { authorized } from "#api/http/authorized.ts";
import { asyncAnswers, submitAnswers } from "#api/submit/docs.ts";
import { submit, submitAsync } from "#api/submit/submit.ts";
import { compositionFormSchema, compositionSchema } from "#shared/wire/composition.ts";
import { idempotencyHeader, submitHeaders, submitQuery } from "#shared/wire/submit.ts";

/**
 * Every route takes JSON and forms. The document names one of them for each, because a generator of clients makes one
 * body of two: `@hey-api/openapi-ts` and `orval` then send files as JSON. By reference, so that the framework does not
 * read the body: it would hold a form whole.
 */
const documented = (type: "application/json" | "multipart/form-data", schema: string) => ({
  required: true,
  content: { [type]: { schema: { $ref: `#/components/schemas/${schema}` } } },
});
const asJson = documented("application/json", "CompositionRequest");
const asForm = documented("multipart/form-data", "CompositionForm");

const common = {
  method: "post" as const,
  tags: ["Images"],
  security: authorized,
};

const route = createRoute({
  ...common,
  path: "/v1/images/compositions",
  middleware: [authenticate, limitWork] as const,
  operationId: "composeImage",
  summary: "Images to image",
  description:
    "Accepts a prompt with 1 to 10 reference images and answers with a task id; the images are made in the background, and the completed task returns links to them. The reference images are fetched and checked before the answer, and deleted when the task ends. Poll the task every two to three seconds, with the same Authorization. Who waits for the images instead is decided as for text to image. Files are taken here too, as `multipart/form-data` with the fields of `editImageTask`.",
  request: { headers: submitHeaders, query: submitQuery, body: asJson },
  responses: submitAnswers,
});

const editsRoute = createRoute({
  ...common,
  path: "/v1/images/edits",
  middleware: [authenticate, limitWork] as const,
  operationId: "editImage",
  summary: "Images to image, in OpenAI's words",
  description:
    "The same as images to image, from files, but waits for the images unless told otherwise. Returns links to them unless `response_format` says otherwise (under `/openai/v1`, and for `gpt-image-…` names, both link and base64). A `mask` is refused: Dreamina is told what to change by the prompt. JSON is taken here too, with the fields of `composeImage`.",
  request: { headers: submitHeaders, query: submitQuery, body: asForm },
  responses: submitAnswers,
});

const asyncRoute = createRoute({
  ...common,
  path: "/v1/images/edits/async",
  middleware: [authenticate, limitWork] as const,
  operationId: "editImageTask",
  summary: "Images to image, always as a task",
  description:
    "As images to image, from files, but never waits, and answers 202 with the status `queued`; the completed task returns links to the images. JSON is taken here too, with the fields of `composeImage`.",
  request: { headers: idempotencyHeader, body: asForm },
  responses: asyncAnswers,
});

const router = createRouter();
router.openAPIRegistry.register("CompositionRequest", compositionSchema);
router.openAPIRegistry.register("CompositionForm", compositionFormSchema);

export const compositions = router
  .openapi(route, (c) => submit(c, "compositions"))
  .openapi(editsRoute, (c) => submit(c, "edits"))
  .openapi(asyncRoute, (c) => submitAsync(c, "edits"));
