import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import {
  aBody,
  call,
  coordinators,
  type Stage,
  setStage,
  storing,
  submitInit,
  submitPath,
} from "#test/workers/support/stage.ts";

let stage: Stage;
beforeEach(() => {
  stage = setStage();
});

type ErrorBody = {
  error: { message: string; type: string; param: string | null; code: string; hint: string; retryable: boolean };
};

/** The one error body, its headers, and that nothing came of the request. */
async function expectRefusal(
  send: () => Promise<Response>,
  status: number,
  error: Partial<ErrorBody["error"]>,
): Promise<Response> {
  const named = coordinators().length;
  const answer = await send();

  const body = (await answer.clone().json()) as ErrorBody;
  expect({ status: answer.status, ...body }).toMatchObject({ status, error });
  expect(Object.keys(body)).toEqual(["error"]);
  expect(Object.keys(body.error).sort()).toEqual(["code", "docs", "hint", "message", "param", "retryable", "type"]);
  expect(body.error.message).toMatch(/\S.*\.$/);
  expect(answer.headers.get("content-type")).toMatch(/^application\/json/);
  expect(answer.headers.get("cache-control")).toBe("no-store");
  expect(answer.headers.get("x-request-id")).toBeTruthy();
  expect(answer.headers.get("access-control-allow-origin")).toBe("*");
  if (!body.error.retryable) expect(answer.headers.get("x-should-retry")).toBe("false");

  expect(stage.queue.sent).toEqual([]);
  expect((await env.TASKS.list()).keys).toEqual([]);
  expect(coordinators().length).toBe(named);
  expect(await storing()).toEqual([]);
  return answer;
}

const send = (body: unknown, headers: Record<string, string> = {}) =>
  call(submitPath, submitInit(stage.session, body, headers));

describe("a body that is no request", () => {
  it.each(["{", "", "prompt=x", '{"prompt":"x",}', "\u0000"])(
    "a body that is not JSON is refused: %j",
    async (body) => {
      await expectRefusal(() => send(body), 400, { code: "invalid_json", param: null });
    },
  );

  it.each(["[]", '"text"', "null", "7", '[{"prompt":"x"}]'])(
    "a body that is no object is refused: %s",
    async (body) => {
      await expectRefusal(() => send(body), 400, { code: "invalid_json", param: null });
    },
  );

  it.each([
    ["text/plain", "a lighthouse"],
    ["application/x-www-form-urlencoded", "prompt=x"],
    ["application/octet-stream", '{"prompt":"x",}'],
    ["application/jsonx", "[]"],
    ["application/json, application/json", ""],
    ["image/png", '{"prompt":"x"}'],
    ["multipart/form-data; boundary=x", '{"prompt":"x"}'],
  ])("a body with the content type %s that is not one JSON object is refused", async (type, body) => {
    const answer = await expectRefusal(() => send(body, { "content-type": type }), 415, {
      code: "unsupported_media_type",
    });
    expect(await answer.text()).toContain("Content-Type must be application/json");
  });

  it("a body without a content type that is not JSON is refused", async () => {
    const init = { method: "POST", headers: { authorization: stage.session }, body: new Blob(["prompt=x"]) };

    await expectRefusal(() => call(submitPath, init), 415, { code: "unsupported_media_type" });
  });

  it("a body larger than the limit is refused, and the message names the limit", async () => {
    const body = JSON.stringify(aBody({ user: "x".repeat(2_000_000) }));

    const answer = await expectRefusal(() => send(body), 413, { code: "body_too_large" });

    expect(await answer.text()).toMatch(/256 KiB.*reference images go to POST \/v1\/images\/compositions.* 16 MiB/);
  });

  it("a body that turns out too large while it is read is refused", async () => {
    const piece = new TextEncoder().encode("x".repeat(64 * 1024));
    let left = 40;
    const stream = new ReadableStream<Uint8Array>({
      pull(controller) {
        left -= 1;
        if (left < 0) controller.close();
        else controller.enqueue(piece);
      },
    });
    const headers = { authorization: stage.session, "content-type": "application/json" };

    await expectRefusal(() => call(submitPath, { method: "POST", headers, body: stream }), 413, {
      code: "body_too_large",
    });
  });
});

describe("a field at fault", () => {
  it("a missing prompt is refused with the name of the field", async () => {
    await expectRefusal(() => send({ ratio: "1:1" }), 400, { code: "missing_value", param: "prompt" });
  });

  it.each<[string, unknown]>([
    ["prompt", ""],
    ["prompt", " \n\t "],
    ["prompt", 7],
    ["prompt", "x".repeat(8_001)],
    ["negative_prompt", "x".repeat(8_001)],
    ["negative_prompt", 7],
    ["ratio", "5:4"],
    ["ratio", ""],
    ["ratio", 1],
    ["resolution", "8k"],
    ["resolution", "3K"],
    ["sample_strength", -0.1],
    ["sample_strength", 1.1],
    ["sample_strength", "half"],
    ["intelligent_ratio", "yes"],
    ["n", 0],
    ["n", 9],
    ["n", 1.5],
    ["n", "two"],
    ["seed", -2],
    ["seed", 2 ** 32],
    ["seed", 0.5],
    ["size", "big"],
    ["size", "1024"],
    ["size", "0x0x0"],
    ["size", 1024],
    ["quality", "best"],
    ["response_format", "png"],
    ["model", 4.5],
  ])("an invalid field is refused with its name: %s is %j", async (field, value) => {
    await expectRefusal(() => send(aBody({ [field]: value })), 400, { code: "invalid_value", param: field });
  });

  it("a prompt that is too long is refused with its length and the limit", async () => {
    const answer = await expectRefusal(() => send(aBody({ prompt: "x".repeat(8_210) })), 400, { param: "prompt" });

    expect(await answer.text()).toMatch(/8,210.*8,000/);
  });

  it("an unknown model is refused with the models there are", async () => {
    const answer = await expectRefusal(() => send(aBody({ model: "midjourney-7" })), 400, {
      code: "model_not_available",
      param: "model",
    });

    expect(await answer.text()).toMatch(/midjourney-7.*dreamina-4\.5.*dreamina-4\.1/);
  });

  it("the refusal of a field never repeats a session in it", async () => {
    const answer = await expectRefusal(() => send(aBody({ ratio: stage.session })), 400, { param: "ratio" });

    expect(await answer.text()).not.toContain(stage.session);
  });
});

describe("a caller without a usable credential", () => {
  const cases: [string, string][] = [
    ["an empty header", ""],
    ["only the word Bearer", "Bearer"],
    ["only commas", "Bearer , ,"],
    ["a session of two characters", "Bearer ab"],
    ["a prefix and nothing else", "Bearer us-"],
    ["a session with a space in it", "Bearer us-abc def"],
    ["a session with a semicolon in it", "Bearer us-abcd;sessionid=x"],
    ["one bad session among good ones", "Bearer us-abcdef,x"],
    ["an API key", "Bearer sk-abcdefghijklmnop"],
    ["more sessions than anybody has", `Bearer ${Array.from({ length: 101 }, (_, n) => `us-session${n}`).join(",")}`],
  ];

  it.each(cases)("a submit is refused with %s", async (_what, authorization) => {
    await expectRefusal(() => send(aBody(), { authorization }), 401, { code: "unauthorized" });
  });

  it.each(cases)("a poll is refused with %s", async (_what, authorization) => {
    const init = { headers: { authorization } };
    await expectRefusal(() => call("/v1/images/tasks/imgtask_V1StGXR8_Z5jdHi6B-myT", init), 401, {
      code: "unauthorized",
    });
  });

  it("a submit without an Authorization header is refused", async () => {
    const init = { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(aBody()) };
    await expectRefusal(() => call(submitPath, init), 401, { code: "unauthorized" });
  });

  const hex = "0123456789abcdef0123456789abcdef";
  const other = "fedcba9876543210fedcba9876543210";

  it.each([
    ["an unknown prefix", `tw-${hex}`, /number 1 .*begins with tw-, .* take hk-/],
    ["an unknown prefix behind a good session", `us-${hex},uk:${other}`, /number 2 .*begins with uk-, .* take sg-/],
    ["two prefixes", `us-hk-${hex}`, /number 1 .*us- and hk-/],
    ["cookies without the session's", `a=b; msToken=${hex}`, /cookies without sessionid/],
    ["cookies with two sessions", `sessionid=${hex}; sessionid_ss=${other}`, /two different sessions/],
    ["an encoded cookie", `${hex}%7C1700000000`, /percent signs/],
  ])("the refusal of a session says what was read, and no more of it: %s", async (_what, session, message) => {
    const answer = await expectRefusal(() => send(aBody(), { authorization: `Bearer ${session}` }), 401, {
      code: "unauthorized",
      message: expect.stringMatching(message),
    });

    expect(await answer.text()).not.toMatch(/01234567|fedcba98/);
  });

  it("the refusal of a credential does not repeat it", async () => {
    const answer = await send(aBody(), { authorization: "Bearer us-secret value here" });

    expect(await answer.text()).not.toMatch(/secret|value here/);
  });
});

describe("an unknown address", () => {
  it.each(["/nothing", "/v1/images", "/v1/images/generations/more", "/images/", "/images/only-one", "/v2/models"])(
    "an unknown address is refused: %s",
    async (path) => {
      await expectRefusal(() => call(path), 404, { code: "not_found" });
    },
  );

  it.each<[string, string, string]>([
    ["GET", submitPath, "POST"],
    ["DELETE", submitPath, "POST"],
    ["POST", "/v1/images/tasks/imgtask_V1StGXR8_Z5jdHi6B-myT", "GET"],
    ["POST", "/images/imgtask_V1StGXR8_Z5jdHi6B-myT/0", "GET"],
    ["POST", "/v1/models", "GET"],
    ["POST", "/openapi.json", "GET"],
    ["PUT", "/health", "GET"],
  ])("the method %s at %s is refused, and the answer lists those that are allowed", async (method, path, allowed) => {
    const answer = await expectRefusal(() => call(path, { method }), 405, { code: "method_not_allowed" });

    expect(answer.headers.get("allow")?.split(/, */)).toContain(allowed);
  });
});

it.each([submitPath, "/v1/images/compositions"])(
  "JSON in another charset than UTF-8 is refused before its prompt is misread: %s",
  async (path) => {
    const body = new Uint8Array([
      ...new TextEncoder().encode('{"prompt":"caf'),
      0xe9,
      ...new TextEncoder().encode('"}'),
    ]);
    const headers = { authorization: stage.session, "content-type": "application/json; charset=latin1" };
    const answer = await call(path, { method: "POST", headers, body });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({
      error: { code: "invalid_json", message: expect.stringContaining("UTF-8") },
    });
  },
);

describe("an internal error", () => {
  it("a submit that may have made a task names that task, and its details are logged under the request's id", async () => {
    const broken = { getByName: () => ({ create: () => Promise.reject(new Error("the inner detail")) }) };

    const answer = await call(submitPath, submitInit(stage.session, aBody()), { COORDINATOR: broken });

    // Not 500, which clients repeat by themselves: the task may be there, and would be paid twice.
    expect(answer.status).toBe(424);
    expect(answer.headers.get("x-should-retry")).toBe("false");
    const text = await answer.text();
    const taskId = expect.stringMatching(/^imgtask_/);
    expect(JSON.parse(text)).toMatchObject({ error: { code: "internal", type: "api_error", task_id: taskId } });
    expect(text).not.toContain("inner detail");
    const id = answer.headers.get("x-request-id") ?? "none";
    expect(stage.logs.filter((line) => line.includes(id) && line.includes("the inner detail"))).toHaveLength(1);
  });

  it("a wrong setting is named in the error", async () => {
    const answer = await call("/ping", {}, { SECRET_KEY: "short" });

    expect(answer.status).toBe(500);
    expect(await answer.json()).toMatchObject({ error: { message: expect.stringContaining("SECRET_KEY") } });
  });
});

describe("another origin", () => {
  const preflight = (path: string, bindings = {}) =>
    call(
      path,
      {
        method: "OPTIONS",
        headers: {
          origin: "https://page.example",
          "access-control-request-method": "POST",
          "access-control-request-headers": "authorization,content-type,idempotency-key",
        },
      },
      bindings,
    );

  it("another origin may submit: the preflight allows its method and headers", async () => {
    const answer = await preflight(submitPath);

    expect(answer.status).toBe(204);
    expect(answer.headers.get("access-control-allow-origin")).toBe("*");
    expect(answer.headers.get("access-control-allow-methods")).toContain("POST");
    expect(answer.headers.get("access-control-allow-headers")).toMatch(/authorization.*content-type.*idempotency-key/i);
    expect(answer.headers.get("x-request-id")).toBeTruthy();
  });

  it("another origin may read the headers it needs of an answer", async () => {
    const answer = await stage.submit({}, { origin: "https://page.example" });

    const exposed = answer.headers.get("access-control-expose-headers")?.toLowerCase() ?? "";
    for (const name of ["x-request-id", "location", "retry-after", "x-should-retry"]) expect(exposed).toContain(name);
  });

  it("an origin is allowed by name only if it is one of those the server lists", async () => {
    const bindings = { CORS_ORIGINS: "https://other.example, https://page.example" };

    const listed = await preflight(submitPath, bindings);
    const unlisted = await preflight(submitPath, { CORS_ORIGINS: "https://other.example" });

    expect(listed.headers.get("access-control-allow-origin")).toBe("https://page.example");
    expect(listed.headers.get("vary")).toMatch(/origin/i);
    expect(unlisted.headers.get("access-control-allow-origin")).toBeNull();
  });
});

it("an x-request-id of the caller is returned if it is valid, and replaced if not", async () => {
  const known = await call("/ping", { headers: { "x-request-id": "trace-7" } });
  const odd = await call("/ping", { headers: { "x-request-id": "<script>" } });

  expect(known.headers.get("x-request-id")).toBe("trace-7");
  expect(odd.headers.get("x-request-id")).not.toContain("<");
});
