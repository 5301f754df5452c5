/** How the server is: GET /ping, /health. No authorization. */
import { createRoute } from "@hono/zod-openapi";
import * as z from "zod";
import { coordinatorOf } from "../../../shared/task/coordinator.ts";
import { getRecord } from "../../../shared/task/records.ts";
import { overriddenNames } from "../../../shared/upstream/index.ts";
import { createRouter } from "../app.ts";
import { errorAnswers } from "../openapi.ts";

const alive = {
  status: z.enum(["ok", "degraded"]).meta({ description: "`ok`, or `degraded` when a part cannot be reached." }),
  timestamp: z.int().meta({ description: "The server's time, Unix seconds." }),
};

const pingRoute = createRoute({
  method: "get",
  path: "/ping",
  operationId: "ping",
  summary: "Is it there?",
  description: "Answers without touching anything else.",
  tags: ["About"],
  responses: {
    200: {
      description: "Yes.",
      content: { "application/json": { schema: z.object(alive).meta({ id: "Ping" }) } },
    },
    ...errorAnswers(500),
  },
});

const healthSchema = z
  .object({
    ...alive,
    upstream: z.enum(["live", "relay", "simulator"]).meta({
      description:
        "`live`: the real Dreamina. `relay`: UPSTREAM_ORIGIN is set, to a relay of the operator's. `simulator`: it is set, and what is there says that it is a simulator: pictures are made up.",
    }),
    overridden: z.array(z.string()).meta({
      description:
        "What UPSTREAM_OVERRIDES replaces of the built-in facts about Dreamina, by name, without the values.",
      example: ["versions.draft"],
    }),
    public_images: z.boolean().meta({ description: "Whether links point at a public bucket's own domain." }),
    reachable: z
      .object({
        records: z.boolean().meta({ description: "The KV namespace of task records." }),
        images: z.boolean().meta({ description: "The bucket of pictures." }),
        inputs: z.boolean().meta({ description: "The bucket of reference images." }),
        coordinator: z.boolean().meta({ description: "The coordinator, in the consumer worker." }),
      })
      .meta({ description: "Which parts answered." }),
  })
  .meta({ id: "Health" });

const healthRoute = createRoute({
  method: "get",
  path: "/health",
  operationId: "getHealth",
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
  .openapi(pingRoute, (c) => c.json({ status: "ok" as const, timestamp: now() }, 200))
  .openapi(healthRoute, async (c) => {
    // A coordinator that never held a task stores nothing: asking an invented one is free of traces.
    const [upstream, records, images, inputs, coordinator] = await Promise.all([
      upstreamAt(c.var.config.UPSTREAM_ORIGIN),
      answers(getRecord(c.env.TASKS, "health")),
      answers(c.env.IMAGES.head("health")),
      answers(c.env.INPUTS.head("health")),
      answers(coordinatorOf(c.env.COORDINATOR, "health").view("health", [])),
    ]);
    const isWell = records && images && inputs && coordinator;
    const body = {
      status: isWell ? ("ok" as const) : ("degraded" as const),
      timestamp: now(),
      upstream,
      overridden: overriddenNames(c.var.config.UPSTREAM_OVERRIDES),
      public_images: c.var.config.PUBLIC_IMAGE_BASE_URL !== undefined,
      reachable: { records, images, inputs, coordinator },
    };
    return c.json(body, isWell ? 200 : 503);
  });

const aboutSchema = z.object({ simulator: z.literal(true) });
const aboutTimeoutMs = 2_000;

/** The simulator of this project tells what it is; a relay has no such address. */
async function upstreamAt(origin: string | undefined): Promise<z.infer<typeof healthSchema>["upstream"]> {
  if (origin === undefined) return "live";
  try {
    const answer = await fetch(new URL("/_sim/about", origin), { signal: AbortSignal.timeout(aboutTimeoutMs) });
    return aboutSchema.safeParse(await answer.json()).success ? "simulator" : "relay";
  } catch {
    return "relay";
  }
}

const answers = (question: Promise<unknown>): Promise<boolean> =>
  question.then(
    () => true,
    () => false,
  );
