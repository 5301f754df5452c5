/** POST /v1/images/generations: text to image. Answers with a task id at once. */
import { createRoute } from "@hono/zod-openapi";
import { AppError } from "../../../shared/errors.ts";
import { createRouter, jsonBody } from "../app.ts";
import { authenticate } from "../caller.ts";
import { createTask, idempotencyHeader, newTaskId, planTask, submitted, submittedSchema } from "../create-task.ts";
import { imageRequestSchema } from "../image-request.ts";
import { authorized, errorAnswers } from "../openapi.ts";

const route = createRoute({
  method: "post",
  path: "/v1/images/generations",
  summary: "Text to image",
  description:
    "Accepts a prompt and answers with a task id at once; the pictures are made in the background. Poll the task every two to three seconds, with the same Authorization.",
  tags: ["Images"],
  security: authorized,
  middleware: [authenticate, jsonBody] as const,
  request: {
    headers: idempotencyHeader,
    body: { required: true, content: { "application/json": { schema: imageRequestSchema } } },
  },
  responses: {
    200: { description: "The task is accepted.", content: { "application/json": { schema: submittedSchema } } },
    ...errorAnswers(400, 401, 409, 413, 415, 500),
  },
});

export const generations = createRouter().openapi(route, async (c) => {
  const body = c.req.valid("json");
  refuseImages(body);
  const plan = await planTask(c, newTaskId(), body, []);
  const { record } = await createTask(c, plan, []);
  return c.json(submitted(c, plan, record), 200);
});

/** Left out silently, they would cost a picture that has nothing to do with them. */
function refuseImages(body: Record<string, unknown>): void {
  const param = ["image", "images"].find((name) => {
    const given = body[name];
    return given !== undefined && given !== null && given !== "" && !(Array.isArray(given) && given.length === 0);
  });
  if (param === undefined) return;
  const why = `${param} has no place in text to image; send the request to POST /v1/images/compositions.`;
  throw new AppError("invalid_value", why, param);
}
