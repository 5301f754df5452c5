/**
 * What the registry says of an API key and of the pool, remembered by this instance for half a minute, so that polls do
 * not ask it. A key that was deleted or changed is out of use, or has its new limits, after that time at the latest.
 * While the registry is silent, the last answer counts.
 */
import { keyRememberedMs, keysRemembered, registryTimeoutMs, unknownKeyMs } from "#api/limits.ts";
import { AppError } from "#shared/errors.ts";
import { log } from "#shared/log.ts";
import { isExpired } from "#shared/task/key-limits.ts";
import { type Registry, registryOf } from "#shared/task/registry.ts";
import { withTimeout } from "#shared/with-timeout.ts";

type Found = Awaited<ReturnType<Registry["find"]>>;

const remembered = new Map<string, { until: number; found: Found }>();

/**
 * Each request asks by itself: a promise of another request may end with that one.
 * @param hash null: only the pool.
 * @throws AppError `internal` when the registry is silent and never answered this.
 */
export async function findKey(registry: DurableObjectNamespace, hash: string | null): Promise<Found> {
  const name = hash ?? "";
  const known = remembered.get(name);
  if (known !== undefined && known.until > Date.now()) return known.found;
  try {
    return await ask(registry, hash);
  } catch (error) {
    log("warn", "registry_unanswered", { error });
    // Which coordinator has the caller's tasks must not be guessed: the same request could be made twice.
    if (known === undefined) throw silent();
    return known.found;
  }
}

const silent = () =>
  new AppError(
    "internal",
    "The registry of this server does not respond, so the API key was not checked. Nothing was spent.",
  );

async function ask(registry: DurableObjectNamespace, hash: string | null): Promise<Found> {
  const found = await withTimeout(registryOf(registry).find(hash), registryTimeoutMs);
  // A key that is refused may be made, or extended, a moment later.
  const isRefused = hash !== null && (found.key === null || isExpired(found.key, Date.now()));
  const until = Date.now() + (isRefused ? unknownKeyMs : keyRememberedMs);
  remembered.delete(hash ?? "");
  remembered.set(hash ?? "", { until, found });
  const [oldest] = remembered.keys();
  if (remembered.size > keysRemembered && oldest !== undefined) remembered.delete(oldest);
  return found;
}

/** The registry was changed by this instance: it is asked again. */
export const forgetKeys = (): void => remembered.clear();
