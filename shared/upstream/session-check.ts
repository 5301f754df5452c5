/**
 * Is a session alive, and where? A session of another cluster gets the answer of an expired one, so before one is
 * called dead the other clusters are asked with the same cookie: reads only, three calls at most.
 */

import { type RegionId, regionIds } from "#shared/region-ids.ts";
import type { Result } from "#shared/result.ts";
import type { Balance } from "./credits.ts";
import type { UpstreamFailure } from "./errors.ts";
import { clusters, type Region } from "./region.ts";
import type { Session } from "./session.ts";

export type SessionCheck =
  | { kind: "alive"; balance: Balance }
  /** Alive, but in another region than its prefix names: one of these. */
  | { kind: "elsewhere"; regions: RegionId[]; balance: Balance }
  /** No cluster takes it. */
  | { kind: "dead"; failure: UpstreamFailure }
  /** No verdict. `refusedHere`: its own region refused the login, and another cluster could not be asked. */
  | { kind: "unknown"; failure: UpstreamFailure; refusedHere: boolean };

/** @param balance one call upstream; who may ask for it is logged in. */
export async function checkSession(
  session: Session,
  regions: Record<RegionId, Region>,
  balance: (session: Session) => Promise<Result<Balance, UpstreamFailure>>,
): Promise<SessionCheck> {
  const here = await balance(session);
  if (here.ok) return { kind: "alive", balance: here.value };
  if (!isLoginRefusal(here.error)) return { kind: "unknown", failure: here.error, refusedHere: false };

  const own = regions[session.region].cluster;
  let unasked: UpstreamFailure | null = null;
  for (const cluster of clusters.filter((one) => one !== own)) {
    // Each cluster is asked as the region it is named after.
    const there = await balance({ ...session, region: cluster });
    if (there.ok) {
      const found = regionIds.filter((id) => regions[id].cluster === cluster);
      return { kind: "elsewhere", regions: found, balance: there.value };
    }
    if (!isLoginRefusal(there.error)) unasked ??= there.error;
  }
  if (unasked !== null) return { kind: "unknown", failure: unasked, refusedHere: true };
  return { kind: "dead", failure: here.error };
}

const isLoginRefusal = ({ answered, error }: UpstreamFailure): boolean => answered && error.code === "session_expired";
