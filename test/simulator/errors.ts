// The upstream's refusals, built from the table of codes. The endpoints choose the code.

import { type CodeText, codes } from "./codes.ts";

export type Refusal = {
  /** The result in the envelope; a string of digits, sometimes negative. */
  ret: string;
  errmsg: string;
  failCode: string;
  failKey: string;
  failMessage: string;
  /** `data` is null instead of holding the three fail fields. */
  bareData?: boolean;
};

/** The codes that the simulator's own checks return. */
export type KnownRet =
  | "-6"
  | "-4"
  | "1000"
  | "1002"
  | "1006"
  | "1014"
  | "1015"
  | "1018"
  | "1310"
  | "2003"
  | "2020"
  | "3018"
  | "3020"
  | "4010"
  | "4013"
  | "121101"
  | "34010105";

/** Codes whose fail fields differ from the code itself. */
const exceptions: Readonly<Record<string, Partial<Refusal>>> = {
  // "shark" is the upstream's anti-abuse check of international writes, since about 2026-04.
  "-6": { failCode: "4013" },
  "-4": { failCode: "34070104" },
  "1000": { failCode: "" },
  "1018": { bareData: true },
  "1310": { failCode: "exceed_model_parallel_max" },
};

/** @param detail what exactly is wrong; the upstream's message does not say. */
export function refusal(ret: KnownRet, detail?: string): Refusal {
  const reason = refusalWith(ret);
  return detail ? { ...reason, errmsg: `${reason.errmsg} (simulator: ${detail})` } : reason;
}

/** A refusal with any code. */
export function refusalWith(ret: string): Refusal {
  const { errmsg, key, message }: CodeText = codes[ret] ?? { errmsg: `refused with ${ret}`, key: "", message: "" };
  return { ret, errmsg, failCode: ret, failKey: key, failMessage: message, ...exceptions[ret] };
}

/** A refusal with the generic code 1000 and this key. */
export function refusalByKey(key: string): Refusal {
  return { ...refusalWith("1000"), failKey: key };
}
