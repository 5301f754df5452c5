/** GET /v1/credits, POST /v1/credits/claim: what each session's account has, and the gift of the day. */

import { createRoute } from "@hono/zod-openapi";
import type * as z from "zod";
import { askEach, keyNames, sessionErrorOf, sessionNames } from "#api/caller/ask-sessions.ts";
import { authenticate, limitWork } from "#api/caller/caller.ts";
import { creditsOf } from "#api/caller/credits-of.ts";
import { balanceText } from "#api/caller/key-row.ts";
import { createRouter } from "#api/http/app.ts";
import { authorized } from "#api/http/authorized.ts";
import { errorAnswer, errorAnswers } from "#api/http/openapi.ts";
import { rowsAnswer } from "#api/http/rows-answer.ts";
import { maxCreditsSessions } from "#api/limits.ts";
import type { ErrorCode } from "#shared/errors.ts";
import { type SessionHealth, sessionClaimSchema, sessionCreditsSchema } from "#shared/wire/sessions.ts";

const creditsRoute = createRoute({
  method: "get",
  path: "/v1/credits",
  operationId: "getCredits",
  summary: "Credits",
  description: `Asks for the balance of each session in the Authorization header, ${maxCreditsSessions} at most. A session that cannot be asked has a row that says why. Of a key, whose balance no cloud tells, it asks only whether it is alive.`,
  tags: ["Sessions"],
  security: authorized,
  middleware: [authenticate, limitWork] as const,
  responses: {
    200: rowsAnswer(sessionCreditsSchema),
    400: errorAnswer(400, "invalid_value"),
    401: errorAnswer(401, "unauthorized"),
    ...errorAnswers(500),
  },
});

const claimRoute = createRoute({
  method: "post",
  path: "/v1/credits/claim",
  operationId: "claimCredits",
  summary: "Claim the daily credits",
  description: `Takes the day's gift for each session in the Authorization header, ${maxCreditsSessions} at most, with one call each. It works for jimeng.jianying.com; dreamina.capcut.com mostly refuses it with risk_control, because it wants to see its own page. With a key there is nothing to claim.`,
  tags: ["Sessions"],
  security: authorized,
  middleware: [authenticate, limitWork] as const,
  responses: {
    200: rowsAnswer(sessionClaimSchema),
    400: errorAnswer(400, "invalid_value"),
    401: errorAnswer(401, "unauthorized"),
    ...errorAnswers(500),
  },
});

export const credits = createRouter()
  .openapi(creditsRoute, async (c) => {
    const data = await askEach<z.infer<typeof sessionCreditsSchema>>(c, maxCreditsSessions, {
      session: async (session, upstream) => {
        const names = sessionNames(session);
        const balance = await upstream.balance(session);
        if (!balance.ok) {
          const error = sessionErrorOf(c, names.session, balance.error);
          return { ...names, ...stateOf(error.code), credits: null, expires: [], error };
        }
        const expires = balance.value.expiring.map(({ amount, at }) => ({ amount, at: Math.floor(at / 1000) }));
        const health = balance.value.total > 0 ? "ok" : "no_credits";
        return { ...names, alive: true, health, credits: creditsOf(balance.value), expires };
      },
      key: async (key, listed) => {
        const common = { ...keyNames(key), credits: null, expires: [], message: balanceText(key) };
        const models = await listed();
        if (models.ok) return { ...common, alive: true, health: "ok" };
        const error = sessionErrorOf(c, common.session, models.error);
        return { ...common, ...stateOf(error.code), error };
      },
    });
    c.header("Cache-Control", "no-store");
    return c.json({ object: "list" as const, data }, 200);
  })
  .openapi(claimRoute, async (c) => {
    const data = await askEach<z.infer<typeof sessionClaimSchema>>(c, maxCreditsSessions, {
      session: async (session, upstream) => {
        const names = sessionNames(session);
        const claim = await upstream.claim(session);
        if (claim.ok) {
          const { received, total } = claim.value;
          const status = received > 0 ? "claimed" : "already_claimed";
          return { ...names, status, claimed: received, total };
        }
        const nothing = { ...names, claimed: 0, total: null };
        const status = claim.error.answered ? "refused" : "unknown";
        return { ...nothing, status, error: sessionErrorOf(c, names.session, claim.error) };
      },
      // Clouds give nothing away, so nothing is asked.
      key: async (key) => ({ ...keyNames(key), status: "already_claimed", claimed: 0, total: null }),
    });
    c.header("Cache-Control", "no-store");
    return c.json({ object: "list" as const, data }, 200);
  });

function stateOf(code: ErrorCode): { alive: boolean | null; health: SessionHealth } {
  switch (code) {
    case "session_expired":
    case "key_refused":
      return { alive: false, health: "expired" };
    case "insufficient_credits":
      return { alive: true, health: "no_credits" };
    case "risk_control":
    case "rate_limited":
      return { alive: null, health: code };
    case "upstream_unreachable":
      return { alive: null, health: "unreachable" };
    default:
      return { alive: null, health: "unknown" };
  }
}
