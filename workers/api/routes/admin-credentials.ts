/** The credentials of the pool: /v1/admin/credentials. */
import { createRoute } from "@hono/zod-openapi";
import type { Context } from "hono";
import pLimit from "p-limit";
import { requireAdmin } from "#api/admin/admin.ts";
import { shownCredentials } from "#api/admin/credentials.ts";
import { newCredentials, settingCredentials } from "#api/admin/new-credentials.ts";
import { ownCredentials } from "#api/caller/keyholder.ts";
import { findKey, forgetKeys } from "#api/caller/known-keys.ts";
import { type AppEnv, createRouter, jsonBody } from "#api/http/app.ts";
import { ofAdmin } from "#api/http/authorized.ts";
import { errorAnswer, errorAnswers } from "#api/http/openapi.ts";
import { checkedWhenAdded, sessionsAtOnce } from "#api/limits.ts";
import { AppError } from "#shared/errors.ts";
import { type AddedCredential, type CredentialEntry, registryOf } from "#shared/task/registry.ts";
import {
  addedCredentialsSchema,
  credentialChangeSchema,
  credentialListSchema,
  credentialParams,
  credentialQuery,
  credentialRemovedSchema,
  credentialSchema,
  newCredentialsSchema,
} from "#shared/wire/credentials.ts";

const common = { tags: ["Administration"], security: ofAdmin, "x-mcp": false };
const refusals = { 401: errorAnswer(401, "unauthorized"), ...errorAnswers(500) };
const ofBody = { 400: errorAnswer(400, "invalid_json", "invalid_value", "missing_value"), ...errorAnswers(413, 415) };
const oneCredential = {
  description: "The credential.",
  content: { "application/json": { schema: credentialSchema } },
};
const added = { description: "Each of them.", content: { "application/json": { schema: addedCredentialsSchema } } };

const addRoute = createRoute({
  ...common,
  method: "post",
  path: "/v1/admin/credentials",
  operationId: "addCredentials",
  summary: "Add sessions and keys to the pool",
  description: `Every caller with an API key uses the pool. They are sealed before they are stored, checked at once (the first ${checkedWhenAdded}), and take tasks that wait. One that the pool has already stays as it is.`,
  middleware: [requireAdmin, jsonBody] as const,
  request: { body: { required: true, content: { "application/json": { schema: newCredentialsSchema } } } },
  responses: { 200: added, ...refusals, ...ofBody },
});

const takeOverRoute = createRoute({
  ...common,
  method: "post",
  path: "/v1/admin/credentials/take-over",
  operationId: "takeOverCredentials",
  summary: "Take the sessions and keys of the settings into the pool",
  description:
    "Adds those of DEFAULT_CREDENTIALS or DEFAULT_SESSIONS to the pool. From then on the setting is not read any more, and the secret can be deleted.",
  middleware: requireAdmin,
  responses: { 200: added, ...refusals },
});

const listRoute = createRoute({
  ...common,
  method: "get",
  path: "/v1/admin/credentials",
  operationId: "listCredentials",
  summary: "List the pool",
  description: "The credentials with their health, their tasks under way and what was last seen of each.",
  middleware: requireAdmin,
  request: { query: credentialQuery },
  responses: {
    200: { description: "The credentials.", content: { "application/json": { schema: credentialListSchema } } },
    400: errorAnswer(400, "invalid_value"),
    ...refusals,
  },
});

const changeRoute = createRoute({
  ...common,
  method: "patch",
  path: "/v1/admin/credentials/{id}",
  operationId: "changeCredential",
  summary: "Name, weigh, pause or resume a credential",
  description: "A paused one gets no new task; those that it has go on.",
  middleware: [requireAdmin, jsonBody] as const,
  request: {
    params: credentialParams,
    body: { required: true, content: { "application/json": { schema: credentialChangeSchema } } },
  },
  responses: { 200: oneCredential, ...refusals, ...ofBody, 404: errorAnswer(404, "not_found") },
});

const checkRoute = createRoute({
  ...common,
  method: "post",
  path: "/v1/admin/credentials/{id}/check",
  operationId: "checkCredential",
  summary: "Check a credential",
  description: "Asks its site or cloud whether it is alive, and a site for the balance. Costs nothing.",
  middleware: requireAdmin,
  request: { params: credentialParams },
  responses: { 200: oneCredential, ...refusals, 404: errorAnswer(404, "not_found") },
});

const removeRoute = createRoute({
  ...common,
  method: "delete",
  path: "/v1/admin/credentials/{id}",
  operationId: "removeCredential",
  summary: "Remove a credential from the pool",
  description: "It gets no new task. Tasks that it runs are watched to their end; then nothing of it is left.",
  middleware: requireAdmin,
  request: { params: credentialParams },
  responses: {
    200: { description: "It is removed.", content: { "application/json": { schema: credentialRemovedSchema } } },
    ...refusals,
    404: errorAnswer(404, "not_found"),
  },
});

export const adminCredentials = createRouter()
  .openapi(addRoute, async (c) => {
    const given = await newCredentials(c, c.req.valid("json"));
    return c.json(await addedAnswer(c, await registry(c).addCredentials(given, false)), 200);
  })
  .openapi(takeOverRoute, async (c) => {
    const given = await settingCredentials(c);
    return c.json(await addedAnswer(c, await registry(c).addCredentials(given, true)), 200);
  })
  .openapi(listRoute, async (c) => {
    const { limit, after = null } = c.req.valid("query");
    const listed = await registry(c).listCredentials({ limit, after });
    if (listed === null) {
      throw new AppError(
        "invalid_value",
        "after is not the id of a credential of the pool; begin without it.",
        "after",
      );
    }
    const { entries, hasMore } = listed;
    const { pool } = await findKey(c.env.REGISTRY, null);
    const data = await shownCredentials(c, entries);
    const inSettings = pool.isTakenOver ? 0 : ownCredentials(c.var.config).texts.length;
    const page = { has_more: hasMore, last_id: data.at(-1)?.id ?? null, in_settings: inSettings };
    return c.json({ object: "list" as const, data, ...page }, 200);
  })
  .openapi(changeRoute, async (c) => {
    const { name, weight, paused: isPaused } = c.req.valid("json");
    const change = {
      ...(name !== undefined && { name }),
      ...(weight !== undefined && { weight }),
      ...(isPaused !== undefined && { isPaused }),
    };
    return c.json(await one(c, await registry(c).changeCredential(c.req.valid("param").id, change)), 200);
  })
  .openapi(checkRoute, async (c) =>
    c.json(await one(c, await registry(c).checkCredential(c.req.valid("param").id)), 200),
  )
  .openapi(removeRoute, async (c) => {
    const { id } = c.req.valid("param");
    if (!(await registry(c).removeCredential(id))) throw noSuchCredential();
    forgetKeys();
    return c.json({ id, object: "credential" as const, deleted: true as const }, 200);
  });

type AdminContext = Context<AppEnv>;

const registry = (c: AdminContext) => registryOf(c.env.REGISTRY);

/** With a first check of the new ones. */
async function addedAnswer(c: AdminContext, all: AddedCredential[]) {
  forgetKeys();
  const atOnce = pLimit(sessionsAtOnce);
  const entries = await Promise.all(
    all.map(async ({ entry, isNew }, place) => {
      const isChecked = isNew && place < checkedWhenAdded;
      return (
        (isChecked
          ? await atOnce(() =>
              registry(c)
                .checkCredential(entry.id)
                .catch(() => null),
            )
          : null) ?? entry
      );
    }),
  );
  const data = await shownCredentials(c, entries);
  return { object: "list" as const, data: data.map((one, place) => ({ ...one, is_new: all[place]?.isNew ?? false })) };
}

async function one(c: AdminContext, entry: CredentialEntry | null) {
  const [shown] = entry === null ? [] : await shownCredentials(c, [entry]);
  if (shown === undefined) throw noSuchCredential();
  return shown;
}

const noSuchCredential = () =>
  new AppError("not_found", "There is no such credential in the pool.", null, {
    en: "GET /v1/admin/credentials lists the pool with its ids.",
    zh: "GET /v1/admin/credentials 列出了凭据池及各个 id。",
  });
