/**
 * What the upstream's refusals mean. One table by message key, one by number; the key comes first, because the same
 * number has been seen with two meanings. `again`: the same call may succeed later; `refused`: it never will;
 * `session`: it may on another session. Pure.
 */
import type { ErrorCode, TaskError } from "../errors.ts";

export type UpstreamFailure = {
  verdict: "again" | "refused" | "session";
  /** Whether the upstream itself said no. False: its answer was lost or unreadable, and it may have done the work. */
  answered: boolean;
  error: TaskError;
  retryAfterSeconds: number | null;
  /** The upstream's own words, for the log only. */
  text: string;
};

type Meaning = { verdict: UpstreamFailure["verdict"]; code: ErrorCode; message: string };

const meaning = (verdict: Meaning["verdict"], code: ErrorCode, message: string): Meaning => ({
  verdict,
  code,
  message,
});

const promptRefused = meaning("refused", "prompt_moderated", "Dreamina's content rules refused the prompt.");
const inputRefused = meaning("refused", "input_moderated", "Dreamina's content rules refused a reference image.");
const outputHeld = meaning(
  "refused",
  "output_moderated",
  "Dreamina's content rules held back the pictures it had made.",
);
const noCredits = meaning(
  "session",
  "insufficient_credits",
  "The account has not enough Dreamina credits, or the session lacks its region prefix: Dreamina answers both alike.",
);
const atRisk = meaning(
  "session",
  "risk_control",
  "Dreamina's anti-abuse check refused this session or this server's network.",
);
const expired = meaning(
  "session",
  "session_expired",
  "Dreamina does not accept the session: it expired, or its region prefix is wrong.",
);
const busy = meaning("again", "rate_limited", "Dreamina asks to wait: too many jobs or calls at once.");
const failed = meaning("again", "upstream_failed", "Dreamina failed to make the picture.");
const badParameter = meaning(
  "refused",
  "invalid_value",
  "Dreamina refused a value of the request, or the session lacks its region prefix: Dreamina answers both alike.",
);
const outdated = meaning(
  "refused",
  "upstream_changed",
  "Dreamina refused the form of the call: this server's version of it is out of date, or the account lacks a right.",
);
const noRight = meaning("session", "risk_control", "Dreamina does not allow this account to use the model.");

/** By `fail_starling_key`, lower case. Seen in traffic logs (China 2026-01) and clients of both sites. */
const byKey = new Map<string, Meaning>(
  Object.entries({
    web_dre_m10n_generate_popup_credit_ininsufficient_title: noCredits, // their spelling
    web_notice_reach_daily_usage_limit: noCredits,
    web_risk_control_message_reject_generation: atRisk,
    exceed_model_parallel_max: busy,
    web_text_violates_community_guidelines_toast: promptRefused,
    web_prompt_violate_guidelines_tip: promptRefused,
    inputtextrisk: promptRefused,
    web_image_violates_community_guidelines_toast: inputRefused,
    inputimagerisk: inputRefused,
    web_fail2generate_copyright_block: outputHeld,
    outputimagerisk: outputHeld,
    errmessage_app_outputvideorisk: outputHeld,
    web_fail2generate_input_retry: meaning("refused", "prompt_moderated", "Dreamina asks for another input."),
  }),
);

/** By `ret` or `fail_code`: the two share one number space. */
const byNumber = new Map<string, Meaning>(
  Object.entries({
    "-4": atRisk, // international credit claim, 2026-10
    "-6": atRisk, // international generate without browser tokens, since 2026-04
    "1": busy,
    "1000": badParameter,
    "1001": badParameter,
    "1002": outdated, // malformed draft
    "1006": noCredits, // also seen for a resolution the account has no right to
    "1010": busy,
    "1014": outdated, // sign error
    "1015": expired, // dead session or wrong cluster: the same answer
    "1017": outdated,
    "1018": meaning("session", "risk_control", "Dreamina has barred this account from generating."),
    "1019": atRisk,
    "1021": atRisk,
    "1057": busy,
    "1063": promptRefused,
    "1159": promptRefused, // copyright
    "1161": promptRefused, // mixed languages
    "1162": promptRefused, // unsupported language
    "1189": badParameter,
    "1190": badParameter,
    "1310": busy, // too many running jobs for the model
    "2002": failed,
    "2003": inputRefused,
    "2004": outputHeld,
    "2005": promptRefused,
    "2008": badParameter,
    "2014": busy,
    "2020": busy,
    "2035": atRisk,
    "2036": failed,
    "2038": promptRefused,
    "2039": inputRefused, // one video client reads credits instead
    "2041": inputRefused,
    "2042": outputHeld,
    "2043": outputHeld,
    "2046": failed, // segmentation
    "2047": failed, // segmentation
    "2048": inputRefused,
    "2050": promptRefused,
    "2203": badParameter,
    "2204": badParameter,
    "3018": outdated,
    "3020": failed,
    "3021": noRight,
    "4001": noCredits, // official enum; one client reads content violation
    "4002": badParameter,
    "4003": noRight,
    "4010": meaning(
      "session",
      "risk_control",
      "Dreamina wants the account's owner to confirm its terms on the site first.",
    ),
    "4011": inputRefused, // a real face
    "4013": atRisk,
    "5000": noCredits,
    "5001": failed,
    "5002": failed,
    "10020": busy,
    "100402": failed,
    "121101": noCredits, // daily limit
    "121212": failed,
    "201007": failed, // upload backend
    "34010100": badParameter,
    "34010105": expired,
    "34070104": atRisk,
    exceed_model_parallel_max: busy, // seen in place of a number
  }),
);

const unknown = meaning("again", "upstream_failed", "Dreamina answered with an error this server does not know.");

/** A refusal in the upstream's own terms. All fields as received; empty ones count as absent. */
export type Refusal = { ret?: string; failCode?: string; key?: string; text?: string };

/** The upstream said no, and meant it: nothing was started by this call. */
export function refusal(said: Refusal): UpstreamFailure {
  const number = said.failCode || said.ret || "";
  const known =
    byKey.get((said.key ?? "").toLowerCase()) ??
    byNumber.get(said.failCode ?? "") ??
    byNumber.get(said.ret ?? "") ??
    unknown;
  return {
    verdict: known.verdict,
    answered: true,
    error: {
      code: known.code,
      message: known === unknown && number !== "" ? `${known.message.slice(0, -1)} (code ${number}).` : known.message,
      upstream: { ...(number !== "" && { ret: number }), ...(said.key && { key: said.key }) },
    },
    retryAfterSeconds: null,
    text: said.text ?? "",
  };
}

/** No verdict came back: a lost connection, a time-out, a server error. The upstream may or may not have acted. */
export function unanswered(code: "upstream_unreachable" | "upstream_changed", text: string): UpstreamFailure {
  const message =
    code === "upstream_unreachable"
      ? "Dreamina could not be reached or did not answer."
      : "Dreamina answered in a form this server does not understand.";
  return { verdict: "again", answered: false, error: { code, message }, retryAfterSeconds: null, text };
}

/** The failure without the session, should the upstream have repeated it in its words. */
export function concealing(sessionId: string, failure: UpstreamFailure): UpstreamFailure {
  const conceal = (text: string) => text.replaceAll(sessionId, "[removed]");
  const { upstream } = failure.error;
  return {
    ...failure,
    text: conceal(failure.text),
    error: {
      ...failure.error,
      message: conceal(failure.error.message),
      ...(upstream && {
        upstream: {
          ...(upstream.ret !== undefined && { ret: conceal(upstream.ret) }),
          ...(upstream.key !== undefined && { key: conceal(upstream.key) }),
        },
      }),
    },
  };
}

/** HTTP 429. @param retryAfterSeconds the upstream's own wish, if it named one. */
export function tooManyCalls(retryAfterSeconds: number | null): UpstreamFailure {
  return {
    verdict: busy.verdict,
    answered: true,
    error: { code: busy.code, message: busy.message },
    retryAfterSeconds,
    text: "HTTP 429",
  };
}
