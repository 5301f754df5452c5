/** Named keys of this server: /v1/admin/keys. */
import { createRoute } from "@hono/zod-openapi";
import { requireAdmin } from "#api/admin/admin.ts";
import { keyChange, newKey, shownKeys, shownNewKey } from "#api/admin/keys.ts";
import { forgetKeys } from "#api/caller/known-keys.ts";
import { createRouter, jsonBody } from "#api/http/app.ts";
import { ofAdmin } from "#api/http/authorized.ts";
import { errorAnswer, errorAnswers } from "#api/http/openapi.ts";
import { AppError } from "#shared/errors.ts";
import { registryOf } from "#shared/task/registry.ts";
import {
  createdKeySchema,
  keyChangeSchema,
  keyDeletedSchema,
  keyListSchema,
  keyParams,
  keySchema,
  newKeySchema,
} from "#shared/wire/keys.ts";

const common = { tags: ["Administration"], security: ofAdmin, "x-mcp": false };
const refusals = { 401: errorAnswer(401, "unauthorized"), ...errorAnswers(500) };
const ofBody = { 400: errorAnswer(400, "invalid_json", "invalid_value", "missing_value"), ...errorAnswers(413, 415) };

const createKeyRoute = createRoute({
  ...common,
  method: "post",
  path: "/v1/admin/keys",
  operationId: "createKey",
  summary: "Make a named key",
  description:
    "Makes an API key (`sk-…`) with a name and limits. It is in this answer and nowhere else: this server keeps its hash. Its use is counted by the images that are really made.",
  middleware: [requireAdmin, jsonBody] as const,
  request: { body: { required: true, content: { "application/json": { schema: newKeySchema } } } },
  responses: {
    201: { description: "The key.", content: { "application/json": { schema: createdKeySchema } } },
    ...refusals,
    ...ofBody,
  },
});

const listRoute = createRoute({
  ...common,
  method: "get",
  path: "/v1/admin/keys",
  operationId: "listKeys",
  summary: "List the named keys",
  description:
    "All of them, with their limits and use. Keys of the setting API_KEYS have no name and are not among them.",
  middleware: requireAdmin,
  responses: {
    200: { description: "The keys.", content: { "application/json": { schema: keyListSchema } } },
    ...refusals,
  },
});

const changeRoute = createRoute({
  ...common,
  method: "patch",
  path: "/v1/admin/keys/{id}",
  operationId: "changeKey",
  summary: "Change a named key",
  description: "Its name, its limits, or when it stops working. In force after half a minute at the latest.",
  middleware: [requireAdmin, jsonBody] as const,
  request: {
    params: keyParams,
    body: { required: true, content: { "application/json": { schema: keyChangeSchema } } },
  },
  responses: {
    200: { description: "The key.", content: { "application/json": { schema: keySchema } } },
    ...refusals,
    ...ofBody,
    404: errorAnswer(404, "not_found"),
  },
});

const deleteRoute = createRoute({
  ...common,
  method: "delete",
  path: "/v1/admin/keys/{id}",
  operationId: "deleteKey",
  summary: "Delete a named key",
  description:
    "It is refused after half a minute at the latest. Its tasks under way go on; no other key can read them.",
  middleware: requireAdmin,
  request: { params: keyParams },
  responses: {
    200: { description: "It is deleted.", content: { "application/json": { schema: keyDeletedSchema } } },
    ...refusals,
    404: errorAnswer(404, "not_found"),
  },
});

export const adminKeys = createRouter()
  .openapi(createKeyRoute, async (c) => {
    const { key, row } = await newKey(c, c.req.valid("json"));
    const registry = registryOf(c.env.REGISTRY);
    // A call that broke off may have been carried out: the same key again makes no second one.
    const entry = await registry.createKey(row).catch(() => registry.createKey(row));
    return c.json({ ...shownNewKey(entry), key }, 201);
  })
  .openapi(listRoute, async (c) => {
    const entries = await registryOf(c.env.REGISTRY).listKeys();
    return c.json({ object: "list" as const, data: await shownKeys(c, entries) }, 200);
  })
  .openapi(changeRoute, async (c) => {
    const registry = registryOf(c.env.REGISTRY);
    const { id } = c.req.valid("param");
    const entry = await registry.changeKey(id, keyChange(c, c.req.valid("json")));
    if (entry === null) throw noSuchKey();
    forgetKeys();
    const [shown] = await shownKeys(c, [entry]);
    if (shown === undefined) throw noSuchKey();
    return c.json(shown, 200);
  })
  .openapi(deleteRoute, async (c) => {
    const { id } = c.req.valid("param");
    if (!(await registryOf(c.env.REGISTRY).deleteKey(id))) throw noSuchKey();
    forgetKeys();
    return c.json({ id, object: "key" as const, deleted: true as const }, 200);
  });

const noSuchKey = () =>
  new AppError("not_found", "There is no such key.", null, {
    en: "GET /v1/admin/keys lists the keys with their ids.",
    zh: "GET /v1/admin/keys 列出了全部密钥及其 id。",
  });
