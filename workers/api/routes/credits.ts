/** GET /v1/credits, POST /v1/credits/claim: what each session's account has, and the gift of the day. */
import { createRoute } from "@hono/zod-openapi";
import * as z from "zod";
import {
  askEach,
  creditsOf,
  creditsSchema,
  namesOf,
  rowsAnswer,
  sessionFields,
  troubleOf,
  troubleSchema,
} from "#api/caller/ask-sessions.ts";
import { authenticate, limitWork } from "#api/caller/caller.ts";
import { createRouter } from "#api/http/app.ts";
import { authorized, errorAnswer, errorAnswers } from "#api/http/openapi.ts";
import type { ErrorCode } from "#shared/errors.ts";
import type { UpstreamFailure } from "#shared/upstream/index.ts";

/** One call each. */
const maxSessions = 40;

const healths = ["ok", "no_credits", "expired", "risk_control", "rate_limited", "unreachable", "unknown"] as const;
type Health = (typeof healths)[number];

const creditsRowSchema = z
  .object({
    ...sessionFields,
    alive: z.boolean().nullable().meta({ description: "Whether the site takes the session; null: not known." }),
    health: z.enum(healths).meta({
      description:
        "`ok`; `no_credits`: alive, with nothing left; `expired`: or its region prefix is wrong; `risk_control`, `rate_limited`: the site refused to answer; `unreachable`: no answer came; `unknown`: an answer that is not understood.",
    }),
    credits: creditsSchema.nullable().meta({ description: "The balance; null: not known, which is not zero." }),
    expires: z
      .array(
        z.object({
          amount: z.int().meta({ description: "So many credits." }),
          at: z.int().meta({ description: "Run out then, Unix seconds." }),
        }),
      )
      .meta({ description: "What runs out when, the soonest first." }),
    error: troubleSchema.optional().meta({ description: "Why the balance is not known." }),
  })
  .meta({ id: "SessionCredits" });

const creditsRoute = createRoute({
  method: "get",
  path: "/v1/credits",
  operationId: "getCredits",
  summary: "Credits",
  description: `Asks for the balance of each session in the Authorization header, ${maxSessions} at most. A session that cannot be asked has a row that says why.`,
  tags: ["Sessions"],
  security: authorized,
  middleware: [authenticate, limitWork] as const,
  responses: {
    200: rowsAnswer(creditsRowSchema),
    400: errorAnswer(400, "invalid_value"),
    401: errorAnswer(401, "unauthorized"),
    ...errorAnswers(500),
  },
});

const claimRowSchema = z
  .object({
    ...sessionFields,
    status: z.enum(["claimed", "already_claimed", "refused", "unknown"]).meta({
      description:
        "`claimed`: the gift came with this call. `already_claimed`: it was taken before, or there is none. `refused`: the site said no. `unknown`: its answer was lost.",
    }),
    claimed: z.int().meta({ description: "Credits that came with this call." }),
    total: z.int().nullable().meta({ description: "The balance after it, where the site says so." }),
    error: troubleSchema.optional().meta({ description: "Why it was refused." }),
  })
  .meta({ id: "SessionClaim" });

const claimRoute = createRoute({
  method: "post",
  path: "/v1/credits/claim",
  operationId: "claimCredits",
  summary: "Claim the daily credits",
  description: `Takes the day's gift for each session in the Authorization header, ${maxSessions} at most, with one call each. It works for jimeng.jianying.com; dreamina.capcut.com mostly refuses it with risk_control, because it wants to see its own page.`,
  tags: ["Sessions"],
  security: authorized,
  middleware: [authenticate, limitWork] as const,
  responses: {
    200: rowsAnswer(claimRowSchema),
    400: errorAnswer(400, "invalid_value"),
    401: errorAnswer(401, "unauthorized"),
    ...errorAnswers(500),
  },
});

export const credits = createRouter()
  .openapi(creditsRoute, async (c) => {
    const data = await askEach(c, maxSessions, async (session, upstream): Promise<z.infer<typeof creditsRowSchema>> => {
      const balance = await upstream.balance(session);
      if (!balance.ok) {
        const error = troubleOf(c, session, balance.error);
        return { ...namesOf(session), ...stateOf(error.code), credits: null, expires: [], error };
      }
      const expires = balance.value.expiring.map(({ amount, at }) => ({ amount, at: Math.floor(at / 1000) }));
      const health = balance.value.total > 0 ? "ok" : "no_credits";
      return { ...namesOf(session), alive: true, health, credits: creditsOf(balance.value), expires };
    });
    c.header("Cache-Control", "no-store");
    return c.json({ object: "list" as const, data }, 200);
  })
  .openapi(claimRoute, async (c) => {
    const data = await askEach(c, maxSessions, async (session, upstream): Promise<z.infer<typeof claimRowSchema>> => {
      const claim = await upstream.claim(session);
      if (claim.ok) {
        const { received, total } = claim.value;
        const status = received > 0 ? "claimed" : "already_claimed";
        return { ...namesOf(session), status, claimed: received, total };
      }
      const nothing = { ...namesOf(session), claimed: 0, total: null };
      if (saysAlready(claim.error)) return { ...nothing, status: "already_claimed" };
      const status = claim.error.answered ? "refused" : "unknown";
      return { ...nothing, status, error: troubleOf(c, session, claim.error) };
    });
    c.header("Cache-Control", "no-store");
    return c.json({ object: "list" as const, data }, 200);
  });

function stateOf(code: ErrorCode): { alive: boolean | null; health: Health } {
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

/** A second claim is refused with a code nobody wrote down (one client, 2026-10); its words are what there is. */
const saysAlready = ({ answered, error, text }: UpstreamFailure): boolean =>
  answered && error.code === "upstream_failed" && /already|received today|已领取|已经领取|领取过/i.test(text);
