import { describe, expect, test } from "vitest";
import {
  type ArkCloud,
  type ArkErrorBody,
  accepted,
  arkHosts,
  callArk,
  ledgerOf,
  models,
  refusalOf,
} from "./ark-support.ts";
import { frozen } from "./support.ts";

const atOnce = () => frozen({ arkSeconds: 0, pictureDots: 16 });
const idOf = { cn: "doubao-seedream-5-0-flash-260915", ap: models.flash, eu: models.flash } as const;

const listOf = async (cloud: ArkCloud, key = `demo-key-${cloud}-simulator`) => {
  const url = `https://${arkHosts[cloud]}/api/v3/models`;
  return await atOnce().fetch(url, { headers: { authorization: `Bearer ${key}` } });
};
type Listed = { data: { id: string; status?: string; domain: string; task_type: string[] }[] };

describe("the address of Ark", () => {
  test("both forms of the address reach Ark, and links have the form of the request", async () => {
    const simulator = atOnce();
    const response = await simulator.fetch(`http://127.0.0.1:9000/${arkHosts.cn}/api/v3/images/generations`, {
      method: "POST",
      headers: { authorization: "Bearer demo-key-cn-simulator", "content-type": "application/json" },
      body: JSON.stringify({ model: idOf.cn, prompt: "a lighthouse" }),
    });
    const { data } = (await response.json()) as { data: { url: string }[] };
    expect(data[0]?.url).toMatch(
      /^http:\/\/127\.0\.0\.1:9000\/ark-acg-cn-beijing\.tos-cn-beijing\.volces\.com\/doubao-seedream-/,
    );
    expect((await simulator.fetch(data[0]?.url ?? "")).status).toBe(200);
  });

  test.each([
    ["POST", "/api/v3/images/edits"],
    ["GET", "/api/v3/images/generations"],
    ["POST", "/api/plan/v3/images/generations"],
    ["GET", "/"],
  ])("%s %s is 404 without a body", async (method, path) => {
    const response = await atOnce().fetch(`https://${arkHosts.ap}${path}`, { method });
    expect(response.status).toBe(404);
    expect(await response.text()).toBe("");
  });
});

describe("a key of Ark", () => {
  test.each(["cn", "ap", "eu"] as const)(
    "a key of the cloud %s is taken there and refused elsewhere",
    async (cloud) => {
      const simulator = atOnce();
      for (const asked of ["cn", "ap", "eu"] as const) {
        const call = callArk(simulator, { model: idOf[asked] }, { cloud: asked, key: `demo-key-${cloud}-simulator` });
        if (asked === cloud) expect((await call).status).toBe(200);
        else expect(await refusalOf(call)).toBe("401 AuthenticationError");
      }
    },
  );

  test.each([
    ["that is too short", "demo-key-ap-short"],
    ["that is too long", `demo-key-ap-${"a".repeat(120)}`],
    ["with capitals", "demo-key-ap-Simulator"],
    ["with two dashes in a row", "demo-key-ap--simulator"],
    ["of an unknown cloud", "demo-key-us-simulator"],
    ["of another kind", "ark-11111111-2222-3333-4444-555555555555-abcde"],
  ])("a key %s is 401", async (_what, key) => {
    expect(await refusalOf(callArk(atOnce(), {}, { key }))).toBe("401 AuthenticationError");
  });

  test("a call without a key is 401", async () => {
    expect(await refusalOf(callArk(atOnce(), {}, { headers: { authorization: "" } }))).toBe("401 AuthenticationError");
  });

  test.each([
    ["flagged", "401 InvalidAccountStatus"],
    ["overdue", "403 AccountOverdueError"],
    ["notopen-service", "403 OperationDenied.ServiceNotOpen"],
    ["unopened", "404 ModelNotOpen"],
    ["throttled", "429 ModelAccountIpmRateLimitExceeded"],
    ["trialover", "429 QuotaExceeded"],
    ["capped", "429 SetLimitExceeded"],
  ])("the word %s in a key refuses every call with %s, free of charge", async (word, refusal) => {
    const simulator = atOnce();
    for (const key of [`demo-key-ap-tests-${word}`, `demo-key-ap-${word}7-tests`])
      expect(await refusalOf(callArk(simulator, {}, { key }))).toBe(refusal);
    expect(simulator.state()).toMatchObject({ calls: { arkGenerate: 2 }, ark: { ledger: [] } });
  });

  test("a word that only begins like a scenario is none", async () => {
    expect((await callArk(atOnce(), {}, { key: "demo-key-ap-cappedhead" })).status).toBe(200);
  });

  test("the word lowbalance refuses a second call while one of the key is in flight", async () => {
    const simulator = frozen({ pictureDots: 16 });
    const key = "demo-key-ap-lowbalance";
    const first = callArk(simulator, {}, { key });
    await accepted(simulator);
    const other = callArk(simulator);
    expect(await refusalOf(callArk(simulator, {}, { key }))).toBe("429 InflightBatchsizeExceeded");
    await accepted(simulator, 2);
    simulator.moveClock({ advanceSeconds: 30 });
    expect([(await first).status, (await other).status]).toEqual([200, 200]);
    const next = callArk(simulator, {}, { key });
    await accepted(simulator, 3);
    simulator.moveClock({ advanceSeconds: 30 });
    expect((await next).status).toBe(200);
    expect(ledgerOf(simulator)).toHaveLength(3);
  });

  test("a refusal names the request id in its message and in a header", async () => {
    const response = await callArk(atOnce(), { prompt: undefined });
    const { error } = (await response.json()) as ArkErrorBody;
    const id = response.headers.get("x-request-id") ?? "";
    expect(id).toMatch(/^0217\d{11}[0-9a-f]{32}$/);
    expect(error.message.endsWith(`Request id: ${id}`)).toBe(true);
    expect(error).toMatchObject({ code: "MissingParameter", param: "prompt", type: "BadRequest" });
  });
});

describe("the models of Ark", () => {
  test("the list names live and dead models, also those that are not for images", async () => {
    const { data } = (await (await listOf("cn")).json()) as Listed;
    const statusOf = Object.fromEntries(data.map(({ id, status }) => [id, status]));
    expect(statusOf).toMatchObject({
      "doubao-seedream-5-0-260128": "Shutdown",
      "doubao-seededit-3-0-i2i-250628": "Shutdown",
    });
    expect(Object.hasOwn(statusOf, "doubao-seedream-5-5-261028")).toBe(true);
    expect(statusOf["doubao-seedream-5-5-261028"]).toBeUndefined();
    expect(new Set(data.map(({ domain }) => domain)).size).toBeGreaterThan(1);
    expect(data.every(({ id, task_type }) => id.startsWith("doubao-") && task_type.length > 0)).toBe(true);
  });

  test("a retiring model has that status abroad", async () => {
    const { data } = (await (await listOf("ap")).json()) as Listed;
    expect(data.find(({ id }) => id === "seedream-3-0-t2i-250415")?.status).toBe("Retiring");
  });

  test("the list needs a valid key that is not flagged", async () => {
    expect(await refusalOf(listOf("eu", "demo-key-ap-simulator"))).toBe("401 AuthenticationError");
    expect(await refusalOf(listOf("eu", "demo-key-eu-flagged1"))).toBe("401 InvalidAccountStatus");
    expect((await listOf("eu", "demo-key-eu-overdue1")).status).toBe(200);
  });

  test.each([
    ["cn", "doubao-seedream-5-5-261028", 200],
    ["cn", "doubao-seedream-5-0-260128", 404],
    ["cn", "doubao-seedream-4-5-251128", 404],
    ["cn", "dola-seedream-5-5-261028", 404],
    ["ap", "dola-seedream-5-5-261028", 200],
    ["ap", "seedream-5-0-lite-260128", 200],
    ["ap", "seedream-5-0-lite", 404],
    ["ap", "doubao-seedream-5-0-flash-260915", 404],
    ["ap", "seedream-3-0-t2i-250415", 404],
    ["eu", "dola-seedream-5-5-261028", 404],
    ["eu", "seedream-5-0-260128", 404],
    ["eu", "seedream-4-0-250828", 404],
    ["eu", "seedream-4-5-251128", 200],
    ["eu", "ep-20261122120000-ab3de", 200],
    ["eu", "ep-2026112212000-ab3de", 404],
  ] as const)("on %s the model %s is %d", async (cloud, model, status) => {
    const response = await callArk(atOnce(), { model }, { cloud });
    expect(response.status).toBe(status);
    if (status === 404) expect(await refusalOf(response)).toBe("404 InvalidEndpointOrModel.NotFound");
  });

  test("an answer names the dated model behind an endpoint or an alias", async () => {
    const response = await callArk(atOnce(), { model: "ep-20261122120000-ab3de" });
    expect(await response.json()).toMatchObject({ model: models.flash });
  });
});
