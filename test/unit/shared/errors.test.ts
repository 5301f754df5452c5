import { describe, expect, it } from "vitest";
import { AppError, type ErrorCode, errorCodes, errorKind, taskErrorSchema } from "../../../shared/errors.ts";

// What callers were promised. A new code does not compile before it is promised here.
const promised: Record<ErrorCode, number> = {
  invalid_json: 400,
  invalid_value: 400,
  missing_value: 400,
  model_not_available: 400,
  unsupported_media_type: 415,
  body_too_large: 413,
  unauthorized: 401,
  session_expired: 401,
  insufficient_credits: 402,
  not_found: 404,
  method_not_allowed: 405,
  idempotency_conflict: 409,
  already_finished: 409,
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
  cancelled: 409,
  internal: 500,
};

describe("an error code", () => {
  it("is one of the promised ones", () => {
    expect(errorCodes.toSorted()).toEqual(Object.keys(promised).toSorted());
  });

  it.each(errorCodes)("%s has its HTTP status", (code) => {
    expect(errorKind(code).status).toBe(promised[code]);
  });

  it.each(errorCodes)("%s tells a person what to do", (code) => {
    expect(errorKind(code).hint).toMatch(/^[A-Z].{15,}\.$/s);
    expect(errorKind(code).type).toMatch(/^[a-z_]+$/);
  });

  it("of a fault of the caller's is not worth repeating", () => {
    for (const code of errorCodes) {
      const { status, retryable } = errorKind(code);
      if (status < 500 && status !== 429) expect(retryable, code).toBe(false);
      if (status >= 500 || status === 429) expect(retryable, code).toBe(true);
    }
  });
});

describe("the error of a task", () => {
  it("reads as it was written", () => {
    const error = { code: "timeout", message: "Too late.", upstream: { ret: "1", key: "k" } };
    expect(taskErrorSchema.parse(error)).toEqual(error);
  });

  it.each(["quantum_decoherence", "", 7, null, undefined])("with the code %j reads internal", (code) => {
    expect(taskErrorSchema.parse({ code, message: "What happened." })).toEqual({
      code: "internal",
      message: "What happened.",
    });
  });

  it("without a message does not read", () => {
    expect(taskErrorSchema.safeParse({ code: "timeout" }).success).toBe(false);
  });
});

describe("an AppError", () => {
  it("carries code, message and the field at fault", () => {
    const error = new AppError("invalid_value", "ratio must be 1:1.", "ratio");
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({ code: "invalid_value", message: "ratio must be 1:1.", param: "ratio" });
  });

  it("is of no field unless one is named", () => {
    expect(new AppError("internal", "Broken.").param).toBeNull();
  });
});
