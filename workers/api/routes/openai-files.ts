/** /v1/files: files of requests for OpenAI's Batch API, and the files with the results of its batches. */
import { createRoute } from "@hono/zod-openapi";
import { noSuchFile } from "#api/batches/openai/no-such-file.ts";
import { outputFile, sizeOf } from "#api/batches/openai/output-file.ts";
import { outputOf } from "#api/batches/openai/output-ids.ts";
import { readUpload } from "#api/batches/openai/read-upload.ts";
import * as stored from "#api/batches/openai/stored-files.ts";
import { authenticate, limitWork } from "#api/caller/caller.ts";
import { createRouter } from "#api/http/app.ts";
import { authorized } from "#api/http/authorized.ts";
import { errorAnswer, errorAnswers } from "#api/http/openapi.ts";
import { textStream } from "#api/http/text-stream.ts";
import { fileKeptMs } from "#api/limits.ts";
import { AppError } from "#shared/errors.ts";
import * as wire from "#shared/wire/openai-file.ts";

const common = { tags: ["Batches"], security: authorized };
const json = { "application/json": { schema: wire.openAiFileSchema } };
const request = { params: wire.openAiFileParams };
const readErrors = { 401: errorAnswer(401, "unauthorized"), ...errorAnswers(404, 500) };

const uploadRoute = createRoute({
  ...common,
  method: "post",
  path: "/v1/files",
  operationId: "uploadFile",
  summary: "Upload a file of requests",
  description:
    "OpenAI's route for files, with the purpose `batch` only. One request a line, as OpenAI's Batch API has them; at most 10 MiB and 1,000 lines. The lines are checked when a batch is made of them. Kept for a week.",
  middleware: [authenticate, limitWork] as const,
  request: {
    body: {
      required: true,
      content: { "multipart/form-data": { schema: { $ref: "#/components/schemas/FileUpload" } } },
    },
  },
  responses: {
    200: { description: "The file.", content: json },
    400: errorAnswer(400, "invalid_value", "missing_value"),
    401: errorAnswer(401, "unauthorized"),
    ...errorAnswers(413, 415, 429, 500),
  },
});

const listRoute = createRoute({
  ...common,
  method: "get",
  path: "/v1/files",
  operationId: "listFiles",
  summary: "List uploaded files",
  description:
    "The files that were uploaded with exactly this set of sessions, or with this API key. The results of batches are not among them: their batch names them.",
  middleware: authenticate,
  request: { query: wire.openAiFileListQuery },
  responses: {
    200: { description: "The files.", content: { "application/json": { schema: wire.openAiFileListSchema } } },
    400: errorAnswer(400, "invalid_value"),
    401: errorAnswer(401, "unauthorized"),
    ...errorAnswers(500),
  },
});

const getRoute = createRoute({
  ...common,
  method: "get",
  path: "/v1/files/{id}",
  operationId: "getFile",
  summary: "A file",
  description: "Size, name and times of an uploaded file, or of a file with the results of a batch.",
  middleware: authenticate,
  request,
  responses: { 200: { description: "The file.", content: json }, ...readErrors },
});

const contentRoute = createRoute({
  ...common,
  method: "get",
  path: "/v1/files/{id}/content",
  operationId: "getFileContent",
  summary: "The content of a file",
  description:
    "JSON lines. An uploaded file as it was sent; the results of a batch with a line for each request: `output_file_id` of the batch has the completed ones, with links to their images, `error_file_id` all others. The results are made while they are sent; a body that breaks off is not whole.",
  "x-mcp": false,
  middleware: authenticate,
  request,
  responses: {
    200: {
      description: "The content.",
      content: { "application/octet-stream": { schema: { type: "string" as const, format: "binary" } } },
    },
    ...readErrors,
  },
});

const deleteRoute = createRoute({
  ...common,
  method: "delete",
  path: "/v1/files/{id}",
  operationId: "deleteFile",
  summary: "Delete an uploaded file",
  description: "A batch that was made of it goes on: it has read the file.",
  middleware: authenticate,
  request,
  responses: {
    200: {
      description: "Whether it is deleted.",
      content: { "application/json": { schema: wire.fileDeletedSchema } },
    },
    ...readErrors,
  },
});

const seconds = (milliseconds: number): number => Math.floor(milliseconds / 1000);

function view({ id, bytes, filename, createdAt, expiresAt }: stored.StoredFile): wire.OpenAiFile {
  const purpose = outputOf(id) === null ? "batch" : "batch_output";
  const moments = { created_at: seconds(createdAt), expires_at: seconds(expiresAt) };
  return { id, object: "file", bytes, ...moments, filename, purpose, status: "processed" };
}

const router = createRouter();
router.openAPIRegistry.register("FileUpload", wire.uploadSchema.clone());
router.use("/v1/files/*", async (c, next) => {
  await next();
  c.header("Cache-Control", "no-store, no-transform");
});

export const openAiFiles = router
  .openapi(uploadRoute, async (c) => {
    const { INPUTS } = c.env;
    const { content, filename, keptSeconds } = await readUpload(c.req.raw);
    const createdAt = Date.now();
    const keptMs = keptSeconds === null ? fileKeptMs : Math.min(keptSeconds * 1000, fileKeptMs);
    const file = { content, filename, createdAt, expiresAt: createdAt + keptMs };
    c.executionCtx.waitUntil(stored.deleteExpired(INPUTS, c.var.caller).catch(() => {}));
    return c.json(view(await stored.putFile(INPUTS, c.var.caller, file)), 200);
  })
  .openapi(listRoute, async (c) => {
    const { limit, after, order, purpose = "batch" } = c.req.valid("query");
    const newest = purpose === "batch" ? await stored.listFiles(c.env.INPUTS, c.var.caller) : [];
    const files = order === "asc" ? newest.toReversed() : newest;
    const start = after === undefined ? 0 : files.findIndex(({ id }) => id === after) + 1;
    if (after !== undefined && start === 0) {
      throw new AppError("invalid_value", "after is not the id of one of your files; begin without it.", "after");
    }
    const data = files.slice(start, start + limit).map(view);
    const ids = { first_id: data[0]?.id ?? null, last_id: data.at(-1)?.id ?? null };
    return c.json({ object: "list" as const, data, ...ids, has_more: start + limit < files.length }, 200);
  })
  .openapi(getRoute, async (c) => {
    const { id } = c.req.valid("param");
    const output = await outputFile(c, id);
    if (output !== null) return c.json(view({ ...output, bytes: await sizeOf(output) }), 200);
    const file = await stored.findFile(c.env.INPUTS, c.var.caller, id);
    if (file === null) throw noSuchFile();
    return c.json(view(file), 200);
  })
  .openapi(contentRoute, async (c) => {
    const { id } = c.req.valid("param");
    const output = await outputFile(c, id);
    const found = output === null ? await stored.openFile(c.env.INPUTS, c.var.caller, id) : null;
    const body = output === null ? found?.body.body : textStream(output.text());
    if (body === undefined) throw noSuchFile();
    const type = { "Content-Type": "application/octet-stream" };
    return new Response(body, { headers: { ...type, "Content-Disposition": `attachment; filename="${id}.jsonl"` } });
  })
  .openapi(deleteRoute, async (c) => {
    const { id } = c.req.valid("param");
    const isOutput = (await outputFile(c, id)) !== null;
    const deleted = !isOutput && (await stored.deleteFile(c.env.INPUTS, c.var.caller, id));
    if (!isOutput && !deleted) throw noSuchFile();
    return c.json({ id, object: "file" as const, deleted }, 200);
  });
