import { beforeEach, describe, expect, it } from "vitest";
import { errorCodes } from "../../shared/errors.ts";
import { call, setStage, storing } from "./support/stage.ts";

beforeEach(() => {
  setStage();
});

type Json = Record<string, unknown>;

it("/ping answers with the time", async () => {
  const answer = await call("/ping");

  expect(answer.status).toBe(200);
  expect(await answer.json()).toEqual({ status: "ok", timestamp: Math.floor(Date.now() / 1000) });
});

describe("/health", () => {
  const reject = () => Promise.reject(new Error("away"));

  it("is ok when every part answers, and stores nothing", async () => {
    const answer = await call("/health");

    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual({
      status: "ok",
      timestamp: expect.any(Number),
      upstream: "live",
      overridden: [],
      public_images: false,
      reachable: { records: true, images: true, inputs: true, coordinator: true },
    });
    expect(await storing()).toEqual([]);
  });

  it("tells what is configured, and no secret", async () => {
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

  it("tells what is overridden, by name only", async () => {
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
  ])("is degraded, with 503, while %s cannot be reached", async (part, bindings) => {
    const answer = await call("/health", {}, bindings);

    expect(answer.status).toBe(503);
    const body = (await answer.json()) as { reachable: Json };
    expect(body).toMatchObject({ status: "degraded" });
    expect(Object.keys(body.reachable).filter((name) => body.reachable[name] === false)).toEqual([part]);
  });
});

describe("/v1/models", () => {
  const everywhere = ["cn", "us", "hk", "jp", "sg"];

  it("lists models as OpenAI does, with sizes, ratios and regions, without authorization", async () => {
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

  it("tells of one model, by any name it answers to", async () => {
    for (const name of ["dreamina-4.5", "jimeng-4.5", "High_Aes_General_V40L", "Dreamina-4.5%20"]) {
      const answer = await call(`/v1/models/${name}`);

      expect(answer.status, name).toBe(200);
      expect(await answer.json()).toMatchObject({
        id: "dreamina-4.5",
        aliases: ["jimeng-4.5", "high_aes_general_v40l"],
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
  ])("finds %s as %s", async (name, id) => {
    expect(await (await call(`/v1/models/${name}`)).json()).toMatchObject({ id });
  });

  it("tells where less is possible", async () => {
    expect(await (await call("/v1/models/nanobanana")).json()).toMatchObject({
      regions: ["us", "hk", "jp", "sg"],
      resolutions: ["1k"],
      ratios: expect.arrayContaining(["1:1", "16:9"]),
      restricted: { us: { ratios: ["1:1"] } },
    });
    expect(await (await call("/v1/models/dreamina-4.5")).json()).not.toHaveProperty("restricted");
  });

  it("names no more reference images than this API takes", async () => {
    expect(await (await call("/v1/models/dreamina-aesthetic-8.2")).json()).toMatchObject({ max_inputs: 10 });
  });

  it("does not know other names", async () => {
    for (const name of ["dreamina-9", "dreamina-4.5-4k", "constructor", "raw%3A"]) {
      const answer = await call(`/v1/models/${name}`);

      expect(answer.status, name).toBe(404);
      expect(await answer.json()).toMatchObject({ error: { code: "not_found" } });
    }
  });

  it("has the models an operator added", async () => {
    const settings = { UPSTREAM_OVERRIDES: '{"models":[{"id":"dreamina-5.5","keys":{"cn":"v55"}}]}' };
    const answer = await call("/v1/models/jimeng-5.5", {}, settings);

    expect(await answer.json()).toMatchObject({ id: "dreamina-5.5", regions: ["cn"] });
  });
});

describe("/openapi.json", () => {
  const document = async () => (await (await call("/openapi.json")).json()) as Json & { paths: Record<string, Json> };

  it("is a document of OpenAPI 3.1 at the address the caller used", async () => {
    expect(await document()).toMatchObject({
      openapi: "3.1.0",
      info: { title: expect.any(String), version: expect.any(String) },
      servers: [{ url: "https://api.test" }],
    });
  });

  it("has patterns that a client can use as they stand", async () => {
    const patterns: Record<string, RegExp> = {};
    const walk = (node: unknown, name: string) => {
      if (typeof node !== "object" || node === null) return;
      const { pattern } = node as { pattern?: unknown };
      if (typeof pattern === "string") patterns[name] = new RegExp(pattern, "u");
      for (const [key, child] of Object.entries(node)) walk(child, key);
    };

    walk(await document(), "");

    for (const size of ["1024x1024", "AUTO", " 1024 × 768 "]) expect(size).toMatch(patterns.size ?? /never/);
    expect("large").not.toMatch(patterns.size ?? /large/);
  });

  it("has every route that answers", async () => {
    const { paths } = await document();
    const routes = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );

    expect(routes).toEqual(
      expect.arrayContaining([
        "POST /v1/images/generations",
        "GET /v1/images/tasks/{id}",
        "GET /images/{task}/{index}",
        "GET /v1/models",
        "GET /ping",
        "GET /health",
      ]),
    );
  });

  it("describes every field of every schema, every parameter and every answer", async () => {
    const silent: string[] = [];
    const walk = (node: unknown, path: string) => {
      if (typeof node !== "object" || node === null) return;
      const { properties, parameters, responses } = node as Record<string, Record<string, Json> | Json[] | undefined>;
      for (const [name, field] of Object.entries((properties ?? {}) as Record<string, Json>)) {
        if (field.$ref === undefined && !field.description) silent.push(`${path}.${name}`);
      }
      for (const parameter of (Array.isArray(parameters) ? parameters : []) as Json[]) {
        const schema = parameter.schema as Json | undefined;
        if (!parameter.description && !schema?.description) silent.push(`${path} parameter ${parameter.name}`);
      }
      for (const [status, answer] of Object.entries((responses ?? {}) as Record<string, Json>)) {
        if (!answer.description) silent.push(`${path} answer ${status}`);
      }
      for (const [name, child] of Object.entries(node)) walk(child, `${path}/${name}`);
    };

    walk(await document(), "");

    expect(silent).toEqual([]);
  });

  it("explains every tag that routes carry, and no other", async () => {
    const { tags, paths } = (await document()) as {
      tags: { name: string }[];
      paths: Record<string, Record<string, Json>>;
    };
    const carried = Object.values(paths).flatMap((methods) => Object.values(methods).flatMap((one) => one.tags));

    expect(new Set(tags.map(({ name }) => name))).toEqual(new Set(carried));
    expect(paths["/v1/credits"]?.get?.tags).toEqual(["Sessions"]);
  });

  it("names only references it holds", async () => {
    const whole = await document();
    const references = [...JSON.stringify(whole).matchAll(/"\$ref":"#\/([^"]+)"/g)].map(([, path = ""]) => path);

    expect(references.length).toBeGreaterThan(0);
    for (const reference of new Set(references)) {
      const target = reference.split("/").reduce<unknown>((node, name) => (node as Json | undefined)?.[name], whole);
      expect(target, reference).toBeDefined();
    }
  });
});

describe("/docs", () => {
  it("explains every error code under the anchor that error answers link to", async () => {
    const answer = await call("/docs");

    expect(answer.status).toBe(200);
    expect(answer.headers.get("content-type")).toMatch(/^text\/html/);
    const page = await answer.text();
    for (const code of errorCodes) expect(page).toContain(`id="errors-${code}"`);
  });

  it("does not repeat what the address bar holds as markup", async () => {
    const page = await (await call("/docs?<script>alert(1)</script>")).text();

    expect(page).not.toContain("<script>");
  });
});
