/** GET /v1/models and /v1/models/{id}: what can be asked for, and where. No authorization. */

import { createRoute } from "@hono/zod-openapi";
import { createRouter } from "#api/http/app.ts";
import { errorAnswers } from "#api/http/openapi.ts";
import { AppError } from "#shared/errors.ts";
import { type Resolution, ratios } from "#shared/image-shape.ts";
import { regionIds } from "#shared/region-ids.ts";
import { findModel, type Model, modelAliases, offerOf, sizeOf, type UpstreamConfig } from "#shared/upstream/index.ts";
import { maxInputs } from "#shared/wire/limits.ts";
import { type Model as ModelView, modelListSchema, modelParams, modelSchema } from "#shared/wire/models.ts";

const listRoute = createRoute({
  method: "get",
  path: "/v1/models",
  operationId: "listModels",
  summary: "Models",
  description: "Every model with its sizes, ratios and regions.",
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
  .openapi(listRoute, (c) => {
    const { upstreamConfig } = c.var;
    return c.json(
      { object: "list" as const, data: upstreamConfig.models.map((model) => describe(model, upstreamConfig)) },
      200,
    );
  })
  .openapi(oneRoute, (c) => {
    const { upstreamConfig } = c.var;
    const { id } = c.req.valid("param");
    const model = findModel(upstreamConfig.models, id);
    if (model === null) throw new AppError("not_found", `There is no model "${id.slice(0, 60)}".`);
    return c.json(describe(model, upstreamConfig), 200);
  });

/** OpenAI's list wants a date; the models have none of their own that callers could use. */
const created = 1_700_000_000;

function describe(model: Model, upstreamConfig: UpstreamConfig): ModelView {
  const offers = regionIds.flatMap((id) => {
    const offer = offerOf(model, upstreamConfig.regions[id].cluster);
    return offer === null ? [] : [{ id, offer }];
  });
  const itsRatios = ratios.filter((ratio) => offers.some(({ offer }) => offer.ratios.includes(ratio)));
  const restricted = offers.filter(({ offer }) => offer.ratios.length < itsRatios.length);
  const sizesOf = (resolution: Resolution) =>
    Object.fromEntries(itsRatios.map((ratio) => [ratio, sizeOf(model, resolution, ratio)]));
  const counts = [...(offers[0]?.offer.counts ?? [])];
  return {
    id: model.id,
    object: "model",
    created,
    owned_by: "dreamina",
    name: model.name,
    aliases: modelAliases(model),
    ratios: itsRatios,
    resolutions: [...model.resolutions],
    sizes: Object.fromEntries(model.resolutions.map((resolution) => [resolution, sizesOf(resolution)])),
    regions: offers.map(({ id }) => id),
    ...(restricted.length > 0 && {
      restricted: Object.fromEntries(restricted.map(({ id, offer }) => [id, { ratios: [...offer.ratios] }])),
    }),
    counts,
    max_count: Math.max(...counts),
    default_count: model.defaultCount,
    // This API takes fewer than one of the models does.
    max_inputs: Math.min(model.maxInputs, maxInputs),
    intelligent_ratio: model.intelligentRatio,
    ...(model.creditsPerImage && { credits_per_image: model.creditsPerImage }),
  };
}
