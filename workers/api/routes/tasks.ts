/**
 * The caller's tasks: GET /v1/images/tasks/{id} (the poll), GET /v1/images/tasks (the list), POST /v1/images/history.
 */

import { createRoute } from "@hono/zod-openapi";
import { authenticate } from "#api/caller/caller.ts";
import { createRouter, jsonBody } from "#api/http/app.ts";
import { authorized } from "#api/http/authorized.ts";
import { answerHeaders, errorAnswer, errorAnswers } from "#api/http/openapi.ts";
import { completeList, requireTask } from "#api/tasks/find.ts";
import { showTaskWithRequest, viewsOf } from "#api/tasks/view.ts";
import { AppError } from "#shared/errors.ts";
import { coordinatorOf } from "#shared/task/coordinator.ts";
import {
  findTasksSchema,
  foundTasksSchema,
  queuedStatus,
  taskListQuery,
  taskListSchema,
  taskParams,
  taskSchema,
} from "#shared/wire/task.ts";

const common = { tags: ["Images"], security: authorized };

const pollRoute = createRoute({
  ...common,
  method: "get",
  path: "/v1/images/tasks/{id}",
  operationId: "getTask",
  summary: "Poll a task",
  description:
    "The latest state of a task, to a caller who sends at least one of the sessions it was created with; to anybody else it does not exist. A completed task returns links to its images, in `images` and in `data`. A failed task answers 200 too. When news is near, the answer is held for up to a second, so that it has them. `GET /v1/tasks/{id}` and `GET /v1/images/generations/{id}` answer the same.",
  middleware: authenticate,
  request: { params: taskParams },
  responses: {
    200: {
      description: "The task.",
      headers: answerHeaders("Retry-After", "Content-Language"),
      content: { "application/json": { schema: taskSchema } },
    },
    401: errorAnswer(401, "unauthorized"),
    ...errorAnswers(404, 500),
  },
});

const listRoute = createRoute({
  ...common,
  method: "get",
  path: "/v1/images/tasks",
  operationId: "listTasks",
  summary: "List tasks",
  description:
    "The tasks that were submitted with exactly this set of sessions, or with this API key, newest first, for as long as they are remembered. Completed ones return links to their images.",
  middleware: authenticate,
  request: {
    query: taskListQuery,
  },
  responses: {
    200: { description: "The tasks.", content: { "application/json": { schema: taskListSchema } } },
    400: errorAnswer(400, "invalid_value"),
    401: errorAnswer(401, "unauthorized"),
    ...errorAnswers(500),
  },
});

const historyRoute = createRoute({
  ...common,
  method: "post",
  path: "/v1/images/history",
  operationId: "findTasks",
  summary: "Find tasks by submit id",
  description:
    "The tasks with these submit ids, among those that were submitted with exactly this set of sessions, or with this API key. Unknown ids are left out. Completed tasks return links to their images.",
  middleware: [authenticate, jsonBody] as const,
  request: {
    body: {
      required: true,
      content: {
        "application/json": {
          schema: findTasksSchema,
        },
      },
    },
  },
  responses: {
    200: {
      description: "The tasks that were found, in the order of the request.",
      content: {
        "application/json": {
          schema: foundTasksSchema,
        },
      },
    },
    400: errorAnswer(400, "invalid_json", "invalid_value", "missing_value"),
    401: errorAnswer(401, "unauthorized"),
    ...errorAnswers(413, 415, 500),
  },
});

export const tasks = createRouter()
  .openapi(pollRoute, async (c) => {
    const found = await requireTask(c.env, c.req.valid("param").id, c.var.caller);
    return c.json(await showTaskWithRequest(c, found), 200);
  })
  .openapi(listRoute, async (c) => {
    const { limit, after = null, status: word = null } = c.req.valid("query");
    const status = word === queuedStatus ? "pending" : word;
    const { owner, readerTags: tags } = c.var.caller;
    const answer = await coordinatorOf(c.env.COORDINATOR, owner).list({ tags, limit, after, status });
    if (answer.kind === "unknown_cursor") {
      throw new AppError("invalid_value", "after is not the id of one of your tasks; begin without it.", "after");
    }
    const found = await completeList(c.env, answer.tasks);
    c.header("Cache-Control", "no-store");
    const data = await viewsOf(c, found);
    return c.json(
      { object: "list" as const, data, has_more: answer.hasMore, last_id: answer.tasks.at(-1)?.id ?? null },
      200,
    );
  })
  .openapi(historyRoute, async (c) => {
    const { owner, readerTags: tags } = c.var.caller;
    const listed = await coordinatorOf(c.env.COORDINATOR, owner).search(c.req.valid("json").submit_ids, tags);
    const found = await completeList(c.env, listed);
    c.header("Cache-Control", "no-store");
    return c.json({ created: Math.floor(Date.now() / 1000), data: await viewsOf(c, found) }, 200);
  });
