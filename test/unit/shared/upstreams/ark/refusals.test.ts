import { describe, expect, it } from "vitest";
import { errorCodes, taskErrorSchema } from "#shared/errors.ts";
import { gatewayRefusal, lostAnswer, noAnswer, redactKey, refusal } from "#shared/upstreams/ark/errors.ts";
import { knownArkRefusals } from "#shared/upstreams/ark/refusals.ts";
import type { UpstreamFailure } from "#shared/upstreams/failure.ts";
import { secret } from "./support.ts";

type Meaning = `${UpstreamFailure["verdict"]} ${UpstreamFailure["error"]["code"]}`;
const meaningOf = ({ verdict, error }: UpstreamFailure): Meaning => `${verdict} ${error.code}`;

const refused = (code: string, { status = 400, text = "", retryAfterSeconds = null as number | null } = {}) =>
  refusal({ code, text, status, retryAfterSeconds });

/** Every documented code by status and meaning, written from the documents, not from the table. */
const codes: [status: number, meaning: Meaning, retryable: boolean, codes: string[]][] = [
  [400, "refused invalid_value", false, ["MissingParameter", "MissingParameter.prompt", "InvalidParameter"]],
  [400, "refused invalid_value", false, ["InvalidParameter.size", "InvalidParameter.UnsupportedParameter"]],
  [400, "refused invalid_value", false, ["InvalidParameter.TosURLInvalid"]],
  [400, "refused invalid_value", false, ["InvalidImageURL.EmptyURL", "InvalidImageURL.InvalidFormat"]],
  [400, "refused prompt_moderated", false, ["SensitiveContentDetected", "SensitiveContentDetected.Violence"]],
  [400, "refused prompt_moderated", false, ["SensitiveContentDetected.SevereViolation", "InputTextRiskDetection"]],
  [400, "refused prompt_moderated", false, ["InputTextSensitiveContentDetected"]],
  [400, "refused prompt_moderated", false, ["InputTextSensitiveContentDetected.PolicyViolation"]],
  [400, "refused prompt_moderated", false, ["InputTextSensitiveContentDetected.PrivacyInformation"]],
  [400, "refused input_moderated", false, ["InputImageSensitiveContentDetected", "InputImageRiskDetection"]],
  [400, "refused input_moderated", false, ["InputImageSensitiveContentDetected.PolicyViolation"]],
  [400, "refused input_moderated", false, ["InputImageSensitiveContentDetected.PrivacyInformation"]],
  [400, "refused output_moderated", false, ["OutputImageSensitiveContentDetected", "OutputTextRiskDetection"]],
  [400, "refused output_moderated", false, ["OutputImageSensitiveContentDetected.DeepFake"]],
  [400, "again upstream_failed", true, ["ContentSecurityDetectionError"]],
  [400, "session model_not_available", false, ["InvalidEndpoint.ClosedEndpoint"]],
  [403, "session key_refused", false, ["InvalidSubscription"]],
  [401, "session key_refused", false, ["AuthenticationError", "InvalidAccountStatus"]],
  [403, "session insufficient_credits", false, ["AccountOverdueError", "OperationDenied.ServiceOverdue"]],
  [403, "session model_not_available", false, ["AccessDenied", "OperationDenied.ServiceNotOpen"]],
  [403, "session model_not_available", false, ["OperationDenied.PermissionDenied"]],
  [404, "session model_not_available", false, ["InvalidEndpointOrModel.NotFound", "ModelNotOpen", "UnsupportedModel"]],
  [404, "session model_not_available", false, ["InvalidEndpointOrModel.ModelIDAccessDisabled", "NotFound.x"]],
  [429, "again rate_limited", true, ["ModelAccountIpmRateLimitExceeded", "ModelAccountRpmRateLimitExceeded"]],
  [429, "again rate_limited", true, ["ModelAccountTpmRateLimitExceeded", "RateLimitExceeded.EndpointRPMExceeded"]],
  [429, "again rate_limited", true, ["RateLimitExceeded.EndpointTPMExceeded", "APIAccountRpmRateLimitExceeded"]],
  [429, "again rate_limited", true, ["AccountRateLimitExceeded", "ServerOverloaded", "RequestBurstTooFast"]],
  [429, "full rate_limited", true, ["InflightBatchsizeExceeded"]],
  [429, "session insufficient_credits", false, ["QuotaExceeded", "SetLimitExceeded"]],
  [500, "refused upstream_failed", true, ["InternalServiceError"]],
];
const everyCode = codes.flatMap(([status, meaning, retryable, names]) =>
  names.map((code) => ({ code, status, meaning, retryable })),
);

describe("the table of refusals", () => {
  it.each(everyCode)("$code means $meaning", ({ code, status, meaning, retryable }) => {
    for (const spelled of [code, code.toUpperCase()]) {
      const failure = refused(spelled, { status, text: "Something." });
      expect(meaningOf(failure)).toBe(meaning);
      expect(failure).toMatchObject({ answered: true, error: { retryable, upstream: { ret: spelled } } });
    }
  });

  it("every row is reached by a documented code", () => {
    const known = everyCode.map(({ code }) => code.toLowerCase());
    for (const code of knownArkRefusals.flatMap((row) => row.codes).map((one) => one.toLowerCase())) {
      expect(
        known.some((one) => one === code || one.startsWith(`${code}.`)),
        code,
      ).toBe(true);
    }
  });

  it.each(knownArkRefusals)("the row of $codes has a message, a hint and a source", (row) => {
    expect(errorCodes).toContain(row.code);
    expect(row.message).toMatch(/^[A-Z][^\p{Script=Han}]{15,}\.$/u);
    expect(row.hint.en).toMatch(/^[A-Z][^\p{Script=Han}]{15,}\.$/u);
    expect(row.hint.zh).toMatch(/\p{Script=Han}.*。$/u);
    expect(row.seen).toMatch(/20\d\d-\d\d/);
    expect(`${row.message}${row.hint.en}`).not.toContain("Dreamina");
  });

  it.each(knownArkRefusals.filter(({ code }) => code.endsWith("_moderated")))(
    "the hint of $codes says that refused images are not charged",
    ({ hint }) => {
      expect(hint.en).toContain("not charged");
      expect(hint.zh).toContain("不收费");
    },
  );

  it("a cap, an unpaid bill and a retired model have hints of their own", () => {
    expect(refused("SetLimitExceeded", { status: 429 }).error.hint?.en).toContain("spending cap");
    expect(refused("AccountOverdueError", { status: 403 }).error.hint?.en).toContain("Pay the bill");
    expect(refused("ModelNotOpen", { status: 404 }).error.hint?.en).toContain("Activate the model");
    expect(refused("InvalidEndpointOrModel.NotFound", { status: 404 }).error.hint?.en).toContain("use another model");
    expect(refused("InvalidEndpointOrModel.ModelIDAccessDisabled", { status: 404 }).error.hint?.en).toContain("ep-…");
  });
});

describe("a used up quota", () => {
  it.each<[string, Meaning]>([
    ["Your free trial of this model is used up", "session insufficient_credits"],
    ["免费试用额度已用完", "session insufficient_credits"],
    ["You exceeded the 5-hour quota of your plan, resets at 12:00", "session insufficient_credits"],
    ["The queue is full, try later", "again rate_limited"],
    ["任务排队已满", "again rate_limited"],
    ["", "session insufficient_credits"],
    ["anything", "session insufficient_credits"],
  ])("QuotaExceeded with the text %j is %s", (text, meaning) => {
    expect(meaningOf(refused("QuotaExceeded", { status: 429, text }))).toBe(meaning);
  });
});

describe("an unknown code", () => {
  it.each<[number | null, Meaning]>([
    [400, "refused upstream_failed"],
    [403, "refused upstream_failed"],
    [404, "refused upstream_failed"],
    [null, "refused upstream_failed"],
    [401, "session key_refused"],
    [429, "again rate_limited"],
    [500, "refused upstream_failed"],
  ])("an unknown code of HTTP %s is %s, and callers see code and text", (status, meaning) => {
    const failure = refusal({ status, code: "BrandNew.Thing", text: "Why.", retryAfterSeconds: null });
    expect(meaningOf(failure)).toBe(meaning);
    expect(failure.error.upstream).toMatchObject({ ret: "BrandNew.Thing" });
    if (status !== 401) expect(failure.error.upstream?.text).toBe("Why.");
  });

  it("a code that only begins like a known one is unknown", () => {
    expect(meaningOf(refused("NotFoundations"))).toBe("refused upstream_failed");
  });

  it("every code of HTTP 500 is a failure of the cloud", () => {
    expect(meaningOf(refused("InvalidParameter", { status: 500 }))).toBe("refused upstream_failed");
  });
});

describe("a failure", () => {
  it("only failures that wait take the time of Retry-After", () => {
    expect(refused("ServerOverloaded", { status: 429, retryAfterSeconds: 9 }).retryAfterSeconds).toBe(9);
    expect(refused("InflightBatchsizeExceeded", { status: 429, retryAfterSeconds: 9 }).retryAfterSeconds).toBe(9);
    expect(refused("SetLimitExceeded", { status: 429, retryAfterSeconds: 9 }).retryAfterSeconds).toBeNull();
  });

  it("the cloud's text is shown only where it says more, shortened and on one line", () => {
    const text = `size\nmust be ${"x".repeat(500)}`;
    expect(refused("InvalidParameter", { text }).error.upstream?.text).toMatch(/^size must be x{187}$/);
    expect(refused("InputTextRiskDetection", { text }).error.upstream).toEqual({ ret: "InputTextRiskDetection" });
  });

  it("the key is removed from every text, also where a text is cut", () => {
    for (const before of Array.from({ length: 60 }, (_, index) => "x".repeat(150 + index))) {
      const failure = redactKey(secret, refused("InvalidParameter", { text: `${before}${secret} is bad` }));
      expect(JSON.stringify(failure)).not.toContain(secret.slice(0, 8));
    }
    const byCode = redactKey(secret, refused(secret, { text: secret }));
    expect(JSON.stringify(byCode)).not.toContain(secret.slice(4, 12));
    for (const failure of [
      lostAnswer(secret, secret),
      gatewayRefusal(404, secret),
      noAnswer("upstream_changed", secret),
    ]) {
      expect(JSON.stringify(redactKey(secret, failure))).not.toContain(secret);
    }
  });

  it("every failure is a storable error", () => {
    for (const failure of [
      refused("QuotaExceeded"),
      refused(""),
      lostAnswer("it broke", ""),
      gatewayRefusal(404, ""),
    ]) {
      expect(taskErrorSchema.parse(failure.error)).toEqual(failure.error);
    }
  });
});
