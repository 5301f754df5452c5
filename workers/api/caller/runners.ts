/** Who calls, and which credentials may run its tasks. */
import type { AppEnv } from "#api/http/app.ts";
import { AppError, type Hint } from "#shared/errors.ts";
import type { HeldKey } from "#shared/task/key-limits.ts";
import type { Credential } from "#shared/upstreams/index.ts";

/** What may run a task. */
export type Runner = { credential: Credential; tag: string };

export type Caller = {
  /** Names the coordinator of this set of credentials. */
  owner: string;
  /** Sessions and keys. */
  credentials: Runner[];
  /** Of a caller with an API key: the pool's places, each as a credential without a secret. */
  pool: { version: number; places: Runner[] } | null;
  /** Of a caller with a named key. */
  key: HeldKey | null;
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

/** All that may run its tasks: its credentials, and the places of the pool. */
export const runnersOf = ({ credentials, pool }: Caller): Runner[] => [...credentials, ...(pool?.places ?? [])];

/** What a request of this caller is checked against. @throws AppError `unauthorized` when nothing can run one. */
export function usableBy(caller: Caller): { credentials: Credential[]; allowedModels: string[] | null } {
  const credentials = runnersOf(caller).map(({ credential }) => credential);
  if (credentials.length > 0) return { credentials, allowedModels: caller.key?.limits.models ?? null };
  throw new AppError(
    "unauthorized",
    "This server has no sessions or keys of its own that an API key could use.",
    null,
    withoutPool,
  );
}

const withoutPool: Hint = {
  en: "The administrator of this server can add some. Until then, send sessions or keys of your own instead of the API key.",
  zh: "请让管理员为本服务添加会话或密钥；在此之前，可以发送您自己的会话或密钥来代替 API 密钥。",
};

/** @throws AppError `not_allowed` for a key without batches. */
export function requireBatches({ key }: Caller): void {
  if (key?.limits.batches === false) throw new AppError("not_allowed", "This API key may not make batches.");
}
