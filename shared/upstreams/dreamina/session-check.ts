/**
 * Checks whether a session is alive, and in which region. A cluster answers a session of another cluster like an
 * expired one, so a refused session is checked on the other clusters too: reads only, three calls at most.
 */

import { type RegionId, regionIds } from "#shared/region-ids.ts";
import type { Result } from "#shared/result.ts";
import type { UpstreamFailure } from "#shared/upstreams/failure.ts";
import type { Balance } from "./credits.ts";
import { clusters, type Region } from "./region.ts";
import type { Session } from "./session.ts";

export type SessionCheck =
  | { kind: "alive"; balance: Balance }
  /** Alive, but in one of these regions, not in the one of its prefix. */
  | { kind: "elsewhere"; regions: RegionId[]; balance: Balance }
  /** Every cluster refused it. */
  | { kind: "dead"; failure: UpstreamFailure }
  /** Not decided. `refusedHere`: its own region refused it, and another cluster did not answer. */
  | { kind: "unknown"; failure: UpstreamFailure; refusedHere: boolean };

/** @param balance one upstream call, which succeeds for a live session. */
export async function checkSession(
  session: Session,
  regions: Record<RegionId, Region>,
  balance: (session: Session) => Promise<Result<Balance, UpstreamFailure>>,
): Promise<SessionCheck> {
  const here = await balance(session);
  if (here.ok) return { kind: "alive", balance: here.value };
  if (!isLoginRefusal(here.error)) return { kind: "unknown", failure: here.error, refusedHere: false };

  const own = regions[session.region].cluster;
  let inconclusive: UpstreamFailure | null = null;
  for (const cluster of clusters.filter((one) => one !== own)) {
    // The id of each cluster is the id of one of its regions.
    const there = await balance({ ...session, region: cluster });
    if (there.ok) {
      const found = regionIds.filter((id) => regions[id].cluster === cluster);
      return { kind: "elsewhere", regions: found, balance: there.value };
    }
    if (!isLoginRefusal(there.error)) inconclusive ??= there.error;
  }
  if (inconclusive !== null) return { kind: "unknown", failure: inconclusive, refusedHere: true };
  return { kind: "dead", failure: here.error };
}

const isLoginRefusal = ({ answered, error }: UpstreamFailure): boolean => answered && error.code === "session_expired";
