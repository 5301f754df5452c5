/** GET /metrics: the figures of the server for Prometheus. */
import { createRoute } from "@hono/zod-openapi";
import * as z from "zod";
import { requireKey } from "#api/admin/admin.ts";
import { metricsText } from "#api/admin/metrics.ts";
import { createRouter } from "#api/http/app.ts";
import { ofAdmin } from "#api/http/authorized.ts";
import { errorAnswer, errorAnswers } from "#api/http/openapi.ts";

const route = createRoute({
  method: "get",
  path: "/metrics",
  operationId: "getMetrics",
  summary: "Metrics for Prometheus",
  description:
    "The figures of the server in Prometheus' text format, with the administrator's key as the bearer token. As they were a minute ago at the latest. Counters never fall.",
  tags: ["Administration"],
  security: ofAdmin,
  "x-mcp": false,
  responses: {
    200: {
      description: "The metrics.",
      content: {
        "text/plain": {
          schema: z.string().meta({
            description: "The text format, version 0.0.4.",
            example:
              "# HELP dreamina_tasks_running Tasks under way.\n# TYPE dreamina_tasks_running gauge\ndreamina_tasks_running 3\n",
          }),
        },
      },
    },
    401: errorAnswer(401, "unauthorized"),
    ...errorAnswers(500),
  },
});

export const metrics = createRouter().openapi(route, async (c) => {
  await requireKey(c);
  return c.text(await metricsText(c), 200, {
    "Content-Type": "text/plain; version=0.0.4; charset=utf-8",
    "Cache-Control": "no-store",
  });
});
