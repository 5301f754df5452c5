/**
 * The upstreams as this Worker's own routes ask them: one client per request, one question to each of a caller's
 * credentials. One that fails is a row of the answer, never the end of it.
 */

import type { Context } from "hono";
import type * as z from "zod";
import type { AppEnv } from "#api/http/app.ts";
import { sessionsAtOnce } from "#api/limits.ts";
import type { ArkCloud } from "#shared/ark-key-text.ts";
import { AppError, remedyOf } from "#shared/errors.ts";
import { languageOf } from "#shared/language.ts";
import { log } from "#shared/log.ts";
import type { RegionId } from "#shared/region-ids.ts";
import {
  type Credential,
  createUpstream,
  isKey,
  listedModels,
  maskCredential,
  maskSession,
  type Session,
  sessionOf,
  type Upstream,
  type UpstreamFailure,
} from "#shared/upstreams/index.ts";
import type { sessionErrorSchema } from "#shared/wire/sessions.ts";
import type { Caller } from "./caller.ts";

type CallerContext = Context<AppEnv & { Variables: { caller: Caller } }>;

/** The question, by the kind of credential. */
type Questions<T> = {
  session: (session: Session, upstream: Upstream) => Promise<T>;
  /** @param listed what its cloud says: the models that it lists, or why it does not. */
  key: (key: Credential, listed: () => ReturnType<typeof listedModels>) => Promise<T>;
};

/**
 * Asks about each of the caller's credentials, in their order.
 * @throws AppError `invalid_value` when there are more.
 */
export async function askEach<T>(c: CallerContext, maxSessions: number, ask: Questions<T>): Promise<T[]> {
  const { caller, config, upstreamConfig } = c.var;
  const { credentials } = caller;
  if (credentials.length > maxSessions) {
    throw new AppError(
      "invalid_value",
      `The Authorization header holds ${credentials.length} sessions and keys; this route takes ${maxSessions} at a time.`,
      "authorization",
    );
  }
  const transport = { fetch: (request: Request) => fetch(request), now: Date.now, origin: config.UPSTREAM_ORIGIN };
  const upstream = createUpstream({ ...transport, config: upstreamConfig });
  const answers: T[] = [];
  const queue = credentials.entries();
  const work = async () => {
    for (const [index, { credential }] of queue) {
      answers[index] = isKey(credential)
        ? await ask.key(credential, () => listedModels(credential, transport))
        : await ask.session(sessionOf(credential), upstream);
    }
  };
  await Promise.all(Array.from({ length: sessionsAtOnce }, work));
  return answers;
}

export const sessionNames = (session: Session): { session: string; region: RegionId } => ({
  session: maskSession(session),
  region: session.region,
});

export const keyNames = (key: Credential): { session: string; region: null; cloud: ArkCloud } => ({
  session: maskCredential(key),
  region: null,
  cloud: key.place as ArkCloud,
});

/** A credential's failure for its row, the upstream's own words for the log. @param masked the credential, for people. */
export function sessionErrorOf(
  c: Context,
  masked: string,
  failure: UpstreamFailure,
): z.infer<typeof sessionErrorSchema> {
  const { error, answered, text } = failure;
  const about = { session: masked, code: error.code, upstream: error.upstream, answered, text };
  log("warn", "session_not_answered", { requestId: c.get("requestId"), ...about });
  const hint = remedyOf(error).hint[languageOf(c.req.header("accept-language"))];
  return { code: error.code, message: error.message, hint };
}
