/** What an operator sees: /health in numbers, log lines that can be followed, counters; and the limit of submits. */
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import { aBody, aSession, call, type Stage, setStage, submitInit, submitPath } from "#test/workers/support/stage.ts";

let stage: Stage;
beforeEach(() => {
  stage = setStage();
});

const health = async (headers: Record<string, string> = {}) => (await call("/health", { headers })).json();

describe("/health", () => {
  it("/health shows no tasks to a caller without a session", async () => {
    await stage.task();
    expect(await health()).not.toHaveProperty("yours");
    expect(await health({ authorization: "Basic Zm9vOmJhcg==" })).not.toHaveProperty("yours");
  });

  it("/health tells a caller how many tasks wait and run, for how long, and how its sessions are", async () => {
    for (let task = 0; task < 6; task += 1) await stage.task();
    stage.advance(40);

    expect(await health({ authorization: stage.session })).toMatchObject({
      yours: { waiting: 2, running: 4, oldest_waiting_seconds: 40, sessions: { ready: 0, full: 1, out: {} } },
    });
  });

  it("/health says why a session is out", async () => {
    const expired = stage.session.replace("plain", "expired");
    const answer = await call(submitPath, submitInit(`${expired},${stage.session}`, aBody()));
    const { id } = (await answer.json()) as { id: string };
    await stage.end(id, `${expired},${stage.session}`);
    await call(submitPath, submitInit(`${expired},${stage.session}`, aBody()));

    const { yours } = (await health({ authorization: `${expired},${stage.session}` })) as {
      yours: { sessions: { out: object } };
    };
    expect([{}, { session_expired: 1 }]).toContainEqual(yours.sessions.out);
  });

  it("/health tells how full the queue is, or null when it cannot be asked", async () => {
    const oldestMessageTimestamp = new Date(Date.now() - 5_000);
    const TASK_QUEUE = { metrics: async () => ({ backlogCount: 7, backlogBytes: 700, oldestMessageTimestamp }) };
    const answer = await call("/health", {}, { TASK_QUEUE });
    expect(await answer.json()).toMatchObject({ queue: { backlog: 7, oldest_seconds: 5 } });

    const silent = { metrics: () => Promise.reject(new Error("away")) };
    expect(await (await call("/health", {}, { TASK_QUEUE: silent })).json()).toMatchObject({
      status: "ok",
      queue: null,
    });
  });
});

describe("the log", () => {
  it("the log tells a task's whole way under its id, with owner, steps and durations", async () => {
    const id = await stage.task();
    await stage.end(id);

    const lines = stage.logs.map((line) => JSON.parse(line)).filter(({ task }) => task === id);
    expect(lines[0]).toMatchObject({ event: "task_created", model: "dreamina-4.5", requestId: expect.any(String) });
    const { owner } = lines[0];
    expect(lines.filter(({ event }) => event === "order_done").map(({ order }) => order)).toEqual(
      expect.arrayContaining(["submit", "poll", "store"]),
    );
    for (const line of lines.filter(({ event }) => event === "order_done")) expect(line.ms).toEqual(expect.any(Number));
    const moves = lines.filter(({ event }) => event === "task_moved");
    expect(moves.at(-1)).toMatchObject({ owner, phase: "completed" });
    expect(stage.logs.join("\n")).not.toContain(stage.session.slice(3));
  });
});

describe("requests for work", () => {
  /** @param refused keys that are over the limit. */
  const limiter = (refused: RegExp | null) => {
    const keys: string[] = [];
    const limit = async ({ key }: { key: string }) => {
      keys.push(key);
      return { success: refused === null || !refused.test(key) };
    };
    return { keys, SUBMIT_LIMIT: { limit } };
  };
  const submitWith = (bindings: object) => call(submitPath, submitInit(stage.session, aBody()), bindings);

  it("requests over the limit are refused before anything is made, and may be repeated after the named time", async () => {
    const { keys, SUBMIT_LIMIT } = limiter(/./);
    const answer = await submitWith({ SUBMIT_LIMIT });

    expect(answer.status).toBe(429);
    expect(answer.headers.get("retry-after")).toBe("60");
    expect(answer.headers.get("x-should-retry")).toBeNull();
    expect(await answer.json()).toMatchObject({ error: { code: "rate_limited", retryable: true } });
    expect(keys).toHaveLength(1);
    expect(keys[0]).not.toContain(stage.session.slice(3));
    expect((await env.TASKS.list()).keys).toEqual([]);
  });

  it.each([submitPath, "/v1/images/compositions", "/v1/images/edits", "/v1/sessions/check", "/v1/credits/claim"])(
    "requests of one address are limited whatever sessions are invented: %s",
    async (path) => {
      const { keys, SUBMIT_LIMIT } = limiter(/^address:198\.51\.100\.7$/);
      const { headers, ...rest } = submitInit(aSession(), aBody());
      const init = { ...rest, headers: { ...headers, "cf-connecting-ip": "198.51.100.7" } };
      expect((await call(path, init, { SUBMIT_LIMIT })).status).toBe(429);
      expect(keys).toHaveLength(2);
    },
  );

  it.each([
    ["below it", limiter(null)],
    ["without the binding", {}],
    ["while the limit cannot be asked", { SUBMIT_LIMIT: { limit: () => Promise.reject(new Error("away")) } }],
  ])("the limit of requests refuses nothing %s", async (_when, bindings) => {
    expect((await submitWith(bindings)).status).toBe(200);
  });
});

it("every answer forbids type sniffing and sends no referrer", async () => {
  for (const path of ["/ping", "/v1/models", "/nothing", "/docs", "/openapi.json"]) {
    const { headers } = await call(path);
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("referrer-policy")).toBe("no-referrer");
    expect(headers.get("strict-transport-security")).toMatch(/^max-age=\d+/);
  }
});
