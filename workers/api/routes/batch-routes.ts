/** The routes of batches, as they are described. */
import { createRoute } from "@hono/zod-openapi";
import { authenticate, limitWork } from "#api/caller/caller.ts";
import { authorized } from "#api/http/authorized.ts";
import { answerHeaders, errorAnswer, errorAnswers } from "#api/http/openapi.ts";
import type { BatchAction } from "#shared/task/batch.ts";
import {
  batchListQuery,
  batchListSchema,
  batchParams,
  batchSchema,
  batchTasksQuery,
  batchTasksSchema,
  createBatchQuery,
  resultsQuery,
} from "#shared/wire/batch.ts";
import { idempotencyHeader } from "#shared/wire/submit.ts";

const common = { tags: ["Batches"], security: authorized };
const json = { "application/json": { schema: batchSchema } };
const batchHeaders = answerHeaders("Retry-After", "Content-Language");

export const createBatchRoute = createRoute({
  ...common,
  method: "post",
  path: "/v1/images/batches",
  operationId: "createBatch",
  summary: "Create a batch",
  description:
    "Up to 1,000 requests in one call, each with the fields of a single one, reference images included, and a `custom_id`; or one request a line, as `application/jsonl`. All of them are checked before anything starts, and every fault is named at once. Their tasks start as your sessions have free slots, in turn with your single tasks, and have ids like any other.",
  middleware: [authenticate, limitWork] as const,
  request: {
    headers: idempotencyHeader,
    query: createBatchQuery,
    body: {
      required: true,
      content: { "application/json": { schema: { $ref: "#/components/schemas/BatchRequest" } } },
    },
  },
  responses: {
    200: {
      description: "The batch.",
      headers: answerHeaders("Location", "Retry-After", "Idempotent-Replayed", "Content-Language"),
      content: json,
    },
    401: errorAnswer(401, "unauthorized"),
    409: errorAnswer(409, "idempotency_conflict"),
    ...errorAnswers(400, 413, 429, 500),
  },
});

export const listRoute = createRoute({
  ...common,
  method: "get",
  path: "/v1/images/batches",
  operationId: "listBatches",
  summary: "List batches",
  description: "The batches that were created with exactly this set of sessions, or with this API key, newest first.",
  middleware: authenticate,
  request: { query: batchListQuery },
  responses: {
    200: { description: "The batches.", content: { "application/json": { schema: batchListSchema } } },
    400: errorAnswer(400, "invalid_value"),
    401: errorAnswer(401, "unauthorized"),
    ...errorAnswers(500),
  },
});

export const getRoute = createRoute({
  ...common,
  method: "get",
  path: "/v1/images/batches/{id}",
  operationId: "getBatch",
  summary: "Poll a batch",
  description: "The batch as it stands: one small answer, however many requests it has.",
  middleware: authenticate,
  request: { params: batchParams },
  responses: {
    200: { description: "The batch.", headers: batchHeaders, content: json },
    401: errorAnswer(401, "unauthorized"),
    ...errorAnswers(404, 500),
  },
});

export const tasksRoute = createRoute({
  ...common,
  method: "get",
  path: "/v1/images/batches/{id}/tasks",
  operationId: "listBatchTasks",
  summary: "List the tasks of a batch",
  description: "In the order of the requests, each as a poll of the task shows it.",
  middleware: authenticate,
  request: { params: batchParams, query: batchTasksQuery },
  responses: {
    200: { description: "The tasks.", content: { "application/json": { schema: batchTasksSchema } } },
    400: errorAnswer(400, "invalid_value"),
    401: errorAnswer(401, "unauthorized"),
    ...errorAnswers(404, 500),
  },
});

const text = { schema: { type: "string" as const } };
export const resultsRoute = createRoute({
  ...common,
  method: "get",
  path: "/v1/images/batches/{id}/results",
  operationId: "getBatchResults",
  summary: "Results of a batch",
  description:
    "One line of JSON for each request, in their order, at any time: with its `custom_id`, its status, and its images or its error. `format=csv`: a table with a row for each image. The body is sent while it is read, so it may be of any length; a body that breaks off is not whole.",
  middleware: authenticate,
  request: { params: batchParams, query: resultsQuery },
  responses: {
    200: { description: "The results.", content: { "application/jsonl": text } },
    400: errorAnswer(400, "invalid_value"),
    401: errorAnswer(401, "unauthorized"),
    ...errorAnswers(404, 500),
  },
});

const actions: Record<BatchAction, { operationId: string; summary: string; description: string }> = {
  cancel: {
    operationId: "cancelBatch",
    summary: "Cancel a batch",
    description: "Waiting requests do not start, and cost nothing; those under way are cancelled as single tasks are.",
  },
  pause: {
    operationId: "pauseBatch",
    summary: "Pause a batch",
    description: "Nothing more starts until it is resumed; requests under way go on to their end.",
  },
  resume: {
    operationId: "resumeBatch",
    summary: "Resume a batch",
    description:
      "Goes on with a batch that was paused, or that paused by itself because none of its sessions worked. Send it with the sessions of the batch.",
  },
  retry: {
    operationId: "retryBatch",
    summary: "Retry what failed",
    description:
      "Makes every failed request again, as a new task of the same batch, which costs what any other task does. It works after the end of the batch, too: send it with the sessions of the batch, which are forgotten then. Requests with reference images can be made again until a day after the end, and seven days after the creation at most.",
  },
};

export const actionRoute = <A extends BatchAction>(action: A) =>
  createRoute({
    ...common,
    ...actions[action],
    method: "post",
    path: `/v1/images/batches/{id}/${action}`,
    middleware: authenticate,
    request: { params: batchParams },
    responses: {
      200: { description: "The batch.", headers: batchHeaders, content: json },
      401: errorAnswer(401, "unauthorized"),
      409: errorAnswer(409, "already_finished"),
      ...errorAnswers(404, 500),
    },
  });
