/** What the server offers and how it is: GET /v1/models, /ping, /health. No authorization. */
import { createRoute } from "@hono/zod-openapi";
import * as z from "zod";
import { coordinatorOf } from "../../../shared/task/coordinator.ts";
import { getRecord } from "../../../shared/task/records.ts";
import { type Model, modelAliases, models, ratios, regionIds, regions, sizes } from "../../../shared/upstream/index.ts";
import { createRouter } from "../app.ts";
import { errorAnswers } from "../openapi.ts";

const pixels = z
  .object({ width: z.int().meta({ description: "Pixels." }), height: z.int().meta({ description: "Pixels." }) })
  .meta({ description: "Size of a picture." });

const modelSchema = z
  .object({
    id: z.string().meta({ description: "Send this as `model`.", example: "dreamina-4.5" }),
    object: z.literal("model").meta({ description: "What this is." }),
    created: z.int().meta({ description: "Always the same; OpenAI clients want it." }),
    owned_by: z.string().meta({ description: "Who makes the model." }),
    name: z.string().meta({ description: "For people.", example: "Image 4.5" }),
    aliases: z.array(z.string()).meta({ description: "Other names that mean the same model." }),
    ratios: z.array(z.string()).meta({ description: "Ratios it takes." }),
    resolutions: z.array(z.string()).meta({ description: "Resolutions it takes." }),
    sizes: z
      .record(z.string(), z.record(z.string(), pixels))
      .meta({ description: "Pixels by resolution and ratio. Dreamina decides in the end." }),
    regions: z.array(z.enum(regionIds)).meta({ description: "Regions whose accounts have it." }),
    max_count: z.int().meta({ description: "The most pictures of one task." }),
    default_count: z.int().meta({ description: "Pictures when `n` is not given." }),
    max_inputs: z.int().meta({ description: "The most reference images." }),
  })
  .meta({ id: "Model" });

const modelsRoute = createRoute({
  method: "get",
  path: "/v1/models",
  summary: "Models",
  description: "Every model with its sizes, ratios and regions.",
  tags: ["About"],
  responses: {
    200: {
      description: "The models.",
      content: {
        "application/json": {
          schema: z.object({
            object: z.literal("list").meta({ description: "What this is." }),
            data: z.array(modelSchema).meta({ description: "The models, newest first." }),
          }),
        },
      },
    },
  },
});

const alive = {
  status: z.enum(["ok", "degraded"]).meta({ description: "`ok`, or `degraded` when a part cannot be reached." }),
  timestamp: z.int().meta({ description: "The server's time, Unix seconds." }),
};

const pingRoute = createRoute({
  method: "get",
  path: "/ping",
  summary: "Is it there?",
  description: "Answers without touching anything else.",
  tags: ["About"],
  responses: { 200: { description: "Yes.", content: { "application/json": { schema: z.object(alive) } } } },
});

const healthSchema = z.object({
  ...alive,
  upstream: z.enum(["live", "relay"]).meta({
    description:
      "`live`: the real Dreamina. `relay`: UPSTREAM_ORIGIN is set, to a simulator or a relay of the operator's.",
  }),
  public_images: z.boolean().meta({ description: "Whether links point at a public bucket's own domain." }),
  reachable: z
    .object({
      records: z.boolean().meta({ description: "The KV namespace of task records." }),
      images: z.boolean().meta({ description: "The bucket of pictures." }),
      coordinator: z.boolean().meta({ description: "The coordinator, in the consumer worker." }),
    })
    .meta({ description: "Which parts answered." }),
});

const healthRoute = createRoute({
  method: "get",
  path: "/health",
  summary: "How is it?",
  description: "Asks every part whether it answers, and tells what is configured. Holds no secret.",
  tags: ["About"],
  responses: {
    200: { description: "Every part answers.", content: { "application/json": { schema: healthSchema } } },
    ...errorAnswers(500),
    503: { description: "Some part does not answer.", content: { "application/json": { schema: healthSchema } } },
  },
});

const now = () => Math.floor(Date.now() / 1000);

export const meta = createRouter()
  .openapi(modelsRoute, (c) => c.json({ object: "list" as const, data: models.map(describe) }, 200))
  .openapi(pingRoute, (c) => c.json({ status: "ok" as const, timestamp: now() }, 200))
  .openapi(healthRoute, async (c) => {
    // A coordinator that never held a task stores nothing: asking an invented one is free of traces.
    const [records, images, coordinator] = await Promise.all([
      answers(getRecord(c.env.TASKS, "health")),
      answers(c.env.IMAGES.head("health")),
      answers(coordinatorOf(c.env.COORDINATOR, "health").view("health", [])),
    ]);
    const isWell = records && images && coordinator;
    const body = {
      status: isWell ? ("ok" as const) : ("degraded" as const),
      timestamp: now(),
      upstream: c.var.config.UPSTREAM_ORIGIN === undefined ? ("live" as const) : ("relay" as const),
      public_images: c.var.config.PUBLIC_IMAGE_BASE_URL !== undefined,
      reachable: { records, images, coordinator },
    };
    return c.json(body, isWell ? 200 : 503);
  });

const answers = (question: Promise<unknown>): Promise<boolean> =>
  question.then(
    () => true,
    () => false,
  );

/** OpenAI's list wants a date; the models have none of their own that callers could use. */
const created = 1_700_000_000;

function describe(model: Model): z.infer<typeof modelSchema> {
  return {
    id: model.id,
    object: "model",
    created,
    owned_by: "dreamina",
    name: model.name,
    aliases: modelAliases(model),
    ratios: [...ratios],
    resolutions: [...model.resolutions],
    sizes: Object.fromEntries(model.resolutions.map((resolution) => [resolution, sizes[resolution]])),
    regions: regionIds.filter((id) => model.clusters.includes(regions[id].cluster)),
    max_count: model.maxCount,
    default_count: model.defaultCount,
    max_inputs: model.maxInputs,
  };
}
