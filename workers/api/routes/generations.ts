/** POST /v1/images/generations: text to image. Answers with a task id at once, or with the pictures to who waits. */
import { createRoute } from "@hono/zod-openapi";
import type { Context } from "hono";
import { AppError } from "../../../shared/errors.ts";
import { answerSubmit, readDialect } from "../answer-submit.ts";
import { createRouter, jsonBody } from "../app.ts";
import { authenticate, type CallerEnv, limitWork } from "../caller.ts";
import { createTask, idempotencyHeader, newTaskId, planTask, queued } from "../create-task.ts";
import type { Dialect } from "../dialect.ts";
import { type ImageRequest, imageRequestSchema } from "../image-request.ts";
import { authorized } from "../openapi.ts";
import { asyncAnswers, submitAnswers, submitHeaders, submitQuery } from "../submit-docs.ts";

const body = { required: true, content: { "application/json": { schema: imageRequestSchema } } };

const route = createRoute({
  method: "post",
  path: "/v1/images/generations",
  operationId: "createImage",
  summary: "Text to image",
  description:
    "Accepts a prompt and answers with a task id at once; the pictures are made in the background, and the completed task returns links to them. Poll the task every two to three seconds, with the same Authorization. Callers who speak OpenAI's dialect wait for the pictures instead: `Prefer: wait`, the base addresses `/openai/v1` and `/sync/v1`, or any of `response_format`, `n`, `size`, `quality`, `style`, `user`, `background`, `output_format`, `moderation`, `stream` in the body, or one of OpenAI's own names as `model`.",
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
    "As text to image, but never waits, and answers 202 with the status `queued`; the completed task returns links to the pictures.",
  tags: ["Images"],
  security: authorized,
  middleware: [authenticate, limitWork, jsonBody] as const,
  request: { headers: idempotencyHeader, body },
  responses: asyncAnswers,
});

export const generations = createRouter()
  .openapi(route, async (c) => {
    const asked = c.req.valid("json");
    const { made, dialect } = await generate(c, asked, () => readDialect(c, "generations", asked));
    return answerSubmit(c, made, dialect);
  })
  .openapi(asyncRoute, async (c) => {
    const { made } = await generate(c, c.req.valid("json"), () => ({ kind: "task" }));
    return c.json(queued(c, made), 202);
  });

/** @param dialectFor is asked before anything is spent: it may refuse. */
async function generate(c: Context<CallerEnv>, asked: ImageRequest, dialectFor: () => Dialect) {
  refuseImages(asked);
  const dialect = dialectFor();
  const plan = await planTask(c, newTaskId(), asked, []);
  const created = createTask(c, plan, []);
  // Is announced also when the caller hangs up on the way.
  c.executionCtx.waitUntil(created.catch(() => {}));
  return { made: { plan, found: (await created).found }, dialect };
}

/** Left out silently, they would cost a picture that has nothing to do with them. */
function refuseImages(asked: Record<string, unknown>): void {
  const param = ["image", "images"].find((name) => {
    const given = asked[name];
    return given !== undefined && given !== null && given !== "" && !(Array.isArray(given) && given.length === 0);
  });
  if (param === undefined) return;
  const why = `${param} has no place in text to image; send the request to POST /v1/images/compositions.`;
  throw new AppError("invalid_value", why, param);
}
