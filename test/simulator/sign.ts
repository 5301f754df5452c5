// The upstream's request signature, recomputed to check the client's. Known from published vectors and
// from browser captures of 2026-02 (CN) and 2026-04 (SG), all of which it reproduces. No I/O.

import { createHash } from "node:crypto";

/** Only this much of the path's end is signed. */
const signedPathTail = 7;

export type SignInput = {
  path: string;
  pf: string;
  appvr: string;
  /** Unix seconds, as sent. */
  deviceTime: string;
  tdid: string;
};

export function signOf({ path, pf, appvr, deviceTime, tdid }: SignInput): string {
  const tail = path.slice(-signedPathTail);
  return createHash("md5").update(`9e2c|${tail}|${pf}|${appvr}|${deviceTime}|${tdid}|11ac`, "utf8").digest("hex");
}
