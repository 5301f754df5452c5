/** GET /v1/admin/figures: what became of all tasks, and how the queue is. */
import { createRoute } from "@hono/zod-openapi";
import { requireAdmin } from "#api/admin/admin.ts";
import { figuresOf } from "#api/admin/figures.ts";
import { createRouter } from "#api/http/app.ts";
import { ofAdmin } from "#api/http/authorized.ts";
import { errorAnswer, errorAnswers } from "#api/http/openapi.ts";
import { figuresQuery, figuresSchema } from "#shared/wire/administration.ts";

const route = createRoute({
  method: "get",
  path: "/v1/admin/figures",
  operationId: "getFigures",
  summary: "The figures of the last days",
  description:
    "Tasks that ended, images and credits by days of UTC, why tasks failed, and how many wait and run now. As it was a minute ago at the latest. Requests of a batch that were cancelled before they began are not counted.",
  tags: ["Administration"],
  security: ofAdmin,
  "x-mcp": false,
  middleware: requireAdmin,
  request: { query: figuresQuery },
  responses: {
    200: { description: "The figures.", content: { "application/json": { schema: figuresSchema } } },
    400: errorAnswer(400, "invalid_value"),
    401: errorAnswer(401, "unauthorized"),
    ...errorAnswers(500),
  },
});

export const adminFigures = createRouter().openapi(route, async (c) =>
  c.json(await figuresOf(c, c.req.valid("query").days), 200),
);
