// Computes the upstream's request signature, to check the client's. Reproduces the published vectors and the browser
// captures of 2026-02 (CN) and 2026-04 (SG). No I/O.

import { createHash } from "node:crypto";

/** Number of characters at the end of the path that are signed. */
const signedPathTail = 7;

export type SignInput = {
  path: string;
  pf: string;
  appvr: string;
  /** Unix seconds, as in the header. */
  deviceTime: string;
  tdid: string;
};

export function signOf({ path, pf, appvr, deviceTime, tdid }: SignInput): string {
  const tail = path.slice(-signedPathTail);
  return createHash("md5").update(`9e2c|${tail}|${pf}|${appvr}|${deviceTime}|${tdid}|11ac`, "utf8").digest("hex");
}
