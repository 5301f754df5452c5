/**
 * The upstream as this Worker's own routes ask it: one client per request, one question to each of a caller's sessions.
 * A session that fails is a row of the answer, never the end of it.
 */

import type { Context } from "hono";
import type * as z from "zod";
import type { AppEnv } from "#api/http/app.ts";
import { sessionsAtOnce } from "#api/limits.ts";
import { AppError, remedyOf } from "#shared/errors.ts";
import { languageOf } from "#shared/language.ts";
import { log } from "#shared/log.ts";
import type { RegionId } from "#shared/region-ids.ts";
import {
  createUpstream,
  maskSession,
  type Session,
  type Upstream,
  type UpstreamFailure,
} from "#shared/upstream/index.ts";
import type { sessionErrorSchema } from "#shared/wire/sessions.ts";
import type { Caller } from "./caller.ts";

const upstreamFor = ({ var: { config, upstreamConfig } }: { var: AppEnv["Variables"] }): Upstream =>
  createUpstream({
    fetch: (request) => fetch(request),
    now: Date.now,
    origin: config.UPSTREAM_ORIGIN,
    config: upstreamConfig,
  });

/**
 * Asks about each of the caller's sessions, in their order.
 * @throws AppError `invalid_value` when there are more sessions.
 */
export async function askEach<T>(
  c: Context<AppEnv & { Variables: { caller: Caller } }>,
  maxSessions: number,
  ask: (session: Session, upstream: Upstream) => Promise<T>,
): Promise<T[]> {
  const { sessions } = c.var.caller;
  if (sessions.length > maxSessions) {
    throw new AppError(
      "invalid_value",
      `The Authorization header holds ${sessions.length} sessions; this route takes ${maxSessions} at a time.`,
      "authorization",
    );
  }
  const upstream = upstreamFor(c);
  const answers: T[] = [];
  const queue = sessions.entries();
  const work = async () => {
    for (const [index, { session }] of queue) answers[index] = await ask(session, upstream);
  };
  await Promise.all(Array.from({ length: sessionsAtOnce }, work));
  return answers;
}

export const sessionNames = (session: Session): { session: string; region: RegionId } => ({
  session: maskSession(session),
  region: session.region,
});

/** A session's failure for its row, the upstream's own words for the log. */
export function sessionErrorOf(
  c: Context,
  session: Session,
  failure: UpstreamFailure,
): z.infer<typeof sessionErrorSchema> {
  const { error, answered, text } = failure;
  const about = { session: maskSession(session), code: error.code, upstream: error.upstream, answered, text };
  log("warn", "session_not_answered", { requestId: c.get("requestId"), ...about });
  const hint = remedyOf(error).hint[languageOf(c.req.header("accept-language"))];
  return { code: error.code, message: error.message, hint };
}
