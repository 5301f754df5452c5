import { describe, expect, it } from "vitest";
import { errorCodes } from "../../../../shared/errors.ts";
import { refusal, tooManyCalls, type UpstreamFailure, unanswered } from "../../../../shared/upstream/errors.ts";

type Meaning = `${UpstreamFailure["verdict"]} ${UpstreamFailure["error"]["code"]}`;
const meaningOf = ({ verdict, error }: UpstreamFailure): Meaning => `${verdict} ${error.code}`;

// What each code was found to mean; an "again" that is `upstream_failed` is a fault of generation.
const numbers: Record<Meaning, string[]> | Record<string, string[]> = {
  "session session_expired": ["1015", "34010105"],
  "session insufficient_credits": ["1006", "5000", "121101", "4001"],
  "session risk_control": ["-4", "-6", "1018", "1019", "1021", "2035", "4013", "34070104", "3021", "4003", "4010"],
  "again rate_limited": ["1", "1010", "1057", "1310", "2014", "2020", "10020", "exceed_model_parallel_max"],
  "again upstream_failed": ["2002", "2036", "3020", "5001", "100402", "121212"],
  "refused prompt_moderated": ["1063", "1159", "1161", "1162", "2005", "2038", "2050"],
  "refused input_moderated": ["2003", "2039", "2041", "2048", "4011"],
  "refused output_moderated": ["2004", "2043"],
  "refused invalid_value": ["1000", "1001", "1189", "1190", "2008", "2203", "2204", "4002", "34010100"],
  "refused upstream_changed": ["1002", "1014", "1017", "3018"],
};
const keys: Record<string, string[]> = {
  "session insufficient_credits": [
    "web_dre_m10n_generate_popup_credit_ininsufficient_title",
    "web_notice_reach_daily_usage_limit",
  ],
  "session risk_control": ["web_risk_control_message_reject_generation"],
  "again rate_limited": ["exceed_model_parallel_max"],
  "refused prompt_moderated": [
    "web_text_violates_community_guidelines_toast",
    "web_prompt_violate_guidelines_tip",
    "inputtextrisk",
    "InputTextRisk",
  ],
  "refused input_moderated": ["web_image_violates_community_guidelines_toast", "inputimagerisk", "InputImageRisk"],
  "refused output_moderated": [
    "web_fail2generate_copyright_block",
    "outputimagerisk",
    "ErrMessage_APP_OutputVideoRisk",
  ],
};
const pairs = (table: Record<string, string[]>) =>
  Object.entries(table).flatMap(([meaning, names]) => names.map((name) => [name, meaning] as const));

describe("a refusal", () => {
  it.each(pairs(numbers))("with ret %s is %s", (ret, meaning) => {
    expect(meaningOf(refusal({ ret }))).toBe(meaning);
  });

  it.each(pairs(numbers))("with fail code %s is %s", (failCode, meaning) => {
    expect(meaningOf(refusal({ failCode }))).toBe(meaning);
  });

  it.each(pairs(keys))("with key %s is %s, whatever the number", (key, meaning) => {
    expect(meaningOf(refusal({ key }))).toBe(meaning);
    expect(meaningOf(refusal({ key, ret: "2002", failCode: "1015" }))).toBe(meaning);
  });

  it("is read by its fail code before its ret", () => {
    expect(meaningOf(refusal({ ret: "-6", failCode: "1015" }))).toBe("session session_expired");
  });

  it("is read by its ret when nobody knows its fail code and key", () => {
    expect(meaningOf(refusal({ ret: "1015", failCode: "987654", key: "nobody_knows" }))).toBe(
      "session session_expired",
    );
  });

  it("that nobody knows may pass, and keeps its code", () => {
    expect(refusal({ ret: "987654", key: "nobody_knows", text: "their words" })).toEqual({
      verdict: "again",
      answered: true,
      error: {
        code: "upstream_failed",
        message: "Dreamina answered with an error this server does not know (code 987654).",
        upstream: { ret: "987654", key: "nobody_knows" },
      },
      retryAfterSeconds: null,
      text: "their words",
    });
  });

  it.each(["constructor", "__proto__", "toString"])("called %s is one that nobody knows", (name) => {
    expect(meaningOf(refusal({ key: name }))).toBe("again upstream_failed");
    expect(meaningOf(refusal({ failCode: name }))).toBe("again upstream_failed");
  });

  it("without anything is a fault of the upstream", () => {
    expect(refusal({})).toMatchObject({ verdict: "again", error: { code: "upstream_failed", upstream: {} } });
  });

  it("does not repeat the upstream's words to the caller", () => {
    expect(refusal({ ret: "2038", text: "their words" }).error.message).not.toContain("their words");
  });

  it("of an expired session says that the prefix may be wrong", () => {
    expect(refusal({ ret: "1015" }).error.message).toMatch(/expired.*prefix/);
  });

  it("has a sentence for a person and a code of ours", () => {
    for (const [ret] of pairs(numbers)) {
      const { code, message } = refusal({ ret }).error;
      expect(errorCodes).toContain(code);
      expect(message).toMatch(/^[A-Z].*\.$/);
    }
  });
});

describe("no answer", () => {
  it.each(["upstream_unreachable", "upstream_changed"] as const)(
    "is %s, may pass, and leaves it open what was done",
    (code) => {
      expect(unanswered(code, "why")).toMatchObject({
        verdict: "again",
        answered: false,
        error: { code },
        text: "why",
      });
    },
  );
});

describe("too many calls", () => {
  it("is an answer: nothing was done", () => {
    expect(tooManyCalls(7)).toMatchObject({
      verdict: "again",
      answered: true,
      error: { code: "rate_limited" },
      retryAfterSeconds: 7,
    });
    expect(tooManyCalls(null).retryAfterSeconds).toBeNull();
  });
});
