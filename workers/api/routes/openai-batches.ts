/** /v1/batches: batches in the words of OpenAI's Batch API. The same batches as under /v1/images/batches. */
import { createRoute } from "@hono/zod-openapi";
import { changeBatch } from "#api/batches/change.ts";
import { requireBatch } from "#api/batches/find.ts";
import { listBatches } from "#api/batches/list.ts";
import { createOpenAiBatch } from "#api/batches/openai/create.ts";
import { openAiBatchView } from "#api/batches/openai/view.ts";
import { authenticate, limitWork } from "#api/caller/caller.ts";
import { createRouter, jsonBody } from "#api/http/app.ts";
import { authorized } from "#api/http/authorized.ts";
import { answerHeaders, errorAnswer, errorAnswers } from "#api/http/openapi.ts";
import { batchPollSeconds } from "#api/limits.ts";
import { batchListQuery, batchParams } from "#shared/wire/batch.ts";
import { openAiBatchListSchema, openAiBatchRequestSchema, openAiBatchSchema } from "#shared/wire/openai-batch.ts";
import { idempotencyHeader, replayedHeader } from "#shared/wire/submit.ts";

const common = { tags: ["Batches"], security: authorized };
const json = { "application/json": { schema: openAiBatchSchema } };

const createBatchRoute = createRoute({
  ...common,
  method: "post",
  path: "/v1/batches",
  operationId: "createOpenAiBatch",
  summary: "Create a batch from a file, as at OpenAI",
  description:
    "Makes a batch of the requests in an uploaded file. Each body is read as the endpoint reads it alone, with `n` 1 by default. All of them are checked before anything starts: a file with faults makes a batch with the status `failed`, which names each in `errors` and costs nothing. The batch is the same under `/v1/images/batches/{id}`, which can also pause it, resume it and retry what failed.",
  middleware: [authenticate, limitWork, jsonBody] as const,
  request: {
    headers: idempotencyHeader,
    body: { required: true, content: { "application/json": { schema: openAiBatchRequestSchema } } },
  },
  responses: {
    200: { description: "The batch.", headers: answerHeaders("Idempotent-Replayed"), content: json },
    401: errorAnswer(401, "unauthorized"),
    409: errorAnswer(409, "idempotency_conflict"),
    ...errorAnswers(400, 413, 415, 429, 500),
  },
});

const listRoute = createRoute({
  ...common,
  method: "get",
  path: "/v1/batches",
  operationId: "listOpenAiBatches",
  summary: "List batches, as at OpenAI",
  description:
    "The batches that were created with exactly this set of sessions, or with this API key, newest first; also those of `/v1/images/batches`.",
  middleware: authenticate,
  request: { query: batchListQuery.omit({ status: true }) },
  responses: {
    200: { description: "The batches.", content: { "application/json": { schema: openAiBatchListSchema } } },
    400: errorAnswer(400, "invalid_value"),
    401: errorAnswer(401, "unauthorized"),
    ...errorAnswers(500),
  },
});

const getRoute = createRoute({
  ...common,
  method: "get",
  path: "/v1/batches/{id}",
  operationId: "getOpenAiBatch",
  summary: "Poll a batch, as at OpenAI",
  description: "The batch as it stands; when it has ended, with the ids of the files that hold its results.",
  middleware: authenticate,
  request: { params: batchParams },
  responses: {
    200: { description: "The batch.", headers: answerHeaders("Retry-After"), content: json },
    401: errorAnswer(401, "unauthorized"),
    ...errorAnswers(404, 500),
  },
});

const cancelRoute = createRoute({
  ...common,
  method: "post",
  path: "/v1/batches/{id}/cancel",
  operationId: "cancelOpenAiBatch",
  summary: "Cancel a batch, as at OpenAI",
  description:
    "Requests that wait do not start, and cost nothing; those under way are cancelled as single tasks are. The images made by then are in the output file.",
  middleware: authenticate,
  request: { params: batchParams },
  responses: {
    200: { description: "The batch.", content: json },
    401: errorAnswer(401, "unauthorized"),
    409: errorAnswer(409, "already_finished"),
    ...errorAnswers(404, 500),
  },
});

const router = createRouter();
router.use("/v1/batches/*", async (c, next) => {
  await next();
  c.header("Cache-Control", "no-store");
});

export const openAiBatches = router
  .openapi(createBatchRoute, async (c) => {
    const { batch, isReplayed } = await createOpenAiBatch(c, c.req.valid("json"));
    if (isReplayed) c.header(replayedHeader, "true");
    return c.json(openAiBatchView(batch), 200);
  })
  .openapi(listRoute, async (c) => {
    const { limit, after = null } = c.req.valid("query");
    const { batches, hasMore } = await listBatches(c.env, c.var.caller, { limit, after, status: null });
    const data = batches.map(openAiBatchView);
    const ids = { first_id: data[0]?.id ?? null, last_id: data.at(-1)?.id ?? null };
    return c.json({ object: "list" as const, data, ...ids, has_more: hasMore }, 200);
  })
  .openapi(getRoute, async (c) => {
    const { batch } = await requireBatch(c.env, c.req.valid("param").id, c.var.caller);
    if (batch.endedAt === null) c.header("Retry-After", String(batchPollSeconds));
    return c.json(openAiBatchView(batch), 200);
  })
  .openapi(cancelRoute, async (c) => {
    const batch = await changeBatch(c, c.req.valid("param").id, "cancel");
    return c.json(openAiBatchView(batch), 200);
  });
