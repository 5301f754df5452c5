/** The pages of the pool's list, from the first one on. */
import type * as z from "zod";
import type { credentialListSchema, PoolCredential } from "#shared/wire/credentials.ts";
import { call } from "#web/admin/state/call.ts";
import { poolPageSize } from "#web/limits.ts";

export type Pool = { entries: PoolCredential[]; hasMore: boolean; inSettings: number };

type Page = z.infer<typeof credentialListSchema>;

/** @throws ApiError */
export async function pagesUntil(count: number): Promise<Pool> {
  const entries: PoolCredential[] = [];
  let page = await pageAfter(null);
  entries.push(...page.data);
  for (let read = 1; read < count && page.has_more; read += 1) {
    page = await pageAfter(page.last_id);
    entries.push(...page.data);
  }
  return { entries, hasMore: page.has_more, inSettings: page.in_settings };
}

const pageAfter = (id: string | null): Promise<Page> =>
  call<Page>(`/v1/admin/credentials?limit=${poolPageSize}${id === null ? "" : `&after=${encodeURIComponent(id)}`}`);
