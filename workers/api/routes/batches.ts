/** /v1/images/batches: many requests at once, watched as one, with their results in order. */
import { createRoute } from "@hono/zod-openapi";
import type { Context } from "hono";
import { createBatch } from "#api/batches/create.ts";
import { noSuchBatch, requireBatch } from "#api/batches/find.ts";
import { readBatchText, readLines } from "#api/batches/read-lines.ts";
import { resultsText } from "#api/batches/results.ts";
import { batchPath, batchView } from "#api/batches/view.ts";
import { authenticate, type CallerEnv, limitWork } from "#api/caller/caller.ts";
import { createRouter } from "#api/http/app.ts";
import { authorized } from "#api/http/authorized.ts";
import { answerHeaders, errorAnswer, errorAnswers } from "#api/http/openapi.ts";
import { textStream } from "#api/http/text-stream.ts";
import { batchPollSeconds } from "#api/limits.ts";
import { replayedHeader } from "#api/submit/task-answer.ts";
import { linksFor, viewOf } from "#api/tasks/view.ts";
import { AppError } from "#shared/errors.ts";
import { languageOf } from "#shared/language.ts";
import type { BatchAction, BatchSnapshot } from "#shared/task/batch.ts";
import { coordinatorOf } from "#shared/task/coordinator.ts";
import {
  batchListQuery,
  batchListSchema,
  batchParams,
  batchRequestSchema,
  batchSchema,
  batchTasksQuery,
  batchTasksSchema,
  createBatchQuery,
  type InvalidRequest,
  resultsQuery,
} from "#shared/wire/batch.ts";
import { idempotencyHeader } from "#shared/wire/submit.ts";

const common = { tags: ["Batches"], security: authorized };
const json = { "application/json": { schema: batchSchema } };
const batchHeaders = answerHeaders("Retry-After", "Content-Language");

const createBatchRoute = createRoute({
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

const listRoute = createRoute({
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

const getRoute = createRoute({
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

const tasksRoute = createRoute({
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
const resultsRoute = createRoute({
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
    200: { description: "The results.", content: { "application/jsonl": text, "text/csv": text } },
    400: errorAnswer(400, "invalid_value"),
    401: errorAnswer(401, "unauthorized"),
    ...errorAnswers(404, 500),
  },
});

const actions: Record<BatchAction, { operationId: string; summary: string; description: string }> = {
  cancel: {
    operationId: "cancelBatch",
    summary: "Cancel a batch",
    description: "What waits does not start, and costs nothing; what is under way is cancelled as single tasks are.",
  },
  pause: {
    operationId: "pauseBatch",
    summary: "Pause a batch",
    description: "Nothing more starts until it is resumed; what is under way goes on to its end.",
  },
  resume: {
    operationId: "resumeBatch",
    summary: "Resume a batch",
    description: "Goes on with a batch that was paused, or that paused by itself because none of its sessions worked.",
  },
  retry: {
    operationId: "retryBatch",
    summary: "Retry what failed",
    description:
      "Makes every failed request of the batch again, as a new task; what it makes is paid for as any other. Also after the batch has ended; with reference images for a day.",
  },
};

const actionRoute = <A extends BatchAction>(action: A) =>
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

type BatchContext = Context<CallerEnv>;

function show(c: BatchContext, batch: BatchSnapshot, invalid: InvalidRequest[] = []) {
  const language = languageOf(c.req.header("accept-language"));
  if (batch.endedAt === null) c.header("Retry-After", String(batchPollSeconds));
  c.header("Cache-Control", "no-store");
  c.header("Content-Language", language);
  return c.json(batchView(batch, language, invalid), 200);
}

async function change(c: BatchContext, id: string, action: BatchAction) {
  const { coordinator } = await requireBatch(c.env, id, c.var.caller);
  const answer = await coordinator.changeBatch(id, c.var.caller.readableTags, action);
  if (answer.kind === "unknown") throw noSuchBatch();
  if (answer.kind === "refused") throw new AppError("already_finished", answer.why);
  return show(c, answer.batch);
}

const router = createRouter();
router.openAPIRegistry.register("BatchRequest", batchRequestSchema.clone());

export const batches = router
  .openapi(createBatchRoute, async (c) => {
    const body = await readBatchText(c.req.raw);
    const query = c.req.valid("query").skip_invalid;
    const skipsInvalid = query === "true" || query === "1" || query === "";
    const fields = readLines(body, c.req.header("content-type") ?? "");
    const created = await createBatch(c, fields, { skipsInvalid, identity: JSON.stringify([skipsInvalid, body]) });
    c.header("Location", batchPath(created.batch.id));
    if (created.isReplayed) c.header(replayedHeader, "true");
    return show(c, created.batch, created.invalid);
  })
  .openapi(listRoute, async (c) => {
    const { limit, after = null } = c.req.valid("query");
    const { owner, readerTags: tags } = c.var.caller;
    const answer = await coordinatorOf(c.env.COORDINATOR, owner).listBatches({ tags, limit, after });
    if (answer.kind === "unknown_cursor") {
      throw new AppError("invalid_value", "after is not the id of one of your batches; begin without it.", "after");
    }
    const language = languageOf(c.req.header("accept-language"));
    c.header("Cache-Control", "no-store");
    const data = answer.batches.map((batch) => batchView(batch, language));
    return c.json({ object: "list" as const, data, has_more: answer.hasMore, last_id: data.at(-1)?.id ?? null }, 200);
  })
  .openapi(getRoute, async (c) => {
    const { batch } = await requireBatch(c.env, c.req.valid("param").id, c.var.caller);
    return show(c, batch);
  })
  .openapi(tasksRoute, async (c) => {
    const { id } = c.req.valid("param");
    const { limit, after = "-1", status = null } = c.req.valid("query");
    if (!/^(-1|\d{1,6})$/.test(after)) {
      throw new AppError("invalid_value", "after must be the `last_id` of the page before; begin without it.", "after");
    }
    const { coordinator } = await requireBatch(c.env, id, c.var.caller);
    const query = { tags: c.var.caller.readableTags, limit, after: Number(after), status };
    const page = await coordinator.batchItems(id, query);
    if (page === null) throw noSuchBatch();
    c.header("Cache-Control", "no-store");
    const data = page.items.map(({ customId: custom_id, line, snapshot }) => ({
      custom_id,
      line,
      ...viewOf(c, { ...snapshot, version: null }),
    }));
    return c.json(
      { object: "list" as const, data, has_more: page.hasMore, last_id: data.length === 0 ? null : String(page.last) },
      200,
    );
  })
  .openapi(resultsRoute, async (c) => {
    const { id } = c.req.valid("param");
    const { format } = c.req.valid("query");
    const { coordinator } = await requireBatch(c.env, id, c.var.caller);
    const language = languageOf(c.req.header("accept-language"));
    const reading = { coordinator, id, tags: c.var.caller.readableTags };
    c.header("Content-Type", format === "csv" ? "text/csv; charset=utf-8" : "application/jsonl; charset=utf-8");
    c.header("Content-Disposition", `attachment; filename="${id}.${format}"`);
    c.header("Cache-Control", "no-store, no-transform");
    return c.body(textStream(resultsText(reading, format, { linkTo: linksFor(c), language })), 200);
  })
  .openapi(actionRoute("cancel"), (c) => change(c, c.req.valid("param").id, "cancel"))
  .openapi(actionRoute("pause"), (c) => change(c, c.req.valid("param").id, "pause"))
  .openapi(actionRoute("resume"), (c) => change(c, c.req.valid("param").id, "resume"))
  .openapi(actionRoute("retry"), (c) => change(c, c.req.valid("param").id, "retry"));
