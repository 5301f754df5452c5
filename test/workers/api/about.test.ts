import { beforeEach, describe, expect, it } from "vitest";
import { call, type Stage, setStage, storing } from "#test/workers/support/stage.ts";

let stage: Stage;

beforeEach(() => {
  stage = setStage();
});

type Json = Record<string, unknown>;

it("/ping answers with the time", async () => {
  const answer = await call("/ping");

  expect(answer.status).toBe(200);
  expect(await answer.json()).toEqual({ status: "ok", timestamp: Math.floor(Date.now() / 1000) });
});

describe("/health", () => {
  const reject = () => Promise.reject(new Error("away"));

  it("/health is ok when every part answers, and stores nothing", async () => {
    const answer = await call("/health");

    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual({
      status: "ok",
      timestamp: expect.any(Number),
      upstream: "live",
      overridden: [],
      api_keys: "off",
      public_images: false,
      webhook_exempt_origin: null,
      reachable: { records: true, images: true, inputs: true, coordinator: true },
      queue: { backlog: 0, oldest_seconds: null },
    });
    expect(await storing()).toEqual([]);
  });

  it("/health says simulator when a simulator is the upstream", async () => {
    const answer = await call("/health", {}, { UPSTREAM_ORIGIN: "http://127.0.0.1:9000" });

    expect(await answer.json()).toMatchObject({ upstream: "simulator" });
  });

  it.each([
    ["has no such address", () => Promise.resolve(Response.json({ error: "nothing here" }, { status: 404 }))],
    ["cannot be reached", reject],
  ])("/health says relay when the upstream is a relay that %s", async (_how, answers) => {
    stage.fetched.mockImplementation(answers);

    const answer = await call("/health", {}, { UPSTREAM_ORIGIN: "http://127.0.0.1:9000" });

    expect(await answer.json()).toMatchObject({ status: "ok", upstream: "relay" });
  });

  it("/health shows the configuration, and no secret", async () => {
    stage.fetched.mockImplementation(reject);
    const answer = await call(
      "/health",
      {},
      {
        UPSTREAM_ORIGIN: "https://user:password@relay.example",
        PUBLIC_IMAGE_BASE_URL: "https://pics.example",
      },
    );

    const text = await answer.text();
    expect(JSON.parse(text)).toMatchObject({ upstream: "relay", public_images: true });
    expect(text).not.toMatch(/password|relay\.example|dGVzdC/);
  });

  it("/health shows overridden values, by name only", async () => {
    const UPSTREAM_OVERRIDES = JSON.stringify({
      versions: { draft: "9.9.9" },
      regions: { us: { apiHost: "relay.private.example" } },
      headers: { "x-relay-key": "hidden" },
    });

    const text = await (await call("/health", {}, { UPSTREAM_OVERRIDES })).text();

    expect(JSON.parse(text)).toMatchObject({
      overridden: ["versions.draft", "regions.us.apiHost", "headers.x-relay-key"],
    });
    expect(text).not.toMatch(/9\.9\.9|private|hidden/);
  });

  it.each([
    ["records", { TASKS: { get: reject } }],
    ["images", { IMAGES: { head: reject } }],
    ["inputs", { INPUTS: { head: reject } }],
    ["coordinator", { COORDINATOR: { getByName: () => ({ view: reject }) } }],
  ])("/health is degraded, with 503, while %s cannot be reached", async (part, bindings) => {
    const answer = await call("/health", {}, bindings);

    expect(answer.status).toBe(503);
    const body = (await answer.json()) as { reachable: Json };
    expect(body).toMatchObject({ status: "degraded" });
    expect(Object.keys(body.reachable).filter((name) => body.reachable[name] === false)).toEqual([part]);
  });
});

describe("/v1/models", () => {
  const everywhere = ["cn", "us", "hk", "jp", "sg"];

  it("/v1/models lists models as OpenAI does, with sizes, ratios and regions, without authorization", async () => {
    const answer = await call("/v1/models");

    expect(answer.status).toBe(200);
    const list = (await answer.json()) as { object: string; data: Json[] };
    expect(list.object).toBe("list");
    expect(list.data.map(({ id }) => id)).toEqual(
      expect.arrayContaining(["dreamina-5.0-pro", "dreamina-4.5", "dreamina-3.0", "nanobanana", "dreamina-xl-pro"]),
    );
    for (const model of list.data) {
      expect(model).toMatchObject({
        object: "model",
        created: expect.any(Number),
        owned_by: expect.any(String),
        ratios: expect.arrayContaining(["1:1", "21:9"]),
        max_inputs: expect.any(Number),
      });
      expect(everywhere).toEqual(expect.arrayContaining(model.regions as string[]));
      expect(Object.keys(model.sizes as Json)).toEqual(model.resolutions);
      for (const sizes of Object.values(model.sizes as Json)) expect(Object.keys(sizes as Json)).toEqual(model.ratios);
    }
  });

  it("/v1/models shows one model by any name it answers to", async () => {
    for (const name of ["dreamina-4.5", "jimeng-4.5", "High_Aes_General_V40L", "Dreamina-4.5%20"]) {
      const answer = await call(`/v1/models/${name}`);

      expect(answer.status, name).toBe(200);
      expect(await answer.json()).toMatchObject({
        id: "dreamina-4.5",
        aliases: [
          ...["jimeng-4.5", "high_aes_general_v40l"],
          ...["gpt-image-1.5", "gpt-image-1", "gpt-image-1-mini"],
          ...["chatgpt-image-latest", "dall-e-3", "dall-e-2"],
        ],
        resolutions: ["1k", "2k", "4k"],
        sizes: { "2k": { "16:9": { width: 2560, height: 1440 } } },
        regions: everywhere,
        counts: [1, 2, 3, 4, 5, 6, 7, 8],
        max_count: 8,
        default_count: 4,
        max_inputs: 10,
        intelligent_ratio: true,
        credits_per_image: { "2k": 4 },
      });
    }
  });

  it.each([
    ["high_aes_general_v30l_art%3Ageneral_v3.0_18b", "dreamina-3.1"],
    ["high_aes_general_v30l_art:general_v3.0_18b", "dreamina-3.1"],
    ["raw%3Aa%2Fb", "raw:a/b"],
    ["raw:new_model", "raw:new_model"],
  ])("/v1/models finds %s as %s", async (name, id) => {
    expect(await (await call(`/v1/models/${name}`)).json()).toMatchObject({ id });
  });

  it("/v1/models shows where a model has restrictions", async () => {
    expect(await (await call("/v1/models/nanobanana")).json()).toMatchObject({
      regions: ["us", "hk", "jp", "sg"],
      resolutions: ["1k"],
      ratios: expect.arrayContaining(["1:1", "16:9"]),
      restricted: { us: { ratios: ["1:1"] } },
    });
    expect(await (await call("/v1/models/dreamina-4.5")).json()).not.toHaveProperty("restricted");
  });

  it("/v1/models names no more reference images than this API takes", async () => {
    expect(await (await call("/v1/models/dreamina-aesthetic-8.2")).json()).toMatchObject({ max_inputs: 10 });
  });

  it("/v1/models answers 404 for an unknown name", async () => {
    for (const name of ["dreamina-9", "dreamina-4.5-4k", "constructor", "raw%3A"]) {
      const answer = await call(`/v1/models/${name}`);

      expect(answer.status, name).toBe(404);
      expect(await answer.json()).toMatchObject({ error: { code: "not_found" } });
    }
  });

  it("/v1/models has the models that an operator added", async () => {
    const settings = { UPSTREAM_OVERRIDES: '{"models":[{"id":"dreamina-5.5","keys":{"cn":"v55"}}]}' };
    const answer = await call("/v1/models/jimeng-5.5", {}, settings);

    expect(await answer.json()).toMatchObject({ id: "dreamina-5.5", regions: ["cn"] });
  });
});
