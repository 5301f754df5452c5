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
      public_images: false,
      reachable: { records: true, images: true, coordinator: true },
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

  it.each([
    ["records", { TASKS: { get: reject } }],
    ["images", { IMAGES: { head: reject } }],
    ["coordinator", { COORDINATOR: { getByName: () => ({ view: reject }) } }],
  ])("is degraded, with 503, while %s cannot be reached", async (part, bindings) => {
    const answer = await call("/health", {}, bindings);

    expect(answer.status).toBe(503);
    const body = (await answer.json()) as { reachable: Json };
    expect(body).toMatchObject({ status: "degraded" });
    expect(Object.keys(body.reachable).filter((name) => body.reachable[name] === false)).toEqual([part]);
  });
});

it("/v1/models lists models as OpenAI does, with sizes, ratios and regions, without authorization", async () => {
  const answer = await call("/v1/models");

  expect(answer.status).toBe(200);
  const list = (await answer.json()) as { object: string; data: Json[] };
  expect(list.object).toBe("list");
  expect(list.data.map(({ id }) => id)).toEqual(
    expect.arrayContaining(["dreamina-4.5", "dreamina-4.1", "dreamina-4.0"]),
  );
  for (const model of list.data) {
    expect(model).toMatchObject({
      object: "model",
      created: expect.any(Number),
      owned_by: expect.any(String),
      ratios: expect.arrayContaining(["1:1", "21:9"]),
      regions: expect.arrayContaining(["cn", "us", "hk", "jp", "sg"]),
      max_inputs: expect.any(Number),
    });
    expect(model.sizes).toMatchObject({ "2k": { "1:1": { width: 2048, height: 2048 } } });
  }
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
