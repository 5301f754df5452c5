/** The health of the whole pool, in numbers. */
import type { Context } from "hono";
import type { AppEnv } from "#api/http/app.ts";
import { credentialsPerPage } from "#api/limits.ts";
import { registryOf } from "#shared/task/registry.ts";
import type { PoolCredential } from "#shared/wire/credentials.ts";
import { shownCredentials } from "./credentials.ts";

/** How many credentials are in each state of health. */
export async function poolHealth(c: Context<AppEnv>): Promise<Record<PoolCredential["health"], number>> {
  const counts = { ready: 0, busy: 0, cooling: 0, no_credits: 0, expired: 0, paused: 0 };
  const registry = registryOf(c.env.REGISTRY);
  let after: string | null = null;
  for (let hasMore = true; hasMore; ) {
    const page = await registry.listCredentials({ limit: credentialsPerPage, after });
    if (page === null) throw new Error(`The registry does not know where ${after} was.`);
    for (const { health } of await shownCredentials(c, page.entries)) counts[health] += 1;
    after = page.entries.at(-1)?.id ?? null;
    hasMore = page.hasMore;
  }
  return counts;
}
