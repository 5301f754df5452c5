/**
 * GET /v1/models and /v1/models/{id}: what can be asked for, and where. Without authorization every model; with one those
 * that it can use.
 */

import { createRoute } from "@hono/zod-openapi";
import { knownCaller } from "#api/caller/caller.ts";
import { createRouter } from "#api/http/app.ts";
import { errorAnswers } from "#api/http/openapi.ts";
import { modelNamed } from "#api/models/describe.ts";
import { listModels } from "#api/models/list.ts";
import { AppError } from "#shared/errors.ts";
import { modelListSchema, modelParams, modelSchema } from "#shared/wire/models.ts";

const listRoute = createRoute({
  method: "get",
  path: "/v1/models",
  operationId: "listModels",
  summary: "Models",
  description:
    "Every model with its sizes, ratios, regions and clouds. With an Authorization, only those that one of its sessions or keys can use; a cloud is asked which ones it still has.",
  tags: ["About"],
  security: [],
  responses: {
    200: {
      description: "The models.",
      content: {
        "application/json": {
          schema: modelListSchema,
        },
      },
    },
    ...errorAnswers(500),
  },
});

const oneRoute = createRoute({
  method: "get",
  path: "/v1/models/{id}",
  operationId: "getModel",
  summary: "A model",
  description: "One model, by its id or any other name it answers to. Percent-encode names with a slash.",
  tags: ["About"],
  security: [],
  request: {
    params: modelParams,
  },
  responses: {
    200: { description: "The model.", content: { "application/json": { schema: modelSchema } } },
    ...errorAnswers(404, 500),
  },
});

export const models = createRouter()
  .openapi(listRoute, async (c) => {
    const data = await listModels(c, await knownCaller(c));
    c.header("Vary", "Authorization", { append: true });
    return c.json({ object: "list" as const, data }, 200);
  })
  .openapi(oneRoute, async (c) => {
    const { id } = c.req.valid("param");
    const model = modelNamed(id, c.var.upstreamConfig);
    if (model === null) throw new AppError("not_found", `There is no model "${id.slice(0, 60)}".`);
    return c.json(model, 200);
  });
