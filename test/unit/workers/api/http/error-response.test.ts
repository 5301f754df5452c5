import { Hono } from "hono";
import { HTTPException } from "hono/http-exception";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import * as z from "zod";
import { errorResponse, validationError } from "#api/http/error-response.ts";
import { AppError, type ErrorCode, errorCodes, errorKind, TaskFailedError } from "#shared/errors.ts";
import { errorBodySchema } from "#shared/wire/error.ts";
import { imageRequestSchema } from "#shared/wire/image-request.ts";

beforeEach(() => {
  vi.spyOn(console, "error").mockImplementation(() => {});
});
afterEach(() => {
  vi.restoreAllMocks();
});

/** What a caller gets when a route throws this. */
async function answered(error: unknown, method = "GET", headers: Record<string, string> = {}) {
  const app = new Hono();
  app.all("/", () => {
    throw error;
  });
  app.onError(errorResponse);
  const response = await app.request("/", { method, headers });
  return { status: response.status, headers: response.headers, body: errorBodySchema.parse(await response.json()) };
}

/** What a schema has to say about an input. */
function complaint(schema: z.ZodType, input: unknown): AppError {
  const parsed = schema.safeParse(input);
  if (parsed.success) throw new Error("nothing is wrong with it");
  return validationError(parsed.error, input);
}
const complaintAbout = (bend: Record<string, unknown>): AppError =>
  complaint(imageRequestSchema, { prompt: "a red fox", ...bend });

describe("the answer to an AppError", () => {
  it.each(errorCodes)("the error %s has its status, type, hint and link", async (code) => {
    const { status, type, hint, retryable } = errorKind(code);
    const answer = await answered(new AppError(code, "What happened.", "field"));
    expect(answer.status).toBe(status);
    expect(answer.body).toEqual({
      error: {
        message: "What happened.",
        type,
        param: "field",
        code,
        hint: hint.en,
        retryable,
        docs: `/docs#errors-${code}`,
      },
    });
  });

  it.each(errorCodes)(
    "the error %s has its hint in the caller's language, and its message in English",
    async (code) => {
      const { headers, body } = await answered(new AppError(code, "What happened."), "GET", {
        "accept-language": "zh-CN,zh;q=0.9,en;q=0.8",
      });
      expect(body.error).toMatchObject({ message: "What happened.", hint: errorKind(code).hint.zh });
      expect(headers.get("content-language")).toBe("zh");
    },
  );

  it("an error names its language even without Accept-Language", async () => {
    expect((await answered(new AppError("not_found", "Nothing."))).headers.get("content-language")).toBe("en");
  });

  it.each(errorCodes)("the error %s says so when repeating the request cannot help", async (code) => {
    const { headers } = await answered(new AppError(code, "What happened."));
    expect(headers.get("x-should-retry")).toBe(errorKind(code).retryable ? null : "false");
  });

  it("an error must not be cached", async () => {
    expect((await answered(new AppError("not_found", "Nothing."))).headers.get("cache-control")).toBe("no-store");
  });

  it("an internal error of a submit, which may have come through, says not to repeat it", async () => {
    expect((await answered(new Error("bug"), "POST")).headers.get("x-should-retry")).toBe("false");
    expect((await answered(new Error("bug"), "GET")).headers.get("x-should-retry")).toBeNull();
  });
});

describe("the answer to a caller who waited for a task that failed", () => {
  const failed = (code: ErrorCode, ids = ["imgtask_1"]) =>
    answered(new TaskFailedError(ids, { code, message: "What happened." }), "POST");

  it.each(errorCodes)("the failure %s of a task has a status that no client repeats", async (code) => {
    const { status, headers, body } = await failed(code);
    const own = errorKind(code).status;
    expect(status).toBe([400, 401, 402, 403].includes(own) ? own : 424);
    expect(headers.get("x-should-retry")).toBe("false");
    expect(headers.get("location")).toBe("/v1/images/tasks/imgtask_1");
    expect(body.error).toMatchObject({ code, type: errorKind(code).type, task_id: "imgtask_1" });
    expect(body.error).not.toHaveProperty("task_ids");
  });

  it("the failure of several tasks names them all", async () => {
    const ids = ["imgtask_1", "imgtask_2"];
    expect((await failed("upstream_failed", ids)).body.error).toMatchObject({ task_id: "imgtask_1", task_ids: ids });
  });
});

describe("the answer to anything else", () => {
  it("an error of the framework below 500 is a bad request", async () => {
    const answer = await answered(new HTTPException(400, { message: "Malformed JSON in request body" }));
    expect(answer).toMatchObject({ status: 400, body: { error: { code: "invalid_value" } } });
  });

  it.each([new Error("secret detail"), "secret detail", { message: "secret detail" }, new HTTPException(500)])(
    "any other error is answered with a fixed sentence, and its details go to the log",
    async (thrown) => {
      // Hono hands only errors to its handler.
      const error = thrown instanceof Error ? thrown : new Error(String(thrown));
      const answer = await answered(error);
      expect(answer).toMatchObject({ status: 500, body: { error: { code: "internal" } } });
      expect(JSON.stringify(answer.body)).not.toContain("secret detail");
      expect(console.error).toHaveBeenCalledOnce();
    },
  );
});

describe("a complaint about a request", () => {
  it.each([
    [{ prompt: undefined }, "missing_value", "prompt", "prompt is required."],
    [{ prompt: 7 }, "invalid_value", "prompt", "prompt is 7; it must be a string."],
    [{ prompt: null }, "invalid_value", "prompt", "prompt is null; it must be a string."],
    [{ prompt: "" }, "invalid_value", "prompt", "prompt must not be empty."],
    [{ prompt: "x".repeat(8001) }, "invalid_value", "prompt", "prompt is 8,001 characters; the limit is 8,000."],
    [{ ratio: "5:4" }, "invalid_value", "ratio", /^ratio is "5:4"; it must be one of 1:1, 4:3, .*21:9\.$/],
    [{ resolution: 2 }, "invalid_value", "resolution", /^resolution is 2; it must be one of 1k, .*4k\.$/],
    [{ n: 11 }, "invalid_value", "n", "n is 11; the most is 10."],
    [{ n: 0 }, "invalid_value", "n", "n is 0; the least is 1."],
    [{ n: 1.5 }, "invalid_value", "n", "n is 1.5; it must be an integer."],
    [{ sample_strength: "0.5" }, "invalid_value", "sample_strength", 'sample_strength is "0.5"; it must be a number.'],
    [{ sample_strength: 2 }, "invalid_value", "sample_strength", "sample_strength is 2; the most is 1."],
    [
      { intelligent_ratio: "yes" },
      "invalid_value",
      "intelligent_ratio",
      'intelligent_ratio is "yes"; it must be a boolean.',
    ],
    [{ seed: 2 ** 32 }, "invalid_value", "seed", "seed is 4294967296; the most is 4,294,967,295."],
    [{ size: "big" }, "invalid_value", "size", "size must be WIDTHxHEIGHT, like 1024x1024, or auto."],
  ] as const)("a request with %j is refused with %s of %s", (bend, code, param, message) => {
    const said = complaintAbout(bend);
    expect(said).toMatchObject({ code, param });
    if (typeof message === "string") expect(said.message).toBe(message);
    else expect(said.message).toMatch(message);
  });

  it("a number beyond all integers is refused with the field's own limit", () => {
    expect(complaintAbout({ seed: 2 ** 60 }).message).toContain("4,294,967,295");
  });

  it("a text beyond its limit is refused with its length, including spaces, where spaces count", () => {
    const { message } = complaintAbout({ negative_prompt: `${"x".repeat(8000)} ` });
    expect(message).toBe("negative_prompt is 8,001 characters; the limit is 8,000.");
  });

  it("a field inside another is named by its path", () => {
    const schema = z.object({ a: z.object({ b: z.number().max(1) }) });
    expect(complaint(schema, { a: { b: 2 } })).toMatchObject({ param: "a.b", message: "a.b is 2; the most is 1." });
  });

  it("a field that is not known is named by its path", () => {
    const schema = z.object({ a: z.strictObject({ b: z.number() }) });
    expect(complaint(schema, { a: { b: 2, c: 3 } })).toMatchObject({
      code: "invalid_value",
      param: "a.c",
      message: "a.c is not a field of this request.",
    });
  });

  it("a fault of no field in particular is about the request", () => {
    expect(complaint(z.object({}), [])).toMatchObject({
      param: null,
      message: "The request is []; it must be an object.",
    });
  });

  it("a session in the wrong field is not repeated in the refusal", () => {
    expect(complaintAbout({ ratio: "hk-0123456789abcdef0123456789abcdef" }).message).not.toContain("0123456789abcdef");
  });
});
