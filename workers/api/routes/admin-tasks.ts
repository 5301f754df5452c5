/** GET /v1/admin/tasks: tasks under way of all callers. */
import { createRoute } from "@hono/zod-openapi";
import { requireAdmin } from "#api/admin/admin.ts";
import { tasksUnderWay } from "#api/admin/tasks.ts";
import { createRouter } from "#api/http/app.ts";
import { ofAdmin } from "#api/http/authorized.ts";
import { errorAnswer, errorAnswers } from "#api/http/openapi.ts";
import { adminTaskListSchema, adminTaskQuery } from "#shared/wire/administration.ts";

const route = createRoute({
  method: "get",
  path: "/v1/admin/tasks",
  operationId: "listAllTasks",
  summary: "List the tasks under way of all callers",
  description:
    "The oldest first, without requests of batches that have not begun. Tasks of API keys are in the list at once; the first task of a caller with sessions or keys of its own a minute after its creation at the latest. Prompts are shown only where the setting ADMIN_SEES_PROMPTS is on.",
  tags: ["Administration"],
  security: ofAdmin,
  "x-mcp": false,
  middleware: requireAdmin,
  request: { query: adminTaskQuery },
  responses: {
    200: { description: "The tasks.", content: { "application/json": { schema: adminTaskListSchema } } },
    400: errorAnswer(400, "invalid_value"),
    401: errorAnswer(401, "unauthorized"),
    ...errorAnswers(500),
  },
});

export const adminTasks = createRouter().openapi(route, async (c) => {
  const { tasks, hasMore } = await tasksUnderWay(c, c.req.valid("query").limit);
  return c.json({ object: "list" as const, data: tasks, has_more: hasMore }, 200);
});
