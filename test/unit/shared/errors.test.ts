import { describe, expect, it } from "vitest";
import { AppError, type ErrorCode, errorCodes, errorKind, remedyOf, taskErrorSchema } from "#shared/errors.ts";
import { languageOf } from "#shared/language.ts";

// The documented codes. A new code does not compile until it is listed here.
const promised: Record<ErrorCode, number> = {
  invalid_json: 400,
  invalid_value: 400,
  missing_value: 400,
  model_not_available: 400,
  unsupported_media_type: 415,
  body_too_large: 413,
  unauthorized: 401,
  session_expired: 401,
  key_refused: 401,
  outcome_unknown: 424,
  insufficient_credits: 402,
  not_found: 404,
  method_not_allowed: 405,
  precondition_failed: 412,
  range_not_satisfiable: 416,
  idempotency_conflict: 409,
  already_finished: 409,
  not_finished: 409,
  input_image_unreachable: 400,
  input_image_invalid: 400,
  input_image_forbidden: 400,
  prompt_moderated: 400,
  input_moderated: 400,
  output_moderated: 400,
  risk_control: 403,
  upstream_changed: 502,
  upstream_failed: 502,
  upstream_unreachable: 502,
  timeout: 504,
  rate_limited: 429,
  quota_exceeded: 429,
  not_allowed: 403,
  cancelled: 409,
  internal: 500,
};

describe("an error code", () => {
  it("the error codes are exactly the promised ones", () => {
    expect(errorCodes.toSorted()).toEqual(Object.keys(promised).toSorted());
  });

  it.each(errorCodes)("the error code %s has its promised HTTP status", (code) => {
    expect(errorKind(code).status).toBe(promised[code]);
  });

  it.each(errorCodes)("the error code %s has a type, and a hint in English and in Chinese", (code) => {
    const { hint, type } = errorKind(code);
    expect(hint.en).toMatch(/^[A-Z][^\p{Script=Han}]{15,}\.$/u);
    expect(hint.zh).toMatch(/\p{Script=Han}.*。$/u);
    expect(type).toMatch(/^[a-z_]+$/);
  });

  it("no two error codes share a hint", () => {
    for (const language of ["en", "zh"] as const) {
      const hints = errorCodes.map((code) => errorKind(code).hint[language]);
      expect(new Set(hints).size).toBe(hints.length);
    }
  });

  it("an error code is retryable exactly when its status is 429 or 5xx", () => {
    for (const code of errorCodes) {
      const { status, retryable } = errorKind(code);
      if (status < 500 && status !== 429) expect(retryable, code).toBe(false);
      if (status >= 500 || status === 429) expect(retryable, code).toBe(true);
    }
  });
});

describe("the error of a task", () => {
  it("a task's error reads as it was written", () => {
    const error = { code: "timeout", message: "Too late.", upstream: { ret: "1", key: "k" } };
    expect(taskErrorSchema.parse(error)).toEqual(error);
  });

  it.each(["quantum_decoherence", "", 7, null, undefined])(
    "a task's error with the unknown code %j reads as internal",
    (code) => {
      expect(taskErrorSchema.parse({ code, message: "What happened." })).toEqual({
        code: "internal",
        message: "What happened.",
      });
    },
  );

  it("a task's error keeps its own hint and retryable flag", () => {
    const error = {
      code: "output_moderated",
      message: "Held back.",
      hint: { en: "Try again.", zh: "请重试。" },
      retryable: true,
      upstream: { ret: "2004", text: "their words" },
    };
    expect(taskErrorSchema.parse(error)).toEqual(error);
  });

  it("a task's error without a remedy takes the remedy of its code", () => {
    const error = taskErrorSchema.parse({ code: "timeout", message: "Too late." });
    expect(remedyOf(error)).toEqual({ hint: errorKind("timeout").hint, retryable: true });
  });

  it("a task's error takes its own remedy before the remedy of its code", () => {
    const hint = { en: "Try again.", zh: "请重试。" };
    expect(remedyOf({ code: "output_moderated", message: "Held back.", hint, retryable: true })).toEqual({
      hint,
      retryable: true,
    });
    expect(remedyOf({ code: "timeout", message: "Too late.", retryable: false }).retryable).toBe(false);
  });

  it.each([{ hint: "a text" }, { hint: { en: "only English" } }, { retryable: "yes" }])(
    "a task's error with the invalid remedy %j takes the remedy of its code",
    (remedy) => {
      const error = taskErrorSchema.parse({ code: "timeout", message: "Too late.", ...remedy });
      expect(remedyOf(error)).toEqual({ hint: errorKind("timeout").hint, retryable: true });
    },
  );

  it("a task's error without a message is rejected", () => {
    expect(taskErrorSchema.safeParse({ code: "timeout" }).success).toBe(false);
  });
});

describe("an AppError", () => {
  it("an AppError carries its code, its message and the field at fault", () => {
    const error = new AppError("invalid_value", "ratio must be 1:1.", "ratio");
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({ code: "invalid_value", message: "ratio must be 1:1.", param: "ratio" });
  });

  it("an AppError has no field unless one is named", () => {
    expect(new AppError("internal", "Broken.").param).toBeNull();
  });
});

describe("the language of an answer", () => {
  it.each([
    [null, "en"],
    [undefined, "en"],
    ["", "en"],
    ["en", "en"],
    ["zh", "zh"],
    ["ZH-cn", "zh"],
    ["zh-Hans-CN", "zh"],
    ["zh-TW", "zh"],
    ["zh_CN", "zh"],
    ["zh-CN,zh;q=0.9,en;q=0.8", "zh"],
    ["en-US,en;q=0.9,zh-CN;q=0.8", "en"],
    ["en;q=0.5, zh;q=0.9", "zh"],
    ["zh; q=0.3 , en; q=0.7", "en"],
    ["en,zh", "en"],
    ["zh,en", "zh"],
    ["fr-FR,fr;q=0.9", "en"],
    ["fr-FR,zh;q=0.1", "zh"],
    ["zh;q=0", "en"],
    ["zh;q=0,en;q=0", "en"],
    ["*", "en"],
    ["zh;q=0.5,*;q=0.9", "en"],
    ["zh,*;q=0.5", "zh"],
    ["zh;q=high", "en"],
    ["zha", "en"],
    [";;,,;q=1", "en"],
  ] as const)("with Accept-Language %j the language of an answer is %s", (header, language) => {
    expect(languageOf(header)).toBe(language);
  });
});
