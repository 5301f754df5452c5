/**
 * Who calls: the Authorization header as sessions, each with its tag, and the owner they make together. The owner id
 * and the tags are keyed hashes, so that neither says anything about a session.
 */
import type { MiddlewareHandler } from "hono";
import { AppError } from "../../shared/errors.ts";
import type { Seal } from "../../shared/seal.ts";
import type { SealedSession } from "../../shared/task/coordinator.ts";
import { formatSession, maskSession, parseSession, type Session } from "../../shared/upstream/index.ts";
import type { AppEnv } from "./app.ts";

export type Caller = {
  /** Names the coordinator of this set of sessions. */
  owner: string;
  sessions: { session: Session; tag: string }[];
  tags: string[];
};

export type CallerEnv = AppEnv & { Variables: { caller: Caller } };

/** Refuses a request without a usable session; what follows finds the caller in `c.var.caller`. */
export const authenticate: MiddlewareHandler<CallerEnv> = async (c, next) => {
  c.set("caller", await readCaller(c.req.header("authorization"), c.var.seal));
  await next();
};

/** More than anybody has; each one costs a keyed hash per request. */
const maxSessions = 100;

async function readCaller(header: string | undefined, seal: Seal): Promise<Caller> {
  const credentials = (header ?? "")
    .split(",")
    .map((part) => part.trim().replace(/^bearer(\s+|$)/i, ""))
    .filter((part) => part !== "");
  if (credentials.length === 0) throw new AppError("unauthorized", "The Authorization header holds no session.");
  if (credentials.length > maxSessions) {
    throw new AppError(
      "unauthorized",
      `The Authorization header holds ${credentials.length} sessions; the limit is ${maxSessions}.`,
    );
  }

  const names = [...new Set(credentials.map((text, place) => formatSession(usable(text, place))))];
  const sessions = await Promise.all(
    names.map(async (name) => ({ session: usable(name, 0), tag: await seal.tag("session", name) })),
  );
  const owner = await seal.tag("owner", names.toSorted().join(","));
  return { owner, sessions, tags: sessions.map(({ tag }) => tag) };
}

function usable(credential: string, place: number): Session {
  if (credential.toLowerCase().startsWith("sk-")) {
    throw new AppError("unauthorized", "API keys are not set up on this server; send sessions of your own instead.");
  }
  const session = parseSession(credential);
  if (session === null) {
    throw new AppError("unauthorized", `Session number ${place + 1} in the Authorization header is not a session id.`);
  }
  return session;
}

/** The session as it may rest: only the consumer, which has the key, can open it. */
export async function sealSession({ session, tag }: Caller["sessions"][number], seal: Seal): Promise<SealedSession> {
  const sealed = await seal.seal(formatSession(session), `session:${tag}`);
  return { tag, sealed, label: maskSession(session) };
}
