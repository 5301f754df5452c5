/**
 * Who calls: the Authorization header (or `api-key`, `x-api-key`) as sessions and keys, each with its tag, and the owner
 * they make together; or as an API key that stands for the server's own ones. The owner id and the tags are keyed
 * hashes, so that neither says anything about a credential.
 */

import type { Context, HonoRequest, MiddlewareHandler } from "hono";
import type { AppEnv } from "#api/http/app.ts";
import { maxRequests, maxSessions, rateLimitSeconds } from "#api/limits.ts";
import type { ApiConfig } from "#shared/config.ts";
import { AppError } from "#shared/errors.ts";
import type { Seal } from "#shared/seal.ts";
import { splitSessions } from "#shared/session-text.ts";
import type { SealedSession } from "#shared/task/coordinator.ts";
import { type Credential, formatCredential, maskCredential, readCredential } from "#shared/upstreams/index.ts";

export type Caller = {
  /** Names the coordinator of this set of credentials. */
  owner: string;
  /** Sessions and keys. */
  credentials: { credential: Credential; tag: string }[];
  /** The secret of each session, key or API key, with the tags of what it may read, the present one first. */
  readers: { secret: string; tags: string[] }[];
  /** What its tasks are marked with. */
  readerTags: string[];
  /** Whose tasks it may read: those tags, and while a secret key is being replaced the former ones. */
  readableTags: string[];
  /** Before the caller's idempotency keys: holders of different API keys share a coordinator. */
  keyPrefix: string;
};

export type CallerEnv = AppEnv & { Variables: { caller: Caller } };

/** Refuses a request without a usable session or key; what follows finds the caller in `c.var.caller`. */
export const authenticate: MiddlewareHandler<CallerEnv> = async (c, next) => {
  c.set("caller", await readCaller(credentialsHeader(c.req), c.var.seal, c.var.config));
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
export const knownCaller = (c: Context<AppEnv>): Promise<Caller | null> =>
  readCaller(credentialsHeader(c.req), c.var.seal, c.var.config).catch(() => null);

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

type Settings = Pick<ApiConfig, "API_KEYS" | "API_KEYS_ONLY" | "DEFAULT_CREDENTIALS" | "DEFAULT_SESSIONS">;

async function readCaller(header: string | undefined, seal: Seal, settings: Settings): Promise<Caller> {
  const credentials = splitSessions(header ?? "");
  if (credentials.length === 0)
    throw new AppError("unauthorized", "The Authorization header holds no session and no key.");
  if (credentials.length > maxSessions) {
    throw new AppError(
      "unauthorized",
      `The Authorization header holds ${credentials.length} sessions and keys; the limit is ${maxSessions}.`,
    );
  }
  const key = credentials.find((credential) => /^sk-/i.test(credential));
  if (key === undefined && settings.API_KEYS_ONLY) {
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
  return keyholder(key, seal, settings);
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
  return { owner, credentials, ...reading(readers), keyPrefix: "" };
}

const reading = (readers: Caller["readers"]) => ({
  readers,
  readerTags: readers.flatMap(({ tags }) => tags.slice(0, 1)),
  readableTags: readers.flatMap(({ tags }) => tags),
});

/** A caller with an API key uses the server's own credentials, and reads only what was made with the same key. */
async function keyholder(key: string, seal: Seal, settings: Settings): Promise<Caller> {
  const { API_KEYS } = settings;
  const own = ownCredentials(settings);
  if (API_KEYS.length === 0 || own.texts.length === 0) {
    throw new AppError(
      "unauthorized",
      "API keys are not set up on this server; send sessions or keys of your own instead.",
    );
  }
  const hash = await sha256(key);
  // Every hash is looked at, so that the time it takes tells nothing.
  const isKnown = API_KEYS.map((known) => isSame(hash, fromHex(known))).includes(true);
  if (!isKnown) throw new AppError("unauthorized", "The API key is not one of this server's.");
  const pool = await callerWith(
    own.texts.map((text, index) => fromSetting(text, index, own.name)),
    seal,
  );
  const tag = await seal.tag("api-key", key);
  // The same coordinator whatever sessions the operator adds and removes.
  const owner = await seal.tag("pool", "owner");
  const readers = [{ secret: key, tags: await seal.tags("api-key", key) }];
  return { ...pool, owner, ...reading(readers), keyPrefix: `${tag}:` };
}

async function sha256(text: string): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
}

const fromHex = (hex: string): Uint8Array =>
  Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));

const isSame = (a: Uint8Array, b: Uint8Array): boolean => crypto.subtle.timingSafeEqual(a, b);

/** The server's own credentials, and the setting that has them. */
export function ownCredentials({
  DEFAULT_CREDENTIALS,
  DEFAULT_SESSIONS,
}: Pick<Settings, "DEFAULT_CREDENTIALS" | "DEFAULT_SESSIONS">): { name: string; texts: string[] } {
  return DEFAULT_CREDENTIALS.length > 0
    ? { name: "DEFAULT_CREDENTIALS", texts: DEFAULT_CREDENTIALS }
    : { name: "DEFAULT_SESSIONS", texts: DEFAULT_SESSIONS };
}

function fromHeader(text: string, index: number): Credential {
  const read = readCredential(text);
  if (read.ok) return read.value;
  throw new AppError("unauthorized", `Session or key number ${index + 1} in the Authorization header ${read.error}.`);
}

function fromSetting(text: string, index: number, setting: string): Credential {
  const read = readCredential(text);
  if (read.ok) return read.value;
  throw new AppError(
    "internal",
    `This server is not configured correctly: ${setting} number ${index + 1} ${read.error}.`,
  );
}

/** The credential as it may rest: only the consumer, which has the secret key, can open it. */
export async function sealCredential(
  { credential, tag }: Caller["credentials"][number],
  seal: Seal,
): Promise<SealedSession> {
  const sealed = await seal.seal(formatCredential(credential), `session:${tag}`);
  return { upstream: credential.upstream, tag, sealed, label: maskCredential(credential) };
}
