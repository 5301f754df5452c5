import { afterEach, describe, expect, it, vi } from "vitest";
import { ApiError } from "#web/api/api-error.ts";
import { createClient } from "#web/api/client.ts";
import { secondsIn } from "#web/api/retry-after.ts";

const { call } = createClient({ authorization: () => null, language: () => "en" });

afterEach(() => vi.unstubAllGlobals());

const server = (answer: () => Response | Promise<Response>) => {
  const seen: { path: string; init: RequestInit }[] = [];
  vi.stubGlobal("fetch", async (path: string, init: RequestInit) => {
    seen.push({ path, init });
    return answer();
  });
  return seen;
};

const faultOf = (promise: Promise<unknown>): Promise<ApiError> =>
  promise.then(
    () => expect.unreachable("it was answered"),
    (error) => {
      expect(error).toBeInstanceOf(ApiError);
      return error;
    },
  );

describe("a call", () => {
  it("a call sends JSON, the page's language and no more credentials than it is given", async () => {
    const seen = server(() => Response.json({ id: "x" }));
    expect(await call("/v1/x", { method: "POST", json: { a: 1 }, authorization: "Bearer us-demo" })).toEqual({
      id: "x",
    });
    const headers = new Headers(seen[0]?.init.headers);
    expect(seen[0]?.init).toMatchObject({ method: "POST", body: '{"a":1}', credentials: "omit" });
    expect(headers.get("content-type")).toBe("application/json");
    expect(headers.get("accept-language")).toBe("en");
    expect(headers.get("authorization")).toBe("Bearer us-demo");
  });

  it("a client that says so sends the cookies of its own origin", async () => {
    const seen = server(() => Response.json({}));
    await createClient({ authorization: () => null, language: () => "en", cookies: "same-origin" }).call("/v1/x");
    expect(seen[0]?.init).toMatchObject({ credentials: "same-origin" });
  });

  it("a call that names no credentials sends the client's, in the client's language", async () => {
    const seen = server(() => Response.json({}));
    const client = createClient({ authorization: () => "Bearer us-mine", language: () => "zh-CN" });
    await client.call("/v1/credits");
    await client.call("/v1/models", { authorization: null });
    const [own, none] = seen.map(({ init }) => new Headers(init.headers));
    expect(own?.get("authorization")).toBe("Bearer us-mine");
    expect(own?.get("accept-language")).toBe("zh-CN");
    expect(none?.has("authorization")).toBe(false);
  });

  it("a call without credentials sends no Authorization header", async () => {
    const seen = server(() => Response.json({}));
    await call("/v1/models", { authorization: null });
    await call("/v1/models");
    for (const { init } of seen) expect(new Headers(init.headers).has("authorization")).toBe(false);
  });
});

describe("a fault", () => {
  it("a fault of the API keeps its code, message, field and hint", async () => {
    server(() =>
      Response.json(
        {
          error: {
            message: "ratio must be …",
            code: "invalid_value",
            param: "ratio",
            hint: "Correct it.",
            retryable: false,
          },
        },
        { status: 400 },
      ),
    );
    expect(await faultOf(call("/v1/x"))).toMatchObject({
      status: 400,
      code: "invalid_value",
      message: "ratio must be …",
      param: "ratio",
      hint: "Correct it.",
      retryable: false,
    });
  });

  it("a fault carries the seconds of Retry-After", async () => {
    server(() => Response.json({ error: { code: "rate_limited" } }, { status: 429, headers: { "retry-after": "7" } }));
    expect((await faultOf(call("/v1/x"))).retryAfterSeconds).toBe(7);
  });

  it("a proxy's error page counts as a server that is down", async () => {
    server(() => new Response("<h1>502 Bad Gateway</h1>", { status: 502 }));
    expect(await faultOf(call("/v1/x"))).toMatchObject({ status: 502, code: "offline", retryable: true });
  });

  it("a failed connection counts as a server that is down", async () => {
    server(() => Promise.reject(new TypeError("Failed to fetch")));
    expect(await faultOf(call("/v1/x"))).toMatchObject({ status: 0, code: "offline", retryable: true });
  });

  it("an answer that is not JSON is a fault", async () => {
    server(() => new Response("<!doctype html>", { status: 200 }));
    expect(await faultOf(call("/v1/x"))).toMatchObject({ code: "unreadable" });
  });

  it("an aborted call fails with its AbortError, which is no fault", async () => {
    server(() => Promise.reject(new DOMException("The operation was aborted.", "AbortError")));
    await expect(call("/v1/x")).rejects.toMatchObject({ name: "AbortError" });
  });
});

describe("Retry-After", () => {
  it.each([
    ["3", 3],
    ["0", 0],
    ["1.5", 1.5],
    ["", null],
    [null, null],
    ["-1", null],
    ["Wed, 21 Oct 2026 07:28:00 GMT", null],
  ])("the Retry-After %j is read as %j seconds", (header, seconds) => {
    expect(secondsIn(header)).toBe(seconds);
  });
});
