// The upstream's refusals, made of the table of codes. Which refusal a call deserves is not decided here.

import { type CodeText, codes } from "./codes.ts";

export type Refusal = {
  /** The verdict in the envelope; a string of digits, sometimes negative. */
  ret: string;
  errmsg: string;
  failCode: string;
  failKey: string;
  failMessage: string;
  /** `data` is null for some codes instead of carrying the three fail fields. */
  bareData?: boolean;
};

/** The codes the simulator refuses with by itself. */
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

/** Where the three fail fields are not simply the code. */
const exceptions: Readonly<Record<string, Partial<Refusal>>> = {
  // shark is the upstream's anti-abuse gate. International writes, since about 2026-04.
  "-6": { failCode: "4013" },
  "-4": { failCode: "34070104" },
  "1000": { failCode: "" },
  "1018": { bareData: true },
  "1310": { failCode: "exceed_model_parallel_max" },
};

/** `detail` is ours: it tells the developer what the real upstream would leave them to guess. */
export function refusal(ret: KnownRet, detail?: string): Refusal {
  const reason = refusalWith(ret);
  return detail ? { ...reason, errmsg: `${reason.errmsg} (simulator: ${detail})` } : reason;
}

/** A refusal with any code at all, for the codes tests want to see. */
export function refusalWith(ret: string): Refusal {
  const { errmsg, key, message }: CodeText = codes[ret] ?? { errmsg: `refused with ${ret}`, key: "", message: "" };
  return { ret, errmsg, failCode: ret, failKey: key, failMessage: message, ...exceptions[ret] };
}

/** A refusal that only its key tells apart, under the code that says nothing. */
export function refusalByKey(key: string): Refusal {
  return { ...refusalWith("1000"), failKey: key };
}
