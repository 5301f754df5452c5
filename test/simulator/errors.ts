// The upstream's refusals: code, English text and the "starling" key its own page translates. Only the
// codes the simulator gives out by itself; any other code can be asked for and gets a plain text.

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

type Known = Omit<Refusal, "ret" | "failCode"> & { failCode?: string };

const known = {
  // shark is the upstream's anti-abuse gate. International writes, since about 2026-04.
  "-6": {
    errmsg: "shark not pass reject",
    failCode: "4013",
    failKey: "web_risk_control_message_reject_generation",
    failMessage: "Unusual activity was found. Try again later.",
  },
  "1000": {
    errmsg: "invalid parameter",
    failCode: "",
    failKey: "",
    failMessage: "",
  },
  "1002": { errmsg: "common error", failKey: "", failMessage: "" },
  "1006": {
    errmsg: "not enough credits left or no relevant benefits",
    // Misspelt by the upstream.
    failKey: "web_dre_m10n_generate_popup_credit_ininsufficient_title",
    failMessage: "Not enough credits",
  },
  "1014": { errmsg: "sign error", failKey: "", failMessage: "" },
  "1015": { errmsg: "check login error", failKey: "", failMessage: "" },
  "1018": {
    errmsg: "account punish limit ai generate",
    failKey: "",
    failMessage: "",
    bareData: true,
  },
  "1310": {
    errmsg: "It is peak time. Wait for your other tasks to finish and try again.",
    failCode: "exceed_model_parallel_max",
    failKey: "exceed_model_parallel_max",
    failMessage: "Too many tasks are running",
  },
  "2020": { errmsg: "rate limit", failKey: "", failMessage: "" },
  "3018": { errmsg: "permission denied", failKey: "", failMessage: "" },
  "4013": {
    errmsg: "risk control reject",
    failKey: "web_risk_control_message_reject_generation",
    failMessage: "Unusual activity was found. Try again later.",
  },
  "121101": {
    errmsg: "daily generation limit reached",
    failKey: "web_notice_reach_daily_usage_limit",
    failMessage: "You reached the daily limit",
  },
  // Commerce's word for a dead session on the international clusters.
  "34010105": { errmsg: "login error", failKey: "", failMessage: "" },
} satisfies Record<string, Known>;

export type KnownRet = keyof typeof known;

/** `detail` is ours: it tells the developer what the real upstream would leave them to guess. */
export function refusal(ret: KnownRet, detail?: string): Refusal {
  const text: Known = known[ret];
  return {
    ...text,
    ret,
    failCode: text.failCode ?? ret,
    errmsg: detail ? `${text.errmsg} (simulator: ${detail})` : text.errmsg,
  };
}

/** A refusal with any code at all, for the codes tests want to see. */
export function refusalWith(ret: string): Refusal {
  if (isKnown(ret)) return refusal(ret);
  return {
    ret,
    errmsg: `refused with ${ret}`,
    failCode: ret,
    failKey: "",
    failMessage: "",
  };
}

function isKnown(ret: string): ret is KnownRet {
  return Object.hasOwn(known, ret);
}
