/** POST /v1/sessions/check: which sessions and keys are alive, and whether they are written with the right prefix. */

import { createRoute } from "@hono/zod-openapi";
import { askEach } from "#api/caller/ask-sessions.ts";
import { authenticate, limitWork } from "#api/caller/caller.ts";
import { keyRow } from "#api/caller/key-row.ts";
import { sessionRow } from "#api/caller/session-row.ts";
import { createRouter } from "#api/http/app.ts";
import { authorized } from "#api/http/authorized.ts";
import { errorAnswer, errorAnswers } from "#api/http/openapi.ts";
import { rowsAnswer } from "#api/http/rows-answer.ts";
import { maxCheckedSessions } from "#api/limits.ts";
import { sessionCheckSchema } from "#shared/wire/sessions.ts";

const route = createRoute({
  method: "post",
  path: "/v1/sessions/check",
  operationId: "checkSessions",
  summary: "Check sessions",
  description: `Asks the site whether each session in the Authorization header is alive, and the cloud about each key, ${maxCheckedSessions} at most. One that its own region refuses is tried on the other sites, so that a wrong prefix is told apart from an expired session. A key is asked of its own cloud only. Costs nothing.`,
  tags: ["Sessions"],
  security: authorized,
  middleware: [authenticate, limitWork] as const,
  responses: {
    200: rowsAnswer(sessionCheckSchema),
    400: errorAnswer(400, "invalid_value"),
    401: errorAnswer(401, "unauthorized"),
    ...errorAnswers(500),
  },
});

export const sessions = createRouter().openapi(route, async (c) => {
  const data = await askEach(c, maxCheckedSessions, {
    session: async (session, upstream) =>
      sessionRow(c, session, await upstream.checkSession(session), c.var.upstreamConfig),
    key: async (key, listed) => keyRow(c, key, await listed()),
  });
  c.header("Cache-Control", "no-store");
  return c.json({ object: "list" as const, data }, 200);
});
