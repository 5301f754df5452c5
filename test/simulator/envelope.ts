// The envelopes of answers, one for each kind of host. mweb and commerce answer HTTP 200 even for refusals; `ret`, a
// string, holds the result. Shapes from CN traffic of 2026-01 and the SG browser capture of 2026-04; passport and
// ImageX as clients read them in 2026.

import { createHash } from "node:crypto";
import { type Answer, json, plain } from "./answer.ts";
import type { Refusal } from "./errors.ts";

export type Wrapper = "mweb" | "commerce";
/** Image hosts have no envelope; their refusals are plain text. */
export type AnyWrapper = Wrapper | "passport" | "imagex" | "upload" | "image" | "ark";

const msPerSecond = 1000;

export function accepted(wrapper: Wrapper, data: unknown, realMs: number): Answer {
  const verdict = { ret: "0", errmsg: "success" };
  if (wrapper === "mweb") return json({ ...verdict, ...mwebStamp(realMs), data });
  // Commerce repeats its data as a JSON string with a signature; no known client checks it.
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

/** A refusal in the envelope of any host, for the fault `ret-<code>`. */
export function refusedBy(wrapper: AnyWrapper, reason: Refusal, realMs: number): Answer {
  switch (wrapper) {
    case "mweb":
    case "commerce":
      return refused(wrapper, reason, realMs);
    case "passport":
      return passportError(Number(reason.ret), reason.errmsg);
    case "imagex":
      return json({
        ResponseMetadata: { ...imagexStamp(realMs), Error: imagexError(Number(reason.ret), reason.errmsg) },
      });
    case "upload":
      return json({ code: Number(reason.ret), message: reason.errmsg });
    case "image":
      return plain(forbidden, reason.errmsg);
    case "ark":
      return json({ error: { code: reason.ret, message: reason.errmsg, param: "", type: "BadRequest" } }, badRequest);
  }
}

const forbidden = 403;
const badRequest = 400;

export function passportSuccess(data: unknown): Answer {
  return json({ data, message: "success" });
}

export function passportError(code: number, description: string): Answer {
  return json({ data: { captcha: "", desc_url: "", description, error_code: code }, message: "error" });
}

export function imagexDone(result: unknown, action: string, realMs: number): Answer {
  const metadata = { ...imagexStamp(realMs), Action: action, Version: "2018-08-01", Service: "imagex" };
  return json({ ResponseMetadata: metadata, Result: result });
}

/** @param code a word for ImageX's own checks; numbers come from services behind it. */
export function imagexRefused(httpStatus: number, code: string, message: string, realMs: number): Answer {
  return json({ ResponseMetadata: { ...imagexStamp(realMs), Error: imagexError(code, message) } }, httpStatus);
}

function imagexError(code: string | number, message: string) {
  return { Code: code, Message: message };
}

function imagexStamp(realMs: number) {
  return { RequestId: logIdOf(realMs, "imagex") };
}

/** 34 characters: the time to the second, then hex. */
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
