/**
 * What the registry says of an API key and of the pool, remembered by this instance for half a minute, so that polls do
 * not ask it. A key that was deleted or changed is out of use, or has its new limits, after that time at the latest.
 */
import { keyRememberedMs, keysRemembered, unknownKeyMs } from "#api/limits.ts";
import { type Registry, registryOf } from "#shared/task/registry.ts";

type Found = Awaited<ReturnType<Registry["find"]>>;

const remembered = new Map<string, { until: number; found: Promise<Found> }>();

/** @param hash null: only the pool. @throws when the registry cannot be reached. */
export async function findKey(registry: DurableObjectNamespace, hash: string | null): Promise<Found> {
  const name = hash ?? "";
  const known = remembered.get(name);
  if (known !== undefined && known.until > Date.now()) return known.found;
  const found = registryOf(registry).find(hash);
  const entry = { until: Date.now() + keyRememberedMs, found };
  remembered.delete(name);
  remembered.set(name, entry);
  const [oldest] = remembered.keys();
  if (remembered.size > keysRemembered && oldest !== undefined) remembered.delete(oldest);
  try {
    const { key } = await found;
    // It may be created a moment later.
    if (hash !== null && key === null) entry.until = Date.now() + unknownKeyMs;
    if (key?.expiresAt != null) entry.until = Math.min(entry.until, key.expiresAt);
  } catch (error) {
    if (remembered.get(name) === entry) remembered.delete(name);
    throw error;
  }
  return found;
}

/** The registry was changed by this instance: it is asked again. */
export const forgetKeys = (): void => remembered.clear();
