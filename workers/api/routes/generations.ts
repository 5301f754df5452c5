/** POST /v1/images/generations: text to image. Answers with a task id at once. */
import { createRoute } from "@hono/zod-openapi";
import { createRouter, jsonBody } from "../app.ts";
import { authenticate } from "../caller.ts";
import { createTask, idempotencyHeader, planTask, submitted, submittedSchema } from "../create-task.ts";
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
  const plan = planTask(c, c.req.valid("json"), 0);
  const { record } = await createTask(c, plan, { inputs: [], identities: [] });
  return c.json(submitted(c, record), 200);
});
