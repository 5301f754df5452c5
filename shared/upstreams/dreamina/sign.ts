/**
 * The `Sign` header of the web API: an MD5 over a few fields of the request. Recomputed and matched against 58 values
 * of two browser captures (China 2026-02, Singapore 2026-04). Time is an argument.
 */
import { md5 } from "@noble/hashes/legacy.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";

const prefix = "9e2c";
const suffix = "11ac";
/** Only the end of the path is signed. */
const signedPathCharacters = 7;

export type SignedFields = {
  /** Path without host and query. */
  path: string;
  /** Headers Pf, Appvr and Tdid, as sent. */
  platform: string;
  appVersion: string;
  deviceId: string;
  /** Header Device-Time, Unix seconds. */
  deviceTime: number;
};

/** @returns 32 lower-case hex characters. */
export function sign(request: SignedFields): string {
  const pathEnd = request.path.slice(-signedPathCharacters);
  const text = [
    prefix,
    pathEnd,
    request.platform,
    request.appVersion,
    request.deviceTime,
    request.deviceId,
    suffix,
  ].join("|");
  return bytesToHex(md5(utf8ToBytes(text)));
}
