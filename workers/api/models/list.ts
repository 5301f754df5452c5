/**
 * The models that a caller can use. A cloud is asked which models it still has, and its answer is remembered for some
 * minutes; when it does not answer, the table decides.
 */
import type { Context } from "hono";
import { isAboveLimit } from "#api/caller/caller.ts";
import { type Caller, type Runner, runnersOf } from "#api/caller/runners.ts";
import type { AppEnv } from "#api/http/app.ts";
import { cloudModelsForMs, cloudModelsRemembered } from "#api/limits.ts";
import { log } from "#shared/log.ts";
import { describedModels, isKey, listedModels, maskCredential } from "#shared/upstreams/index.ts";
import type { Model } from "#shared/wire/models.ts";
import { allModels } from "./describe.ts";

/** @param caller null: every model. */
export async function listModels(c: Context<AppEnv>, caller: Caller | null): Promise<Model[]> {
  const all = allModels(c.var.upstreamConfig);
  if (caller === null) return all;
  const usable = new Set<string>();
  await Promise.all(
    runnersOf(caller).map(async (one) => {
      const { place } = one.credential;
      if (isKey(one.credential)) for (const id of await modelsOfKey(c, one, caller)) usable.add(id);
      else for (const { id, regions } of all) if (regions.some((region) => region === place)) usable.add(id);
    }),
  );
  const allowed = caller.key?.limits.models ?? null;
  return all.filter(({ id }) => usable.has(id) && (allowed === null || allowed.includes(id)));
}

/** Ids that a cloud listed, by the tag of the key. */
const remembered = new Map<string, { at: number; ids: ReadonlySet<string> }>();

async function modelsOfKey(c: Context<AppEnv>, one: Runner, caller: Caller): Promise<string[]> {
  const known = remembered.get(one.tag);
  const isFresh = known !== undefined && known.at > Date.now() - cloudModelsForMs;
  const listed = isFresh ? known.ids : await askedFor(c, one, caller);
  return describedModels().flatMap(({ id, clouds }) => {
    const there = Object.entries(clouds).find(([cloud]) => cloud === one.credential.place)?.[1];
    return there !== undefined && (listed === null || listed.has(there.id)) ? [id] : [];
  });
}

/** None for a refused key. Null: the cloud did not answer, or is not asked so often. */
async function askedFor(
  c: Context<AppEnv>,
  { credential, tag }: Runner,
  caller: Caller,
): Promise<ReadonlySet<string> | null> {
  // A place of the pool: its keys are not at hand.
  if (credential.secret === "" || (await isAboveLimit(c, caller))) return null;
  const { config } = c.var;
  const answer = await listedModels(credential, {
    fetch: (request) => fetch(request),
    now: Date.now,
    origin: config.UPSTREAM_ORIGIN,
  });
  if (!answer.ok) {
    const { error, text } = answer.error;
    log("warn", "models_not_listed", { session: maskCredential(credential), code: error.code, text });
    return error.code === "key_refused" ? new Set() : null;
  }
  remember(tag, new Set(answer.value));
  return new Set(answer.value);
}

function remember(tag: string, ids: ReadonlySet<string>): void {
  remembered.delete(tag);
  remembered.set(tag, { at: Date.now(), ids });
  const [oldest] = remembered.keys();
  if (remembered.size > cloudModelsRemembered && oldest !== undefined) remembered.delete(oldest);
}
