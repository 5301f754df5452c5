/** Callers with an API key: they use the server's own credentials, and see only what was made with the same key. */
import type { ApiConfig } from "#shared/config.ts";
import { AppError } from "#shared/errors.ts";
import type { Seal } from "#shared/seal.ts";
import { heldOf, isExpired } from "#shared/task/key-limits.ts";
import { placeTag } from "#shared/task/pool.ts";
import type { KeyEntry, PoolSummary } from "#shared/task/registry.ts";
import { utc } from "#shared/task/utc.ts";
import { type Credential, formatCredential, readCredential } from "#shared/upstreams/index.ts";
import { findKey } from "./known-keys.ts";
import type { Caller } from "./runners.ts";
import { hashOf, hexOf, isSameHash } from "./secret-hash.ts";

type Settings = Pick<ApiConfig, "API_KEYS" | "DEFAULT_CREDENTIALS" | "DEFAULT_SESSIONS">;
type Surroundings = { seal: Seal; config: Settings; registry: DurableObjectNamespace };

/** @throws AppError `unauthorized` for a key that is none of this server's. */
export async function keyholder(key: string, { seal, config, registry }: Surroundings): Promise<Caller> {
  const { key: named, pool } = await lookUp(await hashOf(key), { seal, config, registry });
  const own = pool.isTakenOver ? { name: "", texts: [] } : ownCredentials(config);
  const places = pool.places.map((place) => ({ credential: { ...place, secret: "" }, tag: placeTag(place) }));
  const given = own.texts.map((text, index) => fromSetting(text, index, own.name));
  const byName = new Map(given.map((credential) => [formatCredential(credential), credential]));
  const credentials = await Promise.all(
    [...byName].map(async ([name, credential]) => ({ credential, tag: await seal.tag("session", name) })),
  );
  // The id of a named key is its tag: a task of it is known as such, whatever SECRET_KEY is.
  const tags = named === null ? await seal.tags("api-key", key) : [named.id];
  const [tag = ""] = tags;
  return {
    owner: pool.owner,
    credentials,
    pool: { version: pool.version, places },
    key: named && heldOf(named),
    readers: [{ secret: key, tags }],
    readerTags: [tag],
    readableTags: tags,
    keyPrefix: `${tag}:`,
  };
}

type Found = { key: KeyEntry | null; pool: PoolSummary };

/** A key of API_KEYS has no name; any other is the registry's. */
async function lookUp(hash: Uint8Array, { config, registry }: Surroundings): Promise<Found> {
  // Every hash is looked at, so that the time it takes tells nothing.
  const isStatic = config.API_KEYS.map((known) => isSameHash(hash, known)).includes(true);
  if (isStatic) return findKey(registry, null);
  const found = await findKey(registry, hexOf(hash));
  if (found.key === null) throw new AppError("unauthorized", "The API key is not one of this server's.");
  if (isExpired(found.key, Date.now())) throw new AppError("unauthorized", expired(found.key), null, expiredHint);
  return found;
}

const expired = ({ expiresAt }: KeyEntry): string => `This API key expired at ${utc.textOf(expiresAt ?? 0)}.`;

const expiredHint = {
  en: "Ask the administrator of this server to extend it, or for another key.",
  zh: "请管理员延长它的有效期，或者向管理员要一个新的密钥。",
};

/** The server's own credentials, and the setting that has them. */
export function ownCredentials({
  DEFAULT_CREDENTIALS,
  DEFAULT_SESSIONS,
}: Pick<Settings, "DEFAULT_CREDENTIALS" | "DEFAULT_SESSIONS">): { name: string; texts: string[] } {
  return DEFAULT_CREDENTIALS.length > 0
    ? { name: "DEFAULT_CREDENTIALS", texts: DEFAULT_CREDENTIALS }
    : { name: "DEFAULT_SESSIONS", texts: DEFAULT_SESSIONS };
}

export function fromSetting(text: string, index: number, setting: string): Credential {
  const read = readCredential(text);
  if (read.ok) return read.value;
  throw new AppError(
    "internal",
    `This server is not configured correctly: ${setting} number ${index + 1} ${read.error}.`,
  );
}
