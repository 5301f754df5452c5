/** GET /v1/credits, POST /v1/credits/claim: what each session's account has, and the gift of the day. */

import { createRoute } from "@hono/zod-openapi";
import type * as z from "zod";
import { askEach, sessionErrorOf, sessionNames } from "#api/caller/ask-sessions.ts";
import { authenticate, limitWork } from "#api/caller/caller.ts";
import { creditsOf } from "#api/caller/credits-of.ts";
import { createRouter } from "#api/http/app.ts";
import { authorized } from "#api/http/authorized.ts";
import { errorAnswer, errorAnswers } from "#api/http/openapi.ts";
import { rowsAnswer } from "#api/http/rows-answer.ts";
import { maxCreditsSessions } from "#api/limits.ts";
import type { ErrorCode } from "#shared/errors.ts";
import type { UpstreamFailure } from "#shared/upstream/index.ts";
import { type SessionHealth, sessionClaimSchema, sessionCreditsSchema } from "#shared/wire/sessions.ts";

const creditsRoute = createRoute({
  method: "get",
  path: "/v1/credits",
  operationId: "getCredits",
  summary: "Credits",
  description: `Asks for the balance of each session in the Authorization header, ${maxCreditsSessions} at most. A session that cannot be asked has a row that says why.`,
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
  description: `Takes the day's gift for each session in the Authorization header, ${maxCreditsSessions} at most, with one call each. It works for jimeng.jianying.com; dreamina.capcut.com mostly refuses it with risk_control, because it wants to see its own page.`,
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
    const data = await askEach(
      c,
      maxCreditsSessions,
      async (session, upstream): Promise<z.infer<typeof sessionCreditsSchema>> => {
        const balance = await upstream.balance(session);
        if (!balance.ok) {
          const error = sessionErrorOf(c, session, balance.error);
          return { ...sessionNames(session), ...stateOf(error.code), credits: null, expires: [], error };
        }
        const expires = balance.value.expiring.map(({ amount, at }) => ({ amount, at: Math.floor(at / 1000) }));
        const health = balance.value.total > 0 ? "ok" : "no_credits";
        return { ...sessionNames(session), alive: true, health, credits: creditsOf(balance.value), expires };
      },
    );
    c.header("Cache-Control", "no-store");
    return c.json({ object: "list" as const, data }, 200);
  })
  .openapi(claimRoute, async (c) => {
    const data = await askEach(
      c,
      maxCreditsSessions,
      async (session, upstream): Promise<z.infer<typeof sessionClaimSchema>> => {
        const claim = await upstream.claim(session);
        if (claim.ok) {
          const { received, total } = claim.value;
          const status = received > 0 ? "claimed" : "already_claimed";
          return { ...sessionNames(session), status, claimed: received, total };
        }
        const nothing = { ...sessionNames(session), claimed: 0, total: null };
        if (isAlreadyClaimed(claim.error)) return { ...nothing, status: "already_claimed" };
        const status = claim.error.answered ? "refused" : "unknown";
        return { ...nothing, status, error: sessionErrorOf(c, session, claim.error) };
      },
    );
    c.header("Cache-Control", "no-store");
    return c.json({ object: "list" as const, data }, 200);
  });

function stateOf(code: ErrorCode): { alive: boolean | null; health: SessionHealth } {
  switch (code) {
    case "session_expired":
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

/** A second claim is refused with an undocumented code (one client, 2026-10), so its text is matched. */
const isAlreadyClaimed = ({ answered, error, text }: UpstreamFailure): boolean =>
  answered && error.code === "upstream_failed" && /already|received today|已领取|已经领取|领取过/i.test(text);
