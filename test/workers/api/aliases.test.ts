/** One API under every base address that clients use, and for pages of every origin. */
import { beforeEach, describe, expect, it } from "vitest";
import { anImage, base64Of } from "#test/workers/support/compositions.ts";
import { readEvents } from "#test/workers/support/sse.ts";
import { aBody, call, origin, type Stage, setStage, submitInit } from "#test/workers/support/stage.ts";

let stage: Stage;
beforeEach(() => {
  stage = setStage();
});

const bases = ["/v1", "/openai/v1", "/sync/v1", "", "/openai", "/sync", "/v1/v1", "/openai/v1/v1"];
const spellings: [string, (path: string) => string][] = [
  ["as it is", (path) => path],
  ["with a slash behind it", (path) => `${path}/`],
  ["with slashes twice", (path) => path.replaceAll("/", "//")],
];
const everyBase = bases.flatMap((base) => spellings.map(([how, spell]) => ({ base, how, spell })));

const asMe = () => ({ authorization: `Bearer ${stage.session}` });
const aReference = () => `data:image/png;base64,${base64Of(anImage())}`;

describe.each(everyBase)("the base $base, $how", ({ base, spell }) => {
  // Whole, because an address that begins with two slashes would be another host.
  const at = (resource: string, query = "") => origin + spell(base + resource) + query;
  const post = (resource: string, body: object) => call(at(resource), submitInit(stage.session, body));

  it.each([
    ["/images/generations", 200, "pending"],
    ["/images/generations/async", 202, "queued"],
    ["/images/compositions", 200, "pending"],
    ["/images/edits", 200, "pending"],
    ["/images/edits/async", 202, "queued"],
  ])("every base takes submits: %s", async (resource, status, word) => {
    const fields = resource.includes("generations") ? {} : { images: [aReference()] };
    const answer = await post(resource, aBody(fields));

    expect(answer.status).toBe(status);
    const { id } = (await answer.clone().json()) as { id: string };
    // Whatever the base, a task is polled under the one address.
    expect(await answer.json()).toMatchObject({ status: word, poll_url: `${origin}/v1/images/tasks/${id}` });
    expect(answer.headers.get("location")).toBe(`/v1/images/tasks/${id}`);
  });

  it("every base shows a task, its events, the list and the history, and cancels", async () => {
    const id = await stage.task();
    const view = await stage.view(id);
    const get = async (resource: string, query = "") =>
      (await call(at(resource, query), { headers: asMe() })).json() as Promise<Record<string, unknown>>;

    expect(await get(`/images/tasks/${id}`)).toEqual(view);
    expect(await get("/images/tasks", "?limit=1")).toMatchObject({ object: "list", data: [view] });
    expect(await (await post("/images/history", { submit_ids: [view.submit_id] })).json()).toMatchObject({
      data: [view],
    });
    const cancelled = await call(at(`/images/tasks/${id}/cancel`), { method: "POST", headers: asMe() });
    expect(await cancelled.json()).toMatchObject({ task_id: id, cancel: "done" });
    const reading = readEvents(await call(at(`/images/tasks/${id}/events`), { headers: asMe() }));
    await reading.ended;
    expect(reading.events).toHaveLength(1);
  });

  it("every base serves models, credits and sessions", async () => {
    const models = (await (await call(at("/models"))).json()) as { data: unknown[] };
    expect(models).toMatchObject({ object: "list" });
    expect(models.data.length).toBeGreaterThan(3);
    expect(await (await call(at("/models/dreamina-4.5"))).json()).toMatchObject({ id: "dreamina-4.5" });
    expect((await call(at("/credits"), { headers: asMe() })).status).toBe(200);
    expect((await call(at("/sessions/check"), { method: "POST", headers: asMe() })).status).toBe(200);
  });

  it("every base refuses wrong methods, callers without sessions, wrong bodies and unknown models", async () => {
    const wrongMethod = await call(at("/images/generations"), { headers: asMe() });
    expect(wrongMethod.status).toBe(405);
    expect(wrongMethod.headers.get("allow")).toContain("POST");
    expect((await call(at("/images/tasks"))).status).toBe(401);
    expect((await post("/images/generations", { prompt: "" })).status).toBe(400);
    expect((await call(at("/models/nothing"))).status).toBe(404);
  });
});

describe("addresses outside the API", () => {
  it("images keep their one address", async () => {
    const id = await stage.task();
    await stage.end(id);
    const path = `/images/${id}/0`;

    expect((await call(path)).status).toBe(200);
    for (const other of ["/v1", "/openai/v1", "/sync/v1", "/v1/v1"]) {
      expect((await call(other + path)).status, other).toBe(404);
    }
  });

  it.each(["/v1/chat/completions", "/openai/v1/responses", "/completions"])(
    "a client that wants texts is told what this server makes, and where: %s",
    async (path) => {
      const answer = await call(path, submitInit(stage.session, { model: "gpt-4o", messages: [] }));

      expect(answer.status).toBe(404);
      expect(await answer.json()).toMatchObject({
        error: { code: "not_found", message: expect.stringMatching(/makes images.*POST \/v1\/images\/generations/) },
      });
    },
  );

  it.each(["/openai/v1/ping", "/v1/health", "/sync/docs", "/v1/chat/completions", "/openai", "/sync/v1", "/v2/models"])(
    "an address that is no resource under this base is not found: %s",
    async (path) => {
      const answer = await call(path, { headers: asMe() });

      expect(answer.status).toBe(404);
      expect(await answer.json()).toMatchObject({ error: { code: "not_found" } });
    },
  );
});

type Document = { paths: Record<string, Record<string, { security?: unknown }>> };

async function documented() {
  const { paths } = (await (await call("/openapi.json")).json()) as Document;
  const id = await stage.task();
  await stage.end(id);
  const filled = (path: string) =>
    path
      .replace("/tasks/{id}", `/tasks/${id}`)
      .replace("/models/{id}", "/models/dreamina-4.5")
      .replace("{task}", id)
      .replace("{index}", "0")
      .replace("{id}", "dreamina-4.5");
  // An address may be that of several routes: `/tasks/delete` is one of `/tasks/{id}`, too.
  const leadsTo = (route: string, path: string) => new RegExp(`^${route.replaceAll(/\{\w+\}/g, "[^/]+")}$`).test(path);
  return Object.keys(paths).map((path) => ({
    path: filled(path),
    methods: Object.entries(paths)
      .filter(([route]) => leadsTo(route, path))
      .flatMap(([, operations]) => Object.keys(operations).map((method) => method.toUpperCase())),
  }));
}

describe("the documented routes", () => {
  it("the documented routes can all be filled in, and there are at least fifteen", async () => {
    const routes = await documented();

    expect(routes.length).toBeGreaterThanOrEqual(15);
    for (const { path } of routes) expect(path).not.toMatch(/[{}]/);
  });

  it("HEAD answers as GET does, without a body; without GET it is refused as any other method", async () => {
    for (const { path, methods } of await documented()) {
      const answer = await call(path, { method: "HEAD", headers: asMe() });
      expect(await answer.text(), path).toBe("");
      if (!methods.includes("GET")) {
        expect(answer.status, path).toBe(405);
        for (const method of methods) expect(answer.headers.get("allow"), path).toContain(method);
        continue;
      }
      const whole = await call(path, { headers: asMe() });
      await whole.body?.cancel();
      expect(answer.status, path).toBe(whole.status);
      for (const name of ["content-type", "cache-control", "etag", "content-length", "access-control-allow-origin"]) {
        expect(answer.headers.get(name), `${path} ${name}`).toBe(whole.headers.get(name));
      }
    }
  });

  it("a preflight allows every method of a route and any requested header, without authorization", async () => {
    const wanted =
      "authorization, content-type, idempotency-key, last-event-id, prefer, x-stainless-lang, x-anything-7";
    for (const { path, methods } of await documented()) {
      for (const method of methods) {
        const headers = {
          origin: "https://page.example",
          "access-control-request-method": method,
          "access-control-request-headers": wanted,
        };
        const answer = await call(path, { method: "OPTIONS", headers });

        expect(answer.status, path).toBe(204);
        expect(answer.headers.get("access-control-allow-origin"), path).toBe("*");
        expect(answer.headers.get("access-control-allow-methods"), path).toContain(method);
        const allowed = (answer.headers.get("access-control-allow-headers") ?? "").split(/\s*,\s*/);
        expect(allowed, path).toEqual(wanted.split(", "));
        expect(Number(answer.headers.get("access-control-max-age")), path).toBeGreaterThan(0);
        expect(await answer.text(), path).toBe("");
      }
    }
  });

  it("a preflight is answered under the other bases, too", async () => {
    for (const path of ["/openai/v1/images/generations", "/sync/v1/images/edits/", "/images/tasks", "//v1//models"]) {
      const headers = {
        origin: "https://page.example",
        "access-control-request-method": "POST",
        "access-control-request-headers": "authorization",
      };
      const answer = await call(origin + path, { method: "OPTIONS", headers });

      expect(answer.status, path).toBe(204);
      expect(answer.headers.get("access-control-allow-headers"), path).toBe("authorization");
    }
  });

  it("an OPTIONS request that is no preflight is answered, too", async () => {
    for (const { path } of await documented()) {
      const answer = await call(path, { method: "OPTIONS" });
      expect(answer.status, path).toBe(204);
    }
  });

  it("other methods are refused, and the answer lists those that are possible", async () => {
    for (const { path, methods } of await documented()) {
      for (const method of ["PUT", "DELETE", "PATCH"].filter((one) => !methods.includes(one))) {
        const answer = await call(path, { method, headers: asMe() });

        expect(answer.status, `${method} ${path}`).toBe(405);
        for (const possible of methods) expect(answer.headers.get("allow"), path).toContain(possible);
        expect(await answer.json()).toMatchObject({ error: { code: "method_not_allowed" } });
      }
    }
  });

  it("every answer has an x-request-id and may be read by every page", async () => {
    for (const { path, methods } of await documented()) {
      const isRead = methods.includes("GET");
      const answer = await call(path, { method: isRead ? "GET" : "POST", headers: { origin: "https://page.example" } });
      await answer.body?.cancel();

      expect(answer.headers.get("x-request-id"), path).toBeTruthy();
      expect(answer.headers.get("access-control-allow-origin"), path).toBe("*");
      const exposed = (answer.headers.get("access-control-expose-headers") ?? "").toLowerCase();
      for (const name of ["x-request-id", "location", "retry-after", "x-should-retry"]) expect(exposed).toContain(name);
    }
  });

  it("only listed origins may call when the operator lists them; images stay open to all", async () => {
    const bindings = { CORS_ORIGINS: "https://mine.example" };
    for (const { path } of await documented()) {
      for (const [from, expected] of [
        ["https://mine.example", "https://mine.example"],
        ["https://other.example", null],
      ] as const) {
        const headers = { origin: from, "access-control-request-method": "GET" };
        const answer = await call(path, { method: "OPTIONS", headers }, bindings);
        const isImage = /^\/images\/imgtask_/.test(path);

        expect(answer.headers.get("access-control-allow-origin"), path).toBe(isImage ? "*" : expected);
      }
    }
    for (const path of ["/images/generations", "/images/tasks"]) {
      const headers = { origin: "https://other.example", "access-control-request-method": "POST" };
      const answer = await call(path, { method: "OPTIONS", headers }, bindings);
      expect(answer.headers.get("access-control-allow-origin"), path).toBeNull();
    }
  });
});
