/** Messages that the queue gave up: /v1/admin/dead-letters. */
import { createRoute } from "@hono/zod-openapi";
import type * as z from "zod";
import { requireAdmin } from "#api/admin/admin.ts";
import { shortHash } from "#api/admin/tasks.ts";
import { createRouter } from "#api/http/app.ts";
import { ofAdmin } from "#api/http/authorized.ts";
import { errorAnswer, errorAnswers } from "#api/http/openapi.ts";
import { AppError } from "#shared/errors.ts";
import { coordinatorOf } from "#shared/task/coordinator.ts";
import { type DeadLetter, registryOf } from "#shared/task/registry.ts";
import { deadLetterListSchema, deadLetterParams, deadLetterSchema } from "#shared/wire/administration.ts";

const common = { tags: ["Administration"], security: ofAdmin, "x-mcp": false, middleware: requireAdmin };
const refusals = { 401: errorAnswer(401, "unauthorized"), ...errorAnswers(500) };

const listRoute = createRoute({
  ...common,
  method: "get",
  path: "/v1/admin/dead-letters",
  operationId: "listDeadLetters",
  summary: "List the dead letters",
  description:
    "The last hundred messages that the queue delivered as often as allowed and that were never served. Nothing is lost with them: the coordinator of their caller was told at once.",
  responses: {
    200: { description: "The dead letters.", content: { "application/json": { schema: deadLetterListSchema } } },
    ...refusals,
  },
});

const replayRoute = createRoute({
  ...common,
  method: "post",
  path: "/v1/admin/dead-letters/{id}/replay",
  operationId: "replayDeadLetter",
  summary: "Replay a dead letter",
  description:
    "Makes its caller's coordinator look after its tasks now; a later message that may still arrive is waited for first, five minutes at most. Harmless, as often as it is done.",
  request: { params: deadLetterParams },
  responses: {
    200: { description: "The dead letter.", content: { "application/json": { schema: deadLetterSchema } } },
    ...refusals,
    404: errorAnswer(404, "not_found"),
  },
});

export const adminDeadLetters = createRouter()
  .openapi(listRoute, async (c) => {
    const letters = await registryOf(c.env.REGISTRY).deadLetters();
    return c.json({ object: "list" as const, data: letters.map(shown) }, 200);
  })
  .openapi(replayRoute, async (c) => {
    const registry = registryOf(c.env.REGISTRY);
    const { id } = c.req.valid("param");
    const letter = (await registry.deadLetters()).find((one) => one.id === id);
    if (letter === undefined) throw noSuchLetter();
    await coordinatorOf(c.env.COORDINATOR, letter.owner).missed();
    const replayed = await registry.replayed(id);
    if (replayed === null) throw noSuchLetter();
    return c.json(shown(replayed), 200);
  });

const shown = ({ id, owner, at, replayedAt }: DeadLetter): z.infer<typeof deadLetterSchema> => ({
  id,
  object: "dead_letter",
  at: seconds(at),
  caller: shortHash(owner),
  replayed_at: replayedAt === null ? null : seconds(replayedAt),
});

const seconds = (milliseconds: number): number => Math.floor(milliseconds / 1000);

const noSuchLetter = () =>
  new AppError("not_found", "There is no such dead letter.", null, {
    en: "GET /v1/admin/dead-letters lists the last hundred with their ids.",
    zh: "GET /v1/admin/dead-letters 列出了最近一百条死信及其 id。",
  });
