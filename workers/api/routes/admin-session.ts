/** The administrator's session in a browser: /v1/admin/session. */
import { createRoute } from "@hono/zod-openapi";
import type * as z from "zod";
import { closeSession, openSession, requireAdmin, requireKey, requireSession } from "#api/admin/admin.ts";
import { createRouter } from "#api/http/app.ts";
import { ofAdmin } from "#api/http/authorized.ts";
import { errorAnswer, errorAnswers } from "#api/http/openapi.ts";
import { adminSessionSchema } from "#shared/wire/administration.ts";

const path = "/v1/admin/session";
const common = { tags: ["Administration"], "x-mcp": false };

const answers = {
  200: { description: "The session.", content: { "application/json": { schema: adminSessionSchema } } },
  401: errorAnswer(401, "unauthorized"),
  ...errorAnswers(500),
};

const openRoute = createRoute({
  ...common,
  path,
  method: "post",
  operationId: "openAdminSession",
  summary: "Sign in as the administrator",
  description:
    "Exchanges the administrator's key, in the Authorization header, for a cookie that the page uses. No script can read it, and no other site can send it. Programs send the key with each request instead.",
  security: ofAdmin,
  responses: answers,
});

const readRoute = createRoute({
  ...common,
  path,
  method: "get",
  operationId: "getAdminSession",
  summary: "The administrator's session",
  description: "Whether this browser is signed in, and until when.",
  security: [],
  responses: answers,
});

const closeRoute = createRoute({
  ...common,
  path,
  method: "delete",
  operationId: "closeAdminSession",
  summary: "Sign out",
  description: "Takes the cookie back.",
  security: [],
  middleware: requireAdmin,
  responses: {
    204: { description: "The browser is signed out." },
    401: errorAnswer(401, "unauthorized"),
    ...errorAnswers(500),
  },
});

const shown = (endsAt: number): z.infer<typeof adminSessionSchema> => ({
  object: "admin.session",
  expires_at: Math.floor(endsAt / 1000),
});

export const adminSession = createRouter()
  .openapi(openRoute, async (c) => {
    await requireKey(c);
    c.header("Cache-Control", "no-store");
    return c.json(shown(await openSession(c)), 200);
  })
  .openapi(readRoute, async (c) => {
    const endsAt = await requireSession(c);
    c.header("Cache-Control", "no-store");
    return c.json(shown(endsAt), 200);
  })
  .openapi(closeRoute, (c) => {
    closeSession(c);
    return c.body(null, 204);
  });
