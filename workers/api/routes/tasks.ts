/**
 * The caller's tasks: GET /v1/images/tasks/{id} (the poll), GET /v1/images/tasks (the list), POST /v1/images/history.
 */

import { createRoute } from "@hono/zod-openapi";
import * as z from "zod";
import { authenticate } from "#api/caller/caller.ts";
import { createRouter, jsonBody } from "#api/http/app.ts";
import { authorized } from "#api/http/authorized.ts";
import { answerHeaders, errorAnswer, errorAnswers } from "#api/http/openapi.ts";
import { maxListed, maxSearched, usuallyListed } from "#api/limits.ts";
import { completeList, requireTask } from "#api/tasks/find.ts";
import { showTask, viewOf } from "#api/tasks/view.ts";
import { AppError } from "#shared/errors.ts";
import { coordinatorOf } from "#shared/task/coordinator.ts";
import { statuses } from "#shared/task/schema.ts";
import { foundTasksSchema, taskListSchema, taskParams, taskSchema } from "#shared/wire/task.ts";

const common = { tags: ["Images"], security: authorized };

const pollRoute = createRoute({
  ...common,
  method: "get",
  path: "/v1/images/tasks/{id}",
  operationId: "getTask",
  summary: "Poll a task",
  description:
    "The latest state of a task, to a caller who sends at least one of the sessions it was created with; to anybody else it does not exist. A completed task returns links to its images, in `images` and in `data`. A failed task answers 200 too. `GET /v1/tasks/{id}` and `GET /v1/images/generations/{id}` answer the same.",
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

/** What the `/async` addresses answer for `pending`. */
const queuedStatus = "queued";

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
    query: z.object({
      limit: z.coerce
        .number()
        .int()
        .min(1)
        .max(maxListed)
        .default(usuallyListed)
        .meta({ description: `How many, 1 to ${maxListed}.`, example: usuallyListed, type: "integer" }),
      after: z.string().optional().meta({
        description: "Id of the task after which to go on: `last_id` of the page before.",
        example: "imgtask_V1StGXR8_Z5jdHi6B-myT",
      }),
      status: z
        .enum([...statuses, queuedStatus])
        .optional()
        .meta({
          description: "Only tasks that are so. `queued`, the word of the `/async` addresses, is `pending`.",
          example: "completed",
        }),
    }),
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
          schema: z
            .object({
              submit_ids: z
                .array(z.string().max(100).meta({ description: "A task's `submit_id`." }))
                .min(1)
                .max(maxSearched)
                .meta({
                  description: `1 to ${maxSearched} submit ids.`,
                  example: ["f4d70bb5-5184-4025-89c0-c18db7977135"],
                }),
            })
            .meta({ id: "HistoryRequest" }),
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
    return c.json(showTask(c, found), 200);
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
    const data = found.map((one) => viewOf(c, one));
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
    return c.json({ created: Math.floor(Date.now() / 1000), data: found.map((one) => viewOf(c, one)) }, 200);
  });
