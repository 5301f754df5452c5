/** The clients of all upstreams, as the consumer uses them. */
import { type UpstreamId, upstreamIds } from "#shared/upstream-ids.ts";
import type { UpstreamClient } from "./connection.ts";
import { type Surroundings, upstreams } from "./table.ts";

export type UpstreamClients = Record<UpstreamId, UpstreamClient>;

export const upstreamClients = (surroundings: Surroundings): UpstreamClients =>
  Object.fromEntries(upstreamIds.map((id) => [id, upstreams[id].client(surroundings)])) as UpstreamClients;
