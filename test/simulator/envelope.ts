// The two wrappers every business answer comes in. HTTP is 200 even for refusals: the verdict is `ret`,
// a string. Shapes from CN traffic of 2026-01 and the SG browser capture of 2026-04.

import { createHash } from "node:crypto";
import { type Answer, json } from "./answer.ts";
import type { Refusal } from "./errors.ts";

export type Wrapper = "mweb" | "commerce";

const msPerSecond = 1000;

export function accepted(wrapper: Wrapper, data: unknown, realMs: number): Answer {
  const verdict = { ret: "0", errmsg: "success" };
  if (wrapper === "mweb") return json({ ...verdict, ...mwebStamp(realMs), data });
  // Commerce repeats its data as a JSON string and signs it; nobody is known to check that signature.
  const response = JSON.stringify(data);
  const sign = createHash("md5").update(response).digest("hex");
  return json({ ...verdict, ...commerceStamp(realMs), response, sign, data });
}

export function refused(wrapper: Wrapper, reason: Refusal, realMs: number): Answer {
  const verdict = { ret: reason.ret, errmsg: reason.errmsg };
  if (wrapper === "commerce") return json({ ...verdict, ...commerceStamp(realMs), data: null });
  const data = reason.bareData
    ? null
    : {
        aigc_data: null,
        fail_code: reason.failCode,
        fail_starling_key: reason.failKey,
        fail_starling_message: reason.failMessage,
      };
  return json({ ...verdict, ...mwebStamp(realMs), data });
}

/** 34 characters: the second it was made, then hex. */
export function logIdOf(realMs: number, salt: string): string {
  const second = new Date(realMs).toISOString().replace(/\D/g, "").slice(0, "yyyymmddhhmmss".length);
  const hexLength = 20;
  const hex = createHash("md5").update(`${realMs}${salt}`).digest("hex");
  return second + hex.slice(0, hexLength).toUpperCase();
}

function mwebStamp(realMs: number) {
  return {
    systime: String(Math.floor(realMs / msPerSecond)),
    logid: logIdOf(realMs, "mweb"),
  };
}

function commerceStamp(realMs: number) {
  return {
    svr_time: Math.floor(realMs / msPerSecond),
    log_id: logIdOf(realMs, "commerce"),
  };
}
