/** Callers with an API key use the server's own sessions, which they never see. */
import { beforeEach, describe, expect, it } from "vitest";
import { aSession, call, type Stage, setStage } from "#test/workers/support/stage.ts";

let stage: Stage;
beforeEach(() => {
  stage = setStage();
});

const keys = ["sk-alice-0123456789abcdef", "sk-bob-0123456789abcdef"] as const;
const pool = () => `${aSession("pool-a")},${aSession("pool-b")}`;

async function settings(sessions: string): Promise<{ API_KEYS: string; DEFAULT_SESSIONS: string }> {
  const hashes = await Promise.all(
    keys.map(async (key) => {
      const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(key)));
      return Array.from(hash, (byte) => byte.toString(16).padStart(2, "0")).join("");
    }),
  );
  return { API_KEYS: hashes.join(","), DEFAULT_SESSIONS: sessions };
}

const ask = (path: string, authorization: string, bindings: object, body?: object) =>
  call(
    path,
    {
      method: body === undefined ? "GET" : "POST",
      headers: { authorization, "content-type": "application/json" },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    },
    bindings,
  );

const submit = (authorization: string, bindings: object) =>
  ask("/v1/images/generations", authorization, bindings, { prompt: "a lighthouse", resolution: "1k", n: 1 });

describe("a caller with an API key", () => {
  it("a caller with an API key makes images with the server's sessions", async () => {
    const sessions = pool();
    const bindings = await settings(sessions);
    const { id } = (await (await submit(`Bearer ${keys[0]}`, bindings)).json()) as { id: string };

    while (await stage.move());

    const view = await (await ask(`/v1/images/tasks/${id}`, `Bearer ${keys[0]}`, bindings)).json();
    expect(view).toMatchObject({ status: "completed" });
    expect(sessions).toContain(stage.jobs()[0]?.session);
  });

  it("a caller with an API key may leave out the word Bearer", async () => {
    expect((await submit(keys[1], await settings(pool()))).status).toBe(200);
  });

  it("a task of an API key is seen by that key only, not by another key or the server's sessions", async () => {
    const sessions = pool();
    const bindings = await settings(sessions);
    const { id } = (await (await submit(keys[0], bindings)).json()) as { id: string };

    expect((await ask(`/v1/images/tasks/${id}`, keys[0], bindings)).status).toBe(200);
    expect((await ask(`/v1/images/tasks/${id}`, keys[1], bindings)).status).toBe(404);
    expect((await ask(`/v1/images/tasks/${id}`, sessions, bindings)).status).toBe(404);
  });

  it("an API key has idempotency keys of its own, whatever another key uses", async () => {
    const bindings = await settings(pool());
    const send = async (key: string) => {
      const init = {
        method: "POST",
        headers: { authorization: key, "content-type": "application/json", "idempotency-key": "1" },
        body: JSON.stringify({ prompt: "a lighthouse" }),
      };
      return ((await (await call("/v1/images/generations", init, bindings)).json()) as { id: string }).id;
    };
    const alices = await send(keys[0]);
    expect(await send(keys[0])).toBe(alices);
    expect(await send(keys[1])).not.toBe(alices);
  });

  it("a caller with an API key never sees a session of the server", async () => {
    const sessions = pool();
    const bindings = await settings(sessions);
    const answers = [
      await submit(keys[0], bindings),
      await ask("/v1/credits", keys[0], bindings),
      await ask("/health", keys[0], bindings),
    ];
    for (const answer of answers) {
      const text = await answer.text();
      for (const session of sessions.split(",")) expect(text).not.toContain(session.slice(3));
    }
    for (const line of stage.logs) for (const key of keys) expect(line).not.toContain(key);
  });
});

describe("refused API keys", () => {
  it.each([
    ["that the server does not know", `Bearer ${keys[0]}x`],
    ["of nothing but its beginning", "sk-"],
    ["beside sessions", `Bearer ${keys[0]},us-a1b2c3d4`],
  ])("an API key is refused %s", async (_what, authorization) => {
    const answer = await submit(authorization, await settings(pool()));
    expect(answer.status).toBe(401);
    expect(await answer.json()).toMatchObject({ error: { code: "unauthorized" } });
    expect(stage.calls("submit")).toBe(0);
  });

  it("an API key is refused by a server that has none", async () => {
    const answer = await submit(keys[0], {});
    expect(answer.status).toBe(401);
    expect(JSON.stringify(await answer.json())).toContain("not one of this server");
  });
});

it("invalid sessions of the server are reported as the operator's fault and not shown", async () => {
  const answer = await submit(keys[0], await settings("us-a b"));
  expect(answer.status).toBe(500);
  const text = await answer.text();
  expect(text).toContain("DEFAULT_SESSIONS number 1");
  expect(text).not.toContain("a b");
});

it("the server's sessions are read as callers' are", async () => {
  const session = aSession("pool-c");
  const bindings = await settings(`\n"SG:${session.slice("sg-".length)}";\n`);
  const { id } = (await (await submit(keys[0], bindings)).json()) as { id: string };

  while (await stage.move());

  expect(await (await ask(`/v1/images/tasks/${id}`, keys[0], bindings)).json()).toMatchObject({ status: "completed" });
  expect(stage.jobs()[0]?.session).toBe(session.slice("sg-".length));
});

it("a session of the server with an unknown prefix is the operator's fault, and the answer says what was read", async () => {
  const answer = await submit(keys[0], await settings("us-demo-us-pool-d,tw-0123456789abcdef0123456789abcdef"));
  const text = await answer.text();
  expect(answer.status).toBe(500);
  expect(text).toMatch(/DEFAULT_SESSIONS number 2 begins with tw-/);
  expect(text).not.toContain("0123456789");
});

describe("a server that takes API keys only", () => {
  it("a server that takes API keys only refuses callers' own sessions, says so, and serves its keys", async () => {
    const bindings = { ...(await settings(pool())), API_KEYS_ONLY: "true" };

    const refused = await submit(aSession(), bindings);
    expect(refused.status).toBe(401);
    expect(await refused.json()).toMatchObject({
      error: { code: "unauthorized", message: expect.stringContaining("sk-") },
    });
    expect((await submit(keys[0], bindings)).status).toBe(200);
  });
});

it("/health tells whether keys are served", async () => {
  const told = async (bindings: object) =>
    ((await (await call("/health", {}, bindings)).json()) as { api_keys: string }).api_keys;
  const set = await settings(pool());
  expect(await told({})).toBe("off");
  expect(await told({ ...set, DEFAULT_SESSIONS: "" })).toBe("off");
  expect(await told({ ...set, API_KEYS: "" })).toBe("off");
  // The administrator makes named keys.
  expect(await told({ ...set, API_KEYS: "", ADMIN_KEY_HASH: "0".repeat(64) })).toBe("on");
  expect(await told(set)).toBe("on");
  expect(await told({ ...set, API_KEYS_ONLY: "true" })).toBe("only");
});
