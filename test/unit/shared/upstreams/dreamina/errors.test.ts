import { describe, expect, it } from "vitest";
import { errorCodes, taskErrorSchema } from "#shared/errors.ts";
import { noAnswer, redactSession, refusal, tooManyCalls, withCode } from "#shared/upstreams/dreamina/errors.ts";
import { knownRefusals } from "#shared/upstreams/dreamina/refusals.ts";
import type { UpstreamFailure } from "#shared/upstreams/failure.ts";

type Meaning = `${UpstreamFailure["verdict"]} ${UpstreamFailure["error"]["code"]}`;
const meaningOf = ({ verdict, error }: UpstreamFailure): Meaning => `${verdict} ${error.code}`;

/**
 * Every known number, by its class in the findings, our code for it, and whether it is retryable. Written
 * from the findings, not from the table; two classes for contradictory findings.
 */
const numbers: [classes: string, meaning: Meaning, retryable: boolean, codes: string[]][] = [
  ["session", "session session_expired", false, ["1015", "34010105"]],
  ["risk", "session risk_control", false, ["-4", "-6", "34070104", "1018"]],
  ["risk", "session risk_control", true, ["1019", "1021", "2035", "4013"]],
  ["parameter risk", "session risk_control", false, ["4010"]],
  ["parameter risk", "session model_not_available", false, ["1017"]],
  ["parameter", "session model_not_available", false, ["3021", "4003"]],
  ["rate", "again rate_limited", true, ["1", "1057", "2014", "2020", "10020"]],
  ["rate", "full rate_limited", true, ["1010", "1310"]],
  ["credits", "session insufficient_credits", false, ["1006", "4001", "5000"]],
  ["credits", "session insufficient_credits", true, ["121101"]],
  ["moderation", "refused prompt_moderated", false, ["1063", "1159", "2005", "2038", "2050"]],
  ["moderation", "refused input_moderated", false, ["2003", "2039", "2041", "2048", "4011"]],
  ["moderation", "refused output_moderated", false, ["2004"]],
  ["moderation generation", "refused output_moderated", false, ["2042", "2043"]],
  ["parameter", "refused invalid_value", false, ["1000", "1001", "1161", "1162", "1189", "1190"]],
  ["parameter", "refused invalid_value", false, ["2203", "2204", "4002"]],
  ["parameter session", "refused upstream_changed", false, ["1002", "1014", "2008", "3018", "34010100"]],
  ["generation", "again upstream_failed", true, ["2002", "2036", "2046", "2047", "5001", "5002"]],
  ["generation parameter", "again upstream_failed", true, ["3020", "100402", "121212", "201007"]],
  ["generation", "refused upstream_failed", false, ["1007", "1008", "1009", "1011", "1012", "1013"]],
];

/** The same for every known message key. */
const keys: [meaning: Meaning, retryable: boolean, keys: string[]][] = [
  ["session insufficient_credits", false, ["web_dre_m10n_generate_popup_credit_ininsufficient_title"]],
  ["session insufficient_credits", true, ["web_notice_reach_daily_usage_limit"]],
  ["session risk_control", true, ["web_risk_control_message_reject_generation"]],
  ["full rate_limited", true, ["exceed_model_parallel_max"]],
  ["refused prompt_moderated", false, ["web_text_violates_community_guidelines_toast"]],
  ["refused prompt_moderated", false, ["web_prompt_violate_guidelines_tip", "inputtextrisk"]],
  ["refused prompt_moderated", false, ["web_fail2generate_input_retry", "web_content_risk"]],
  ["again rate_limited", true, ["web_rate_limited"]],
  ["again upstream_failed", true, ["web_system_busy"]],
  ["refused input_moderated", false, ["web_image_violates_community_guidelines_toast", "inputimagerisk"]],
  ["refused output_moderated", false, ["outputimagerisk"]],
  ["refused output_moderated", false, ["web_fail2generate_copyright_block", "ErrMessage_APP_OutputVideoRisk"]],
];

const everyNumber = numbers.flatMap(([classes, meaning, retryable, codes]) =>
  codes.map((code) => ({ code, classes, meaning, retryable })),
);
const everyKey = keys.flatMap(([meaning, retryable, names]) => names.map((key) => ({ key, meaning, retryable })));

describe("the table of refusals", () => {
  it("the table of refusals has every known number once", () => {
    expect(knownRefusals.flatMap(({ codes }) => codes).toSorted()).toEqual(
      everyNumber.map(({ code }) => code).toSorted(),
    );
  });

  it("the table of refusals has every known message key once", () => {
    expect(knownRefusals.flatMap((row) => row.keys).toSorted()).toEqual(everyKey.map(({ key }) => key).toSorted());
  });

  it.each(everyNumber)(
    "the table of refusals puts $code in the class it was found to belong to",
    ({ code, classes }) => {
      expect(classes.split(" ")).toContain(knownRefusals.find(({ codes }) => codes.includes(code))?.class);
    },
  );

  it.each(knownRefusals)("the row of $codes $keys has a message, a hint and a source", (row) => {
    expect(errorCodes).toContain(row.code);
    expect(row.message).toMatch(/^[A-Z][^\p{Script=Han}]{15,}\.$/u);
    expect(row.hint.en).toMatch(/^[A-Z][^\p{Script=Han}]{15,}\.$/u);
    expect(row.hint.zh).toMatch(/\p{Script=Han}.*。$/u);
    expect(row.seen).toMatch(/\b202[56]\b/);
    expect(row.seen).toMatch(/\b(sure|likely|unsure|unknown|contradictory|once|never met)\b/);
    expect(`${row.message}${row.hint.en}`).not.toMatch(/[。，；]/);
  });

  it("every row of the table has its own message and hint", () => {
    for (const words of [knownRefusals.map(({ message }) => message), knownRefusals.map(({ hint }) => hint.zh)]) {
      expect(new Set(words).size).toBe(words.length);
    }
  });

  it("a refusal that is repeated automatically is also marked as retryable", () => {
    for (const { verdict, retryable, message } of knownRefusals) {
      if (verdict === "again") expect(retryable, message).toBe(true);
    }
  });
});

describe("a refusal", () => {
  it.each(everyNumber)("a refusal with ret $code is $meaning", ({ code, meaning, retryable }) => {
    const failure = refusal({ ret: code });
    expect(meaningOf(failure)).toBe(meaning);
    expect(failure.error).toMatchObject({ retryable, upstream: { ret: code } });
    expect(taskErrorSchema.parse(failure.error)).toEqual(failure.error);
  });

  it.each(everyNumber)("a refusal with fail code $code is $meaning", ({ code, meaning, retryable }) => {
    expect(meaningOf(refusal({ failCode: code }))).toBe(meaning);
    expect(refusal({ failCode: code }).error.retryable).toBe(retryable);
  });

  it.each(everyKey)("a refusal with key $key is $meaning, whatever the number", ({ key, meaning, retryable }) => {
    for (const said of [{ key }, { key, ret: "2002", failCode: "1015" }, { key: key.toUpperCase() }]) {
      expect(meaningOf(refusal(said))).toBe(meaning);
      expect(refusal(said).error.retryable).toBe(retryable);
    }
  });

  it("a refusal is read by its fail code before its ret", () => {
    expect(meaningOf(refusal({ ret: "2002", failCode: "1015" }))).toBe("session session_expired");
  });

  it("a refusal is read by its ret when its fail code and key are unknown", () => {
    expect(meaningOf(refusal({ ret: "1015", failCode: "987654", key: "nobody_knows" }))).toBe(
      "session session_expired",
    );
  });

  it("a known refusal keeps its ret and key, without the upstream's text", () => {
    expect(refusal({ ret: "2038", key: "InputTextRisk", text: "their words" })).toMatchObject({
      error: { upstream: { ret: "2038", key: "InputTextRisk" } },
      text: "their words",
    });
    expect(JSON.stringify(refusal({ ret: "2038", text: "their words" }).error)).not.toContain("their words");
  });

  it.each(["constructor", "__proto__", "toString"])(
    "a refusal whose key or fail code is %s is an unknown one",
    (name) => {
      expect(meaningOf(refusal({ key: name }))).toBe("again upstream_failed");
      expect(meaningOf(refusal({ failCode: name }))).toBe("again upstream_failed");
    },
  );

  it("a refusal without any code is a fault of the upstream", () => {
    expect(refusal({})).toMatchObject({ verdict: "again", error: { code: "upstream_failed", upstream: {} } });
  });

  it("the message of an expired session says that the prefix may be wrong", () => {
    expect(refusal({ ret: "1015" }).error.message).toMatch(/expired.*prefix/);
  });
});

describe("a number that was read in two ways", () => {
  const credits = "web_dre_m10n_generate_popup_credit_ininsufficient_title";

  it.each([
    ["4001 alone is about credits", { failCode: "4001" }, "session insufficient_credits"],
    ["4001 with a key is what the key says", { failCode: "4001", key: "inputtextrisk" }, "refused prompt_moderated"],
    ["2039 alone is about a reference image", { failCode: "2039" }, "refused input_moderated"],
    ["2039 with a key is what the key says", { failCode: "2039", key: credits }, "session insufficient_credits"],
    ["1002 is about the form of the call", { ret: "1002" }, "refused upstream_changed"],
    ["1006 is about credits", { ret: "1006", failCode: "1006", key: credits }, "session insufficient_credits"],
    [
      "4013 is about risk, though the text speaks of guidelines",
      { failCode: "4013", text: "The prompt violates our community guidelines" },
      "session risk_control",
    ],
    [
      "1310 may have its key in the place of the fail code",
      { ret: "1310", failCode: "exceed_model_parallel_max" },
      "full rate_limited",
    ],
    ["the key of 1310 alone means the same as 1310", { failCode: "exceed_model_parallel_max" }, "full rate_limited"],
    ["1017 beside 3018 is what 1017 says", { ret: "3018", failCode: "1017" }, "session model_not_available"],
  ] as const)("%s", (_rule, said, meaning) => {
    expect(meaningOf(refusal(said))).toBe(meaning);
  });

  it("a refusal by the anti-abuse gate is risk_control, whatever its other fields", () => {
    const alone = refusal({ ret: "-6" }).error;
    for (const said of [
      { failCode: "4013", key: "web_risk_control_message_reject_generation" },
      { failCode: "4013", key: "web_text_violates_community_guidelines_toast" },
      { failCode: "1015" },
    ]) {
      const { error } = refusal({ ret: "-6", ...said });
      expect(error).toMatchObject({ code: "risk_control", hint: alone.hint, retryable: false });
    }
    expect(refusal({ failCode: "4013" }).error.retryable).toBe(true);
  });
});

describe("an unknown refusal", () => {
  it("an unknown refusal is retryable, and keeps its code, key and text", () => {
    expect(refusal({ ret: "987654", key: "nobody_knows", text: "their words" })).toMatchObject({
      verdict: "again",
      answered: true,
      error: {
        code: "upstream_failed",
        message: "Dreamina answered with an error this server does not know (code 987654).",
        hint: { en: expect.stringMatching(/\w/), zh: expect.stringMatching(/\p{Script=Han}/u) },
        retryable: true,
        upstream: { ret: "987654", key: "nobody_knows", text: "their words" },
      },
      retryAfterSeconds: null,
      text: "their words",
    });
  });

  const wordsOf = (text: string) => refusal({ ret: "987654", text }).error.upstream?.text;

  it("an unknown refusal keeps the beginning of a long text, and all of it for the log", () => {
    expect(wordsOf("x".repeat(5000))).toBe("x".repeat(200));
    expect(refusal({ ret: "987654", text: "x".repeat(5000) }).text).toHaveLength(5000);
  });

  it("an unknown refusal keeps its text without control characters", () => {
    expect(wordsOf("one\u0000\r\n\u001b[31mtwo\u202e three\u2028")).toBe("one [31mtwo  three");
  });

  it.each(["0123456789abcdef0123456789abcdef", "hk-0123456789abcdef0123456789abcdef", "sessionid=abc"])(
    "an unknown refusal keeps its words without the session in them: %s",
    (secret) => {
      expect(wordsOf(`not logged in: ${secret}`)).toMatch(/^not logged in: .*\[removed\]$/);
      expect(wordsOf(`${"x".repeat(190)} ${secret}`)).not.toMatch(/0123|abc/);
    },
  );
});

describe("a failure without its session", () => {
  const session = "demo-session-of-no-particular-form";

  it("a redacted failure has no piece of the session, not even where the text was shortened", () => {
    for (const length of [0, 100, 170, 180, 190, 199]) {
      const text = `${"x".repeat(length)} ${session} and more`;
      const failure = redactSession(session, refusal({ ret: `no-${session}`, key: session, text }));
      expect(JSON.stringify(failure)).not.toContain("demo-");
      expect(failure.error.upstream?.text?.length).toBeLessThanOrEqual(200);
    }
  });

  it("a failure that does not contain the session is the same when redacted", () => {
    for (const failure of [refusal({ ret: "2038", key: "k" }), refusal({ ret: "987654", text: "words" })]) {
      expect(redactSession(session, failure)).toEqual(failure);
    }
    expect(redactSession(session, noAnswer("upstream_changed", "why"))).toEqual(noAnswer("upstream_changed", "why"));
  });
});

describe("a failure under another code", () => {
  it("a failure under another code keeps the upstream's values and takes the hint of the new code", () => {
    const failure = withCode(refusal({ failCode: "2004", key: "outputimagerisk" }), "prompt_moderated", "Refused.");
    expect(failure).toMatchObject({ verdict: "refused", answered: true });
    expect(failure.error).toEqual({
      code: "prompt_moderated",
      message: "Refused.",
      upstream: { ret: "2004", key: "outputimagerisk" },
    });
  });
});

describe("no answer", () => {
  it.each(["upstream_unreachable", "upstream_changed"] as const)(
    "a call without an answer (%s) may pass, and leaves it open what was done",
    (code) => {
      expect(noAnswer(code, "why")).toMatchObject({
        verdict: "again",
        answered: false,
        error: { code },
        text: "why",
      });
    },
  );
});

describe("too many calls", () => {
  it("too many calls is an answer: nothing was started", () => {
    expect(tooManyCalls(7)).toMatchObject({
      verdict: "again",
      answered: true,
      error: { code: "rate_limited" },
      retryAfterSeconds: 7,
    });
    expect(tooManyCalls(null).retryAfterSeconds).toBeNull();
  });
});
