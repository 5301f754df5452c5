/**
 * Who calls: the Authorization header (or `api-key`, `x-api-key`) as sessions and keys, each with its tag, and the owner
 * they make together; or as an API key that stands for the server's own ones. The owner id and the tags are keyed
 * hashes, so that neither says anything about a credential.
 */

import type { Context, HonoRequest, MiddlewareHandler } from "hono";
import type { AppEnv } from "#api/http/app.ts";
import { maxRequests, maxSessions, rateLimitSeconds } from "#api/limits.ts";
import { AppError } from "#shared/errors.ts";
import type { Seal } from "#shared/seal.ts";
import { splitSessions } from "#shared/session-text.ts";
import type { SealedSession } from "#shared/task/coordinator.ts";
import { type Credential, formatCredential, maskCredential, readCredential } from "#shared/upstreams/index.ts";
import { keyholder } from "./keyholder.ts";
import type { Caller, CallerEnv, Runner } from "./runners.ts";

export type { Caller, CallerEnv } from "./runners.ts";

/** Refuses a request without a usable session or key; what follows finds the caller in `c.var.caller`. */
export const authenticate: MiddlewareHandler<CallerEnv> = async (c, next) => {
  c.set("caller", await readCaller(c));
  await next();
};

/**
 * The header that holds the caller's sessions or key. Azure's clients send `api-key`, others `x-api-key`: either is
 * read like Authorization, where that is missing or empty.
 */
const credentialsHeader = (request: HonoRequest): string | undefined =>
  ["authorization", "api-key", "x-api-key"]
    .map((name) => request.header(name))
    .find((value) => hasCredential(value ?? ""));

const hasCredential = (header: string): boolean => !/^\s*(bearer)?\s*$/i.test(header);

/** The caller of a route that needs none; null without a usable session or key. */
export const knownCaller = (c: Context<AppEnv>): Promise<Caller | null> => readCaller(c).catch(() => null);

/**
 * Refuses a caller who asks for work faster than anybody could use; by owner, and by address, because sessions can be
 * invented. Where the binding is missing, or fails, no request is refused. Cloudflare counts by location, and roughly.
 */
export const limitWork: MiddlewareHandler<CallerEnv> = async (c, next) => {
  if (await isAboveLimit(c, c.var.caller)) {
    c.header("Retry-After", String(rateLimitSeconds));
    throw new AppError("rate_limited", `More than ${maxRequests} requests in a minute: nothing came of this one.`);
  }
  await next();
};

export async function isAboveLimit(
  c: Pick<Context<AppEnv>, "req" | "env">,
  { keyPrefix, owner }: Caller,
): Promise<boolean> {
  const address = c.req.header("cf-connecting-ip");
  const keys = [keyPrefix + owner, ...(address === undefined ? [] : [`address:${address}`])];
  const limits = await Promise.all(keys.map((key) => c.env.SUBMIT_LIMIT?.limit({ key }).catch(() => null)));
  return limits.some((limit) => limit?.success === false);
}

type Request = {
  req: HonoRequest;
  env: Pick<ApiEnv, "REGISTRY">;
  var: Pick<AppEnv["Variables"], "config" | "seal">;
};

async function readCaller(c: Request): Promise<Caller> {
  const { config, seal } = c.var;
  const credentials = splitSessions(credentialsHeader(c.req) ?? "");
  if (credentials.length === 0)
    throw new AppError("unauthorized", "The Authorization header holds no session and no key.");
  if (credentials.length > maxSessions) {
    throw new AppError(
      "unauthorized",
      `The Authorization header holds ${credentials.length} sessions and keys; the limit is ${maxSessions}.`,
    );
  }
  if (credentials.some((credential) => /^adm-/i.test(credential))) {
    // Read as a session, it would be sent to the site.
    throw new AppError(
      "unauthorized",
      "The administrator's key makes no images; send an API key of this server (sk-…).",
    );
  }
  const key = credentials.find((credential) => /^sk-/i.test(credential));
  if (key === undefined && config.API_KEYS_ONLY) {
    throw new AppError(
      "unauthorized",
      "This server takes its own API keys (sk-…) only, no sessions and no keys of a cloud.",
    );
  }
  if (key === undefined) return callerWith(credentials.map(fromHeader), seal);
  if (credentials.length > 1) {
    throw new AppError(
      "unauthorized",
      "The Authorization header must hold either one API key of this server, or sessions and keys of a cloud, not both.",
    );
  }
  return keyholder(key, { seal, config, registry: c.env.REGISTRY });
}

/** A caller who brings credentials may read whatever was made with one of them. */
async function callerWith(given: Credential[], seal: Seal): Promise<Caller> {
  const byName = new Map(given.map((credential) => [formatCredential(credential), credential]));
  const credentials = await Promise.all(
    [...byName].map(async ([name, credential]) => ({ credential, tag: await seal.tag("session", name) })),
  );
  const readers = await Promise.all(
    [...byName.keys()].map(async (secret) => ({ secret, tags: await seal.tags("session", secret) })),
  );
  const owner = await seal.tag("owner", [...byName.keys()].toSorted().join(","));
  return {
    ...{ owner, credentials, pool: null, key: null, readers, keyPrefix: "" },
    readerTags: readers.flatMap(({ tags }) => tags.slice(0, 1)),
    readableTags: readers.flatMap(({ tags }) => tags),
  };
}

function fromHeader(text: string, index: number): Credential {
  const read = readCredential(text);
  if (read.ok) return read.value;
  throw new AppError("unauthorized", `Session or key number ${index + 1} in the Authorization header ${read.error}.`);
}

/** The credential as it may rest: only the consumer, which has the secret key, can open it. */
export async function sealCredential({ credential, tag }: Runner, seal: Seal): Promise<SealedSession> {
  const sealed = await seal.seal(formatCredential(credential), `session:${tag}`);
  return { upstream: credential.upstream, tag, sealed, label: maskCredential(credential) };
}
