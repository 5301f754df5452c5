import { Validator } from "@seriousme/openapi-schema-validator";
import { beforeAll, describe, expect, it } from "vitest";
import { examples } from "#api/docs/examples.ts";
import api from "#api/index.ts";
import { errorCodes } from "#shared/errors.ts";
import { type Document, examplesOf, type Json, operationsOf, schemaFor, targetOf, walk } from "./openapi-document.ts";

let document: Document;

async function documentAt(origin: string): Promise<Document> {
  const settings = { SECRET_KEY: "dGVzdCBrZXkgb2YgMzIgYnl0ZXMsIG5vdCBzZWNyZXQ" };
  return (await api.request(`${origin}/openapi.json`, {}, settings)).json();
}

beforeAll(async () => {
  document = await documentAt("https://api.test");
});

/** Pages and this document: read by people, or before the document is known. */
const undocumented = ["get /docs", "get /openapi.json"];

describe("the document", () => {
  it("the document is valid OpenAPI 3.1 by the standard's own schema", async () => {
    const result = await new Validator().validate(structuredClone(document));

    expect(result.errors ?? []).toEqual([]);
    expect(result.valid).toBe(true);
    expect(document.openapi).toMatch(/^3\.1/);
  });

  it("the document names the address that the caller used, and is the same otherwise", async () => {
    const elsewhere = await documentAt("https://other.test");

    expect(document.servers).toMatchObject([{ url: "https://api.test" }]);
    expect(elsewhere.servers).toMatchObject([{ url: "https://other.test" }]);
    expect(elsewhere.paths).toEqual(document.paths);
    expect(elsewhere.components).toEqual(document.components);
  });

  it("the document has the routes that answer, and no others", () => {
    const answering = api.routes
      .filter(({ method, path }) => method !== "ALL" && !path.includes("*"))
      .map(({ method, path }) => `${method.toLowerCase()} ${path.replace(/:(\w+)(\{[^}]*\})?/g, "{$1}")}`)
      .filter((route) => !undocumented.includes(route));

    const documented = operationsOf(document).map(({ route }) => route);

    expect(documented.toSorted()).toEqual([...new Set(answering)].toSorted());
  });

  it("the document names only references that it holds", () => {
    const references: string[] = [];
    walk(document, (node) => {
      if (typeof node.$ref === "string") references.push(node.$ref);
    });

    expect(references.length).toBeGreaterThan(0);
    for (const reference of references) expect(targetOf(document, reference), reference).toBeDefined();
  });

  it("the document explains every tag that operations carry, and no other", () => {
    const carried = operationsOf(document).flatMap(({ operation }) => operation.tags);

    expect(new Set(document.tags.map(({ name }) => name))).toEqual(new Set(carried));
    for (const tag of document.tags) expect(tag.description).toBeTruthy();
  });

  it("the document has patterns that a client can use as they stand", () => {
    const patterns: Record<string, RegExp> = {};
    walk(document, (node, name) => {
      if (typeof node.pattern === "string") patterns[name] = new RegExp(node.pattern, "u");
    });

    for (const size of ["1024x1024", "AUTO", " 1024 × 768 "]) expect(size).toMatch(patterns.size ?? /never/);
    expect("large").not.toMatch(patterns.size ?? /large/);
  });
});

describe("enums", () => {
  it("no enum of the document has null among its values", () => {
    const withNull: string[] = [];
    walk(document, (node, _name, path) => {
      if (Array.isArray(node.enum) && node.enum.includes(null)) withNull.push(path);
    });

    expect(withNull).toEqual([]);
  });

  it("an enum that may be null is the enum or the type null, with the description beside them", () => {
    const fields = document.components.schemas.ImageRequest?.properties as Record<string, Json> | undefined;

    expect(fields?.ratio).toEqual({
      anyOf: [{ type: "string", enum: expect.arrayContaining(["1:1", "16:9"]) }, { type: "null" }],
      description: expect.any(String),
    });
    const schema = schemaFor(document, { $ref: "#/components/schemas/ImageRequest" });
    for (const value of [null, "16:9", undefined])
      expect(schema.safeParse({ prompt: "a", ratio: value }).success).toBe(true);
    expect(schema.safeParse({ prompt: "a", ratio: "5:4" }).success).toBe(false);
  });
});

describe("every operation", () => {
  it("every operation has a summary, a description, a tag and a name of its own", () => {
    const names = operationsOf(document).map(({ route, operation }) => {
      expect(operation, route).toMatchObject({ summary: expect.any(String), description: expect.any(String) });
      expect(operation.tags, route).toHaveLength(1);
      expect(operation.operationId, route).toMatch(/^[a-z]+([A-Z][a-z]+)*$/);
      return operation.operationId;
    });

    expect(new Set(names).size).toBe(names.length);
  });

  it("no body of the administrator takes fields that are not known", () => {
    const bodies = operationsOf(document).filter(
      ({ route, operation }) => route.includes("/v1/admin/") && operation.requestBody !== undefined,
    );

    expect(bodies).toHaveLength(4);
    for (const { route, operation } of bodies) {
      const schema = operation.requestBody?.content?.["application/json"]?.schema;
      walk(targetOf(document, String(schema?.$ref)), (node) => {
        if (node.type === "object") expect(node.additionalProperties, route).toBe(false);
      });
    }
  });

  it("every operation tells how it succeeds and how it fails, with the request's id", () => {
    for (const { route, operation } of operationsOf(document)) {
      const statuses = Object.keys(operation.responses).map(Number);
      expect(
        statuses.some((status) => status >= 200 && status < 300),
        route,
      ).toBe(true);
      expect(
        statuses.some((status) => status >= 400),
        route,
      ).toBe(true);
      for (const [status, answer] of Object.entries(operation.responses)) {
        expect(answer.description, `${route} ${status}`).toBeTruthy();
        expect(answer.headers, `${route} ${status}`).toHaveProperty("x-request-id");
      }
    }
  });

  it("every operation refuses with the one error body", () => {
    for (const { route, operation } of operationsOf(document)) {
      for (const [status, { content }] of Object.entries(operation.responses)) {
        if (Number(status) < 400 || status === "503") continue;
        expect(content?.["application/json"]?.schema, `${route} ${status}`).toEqual({
          $ref: "#/components/schemas/Error",
        });
      }
    }
  });

  it("every operation asks for a session or a key, unless it is about the server, a model or an image", () => {
    for (const { route, operation } of operationsOf(document)) expect(operation.security, route).toBeDefined();
    const open = operationsOf(document).filter(({ operation }) => operation.security?.length === 0);

    expect(open.map(({ route }) => route).toSorted()).toEqual(
      [
        "get /health",
        "get /images/{task}/{index}",
        "get /images/{task}/{index}/small",
        "get /ping",
        "delete /v1/admin/session",
        "get /v1/admin/session",
        "get /v1/models",
        "get /v1/models/{id}",
      ].toSorted(),
    );
    for (const { operation } of operationsOf(document)) {
      for (const scheme of operation.security ?? []) {
        const [name = ""] = Object.keys(scheme as Json);
        expect(document.components.securitySchemes).toHaveProperty(name);
      }
    }
  });

  it("every answer of an operation is of one type, because generators make one of two", () => {
    const several = operationsOf(document).flatMap(({ route, operation }) =>
      Object.entries(operation.responses)
        .filter(([, { content }]) => Object.keys(content ?? {}).length > 1)
        .map(([status]) => `${route} ${status}`),
    );

    expect(several).toEqual([]);
  });

  it("every operation that takes a body takes it in one form, because generators make one of two", () => {
    const types = operationsOf(document).flatMap(({ route, operation }) => {
      const content = operation.requestBody?.content;
      return content === undefined ? [] : [[route, Object.keys(content)]];
    });

    expect(Object.fromEntries(types)).toEqual({
      "post /v1/images/generations": ["application/json"],
      "post /v1/images/generations/async": ["application/json"],
      "post /v1/images/compositions": ["application/json"],
      "post /v1/images/edits": ["multipart/form-data"],
      "post /v1/images/edits/async": ["multipart/form-data"],
      "post /v1/images/history": ["application/json"],
      "post /v1/images/tasks/delete": ["application/json"],
      "post /v1/images/batches": ["application/json"],
      "post /v1/files": ["multipart/form-data"],
      "post /v1/batches": ["application/json"],
      "post /v1/webhooks/test": ["application/json"],
      "post /v1/admin/keys": ["application/json"],
      "patch /v1/admin/keys/{id}": ["application/json"],
      "post /v1/admin/credentials": ["application/json"],
      "patch /v1/admin/credentials/{id}": ["application/json"],
    });
  });

  it("every operation is offered to agents as a tool, but for those that answer with bytes, a stream, a secret or the server's state, delete images, or are the administrator's", () => {
    const isOfAdmin = (tags: string[] = []) => tags.includes("Administration");
    const all = operationsOf(document);
    for (const { operation, route } of all.filter(({ operation: { tags } }) => isOfAdmin(tags))) {
      expect([route, operation["x-mcp"]]).toEqual([route, false]);
    }
    const hidden = all.filter(({ operation }) => operation["x-mcp"] !== undefined && !isOfAdmin(operation.tags));

    expect(hidden.map(({ operation }) => [operation.operationId, operation["x-mcp"]]).toSorted()).toEqual([
      ["deletePicture", false],
      ["deleteTask", false],
      ["deleteTasks", false],
      ["getFileContent", false],
      ["getHealth", false],
      ["getPicture", false],
      ["getSmallPicture", false],
      ["getWebhookSecret", false],
      ["ping", false],
      ["rotateWebhookSecret", false],
      ["streamTask", false],
    ]);
  });

  it("every operation that makes or shows tasks says that it returns links", () => {
    const silent = operationsOf(document)
      .filter(({ operation }) =>
        JSON.stringify(operation.responses).match(/schemas\/(Task|TaskList|TaskSubmitted|History)"/),
      )
      .filter(({ operation }) => !/\breturns? links\b/i.test(operation.description ?? ""))
      .map(({ route }) => route);

    expect(silent).toEqual([]);
  });

  it("every operation shows an example of every JSON it takes and gives", () => {
    const silent = operationsOf(document).flatMap(({ route, operation }) =>
      Object.entries({ request: operation.requestBody, ...operation.responses })
        .filter(([, place]) => {
          const json = place?.content?.["application/json"];
          return json !== undefined && Object.keys(json.examples ?? {}).length === 0;
        })
        .map(([place]) => `${route} ${place}`),
    );

    expect(silent).toEqual([]);
  });
});

describe("descriptions", () => {
  it("every field of a schema, every parameter and every header has a description", () => {
    const silent: string[] = [];
    const isDescribed = (schema: Json): boolean =>
      Boolean(schema.description) ||
      (typeof schema.$ref === "string" && Boolean((targetOf(document, schema.$ref) as Json).description));
    walk(document, (node, name, path) => {
      if (name === "properties") {
        for (const [field, schema] of Object.entries(node)) {
          if (!isDescribed(schema as Json)) silent.push(`${path}/${field}`);
        }
      }
      if (Array.isArray(node.parameters)) {
        for (const parameter of node.parameters as Json[]) {
          if (!isDescribed(parameter) && !isDescribed(parameter.schema as Json))
            silent.push(`${path} ${parameter.name}`);
        }
      }
      if (name === "headers") {
        for (const [header, value] of Object.entries(node)) {
          if (!isDescribed(value as Json)) silent.push(`${path}/${header}`);
        }
      }
    });

    expect(silent).toEqual([]);
  });

  it("links to errors in descriptions lead to codes that exist", () => {
    const named = [...JSON.stringify(document).matchAll(/\/docs#errors-(\w+)/g)].map(([, code]) => code);

    expect(new Set(named)).toEqual(new Set(errorCodes.filter((code) => named.includes(code))));
    expect(named.length).toBeGreaterThan(50);
  });
});

describe("examples", () => {
  it("examples fit the schemas they stand beside", () => {
    const shown = examplesOf(document);

    expect(shown.length).toBeGreaterThan(100);
    for (const { path, value, schema } of shown) {
      const result = schemaFor(document, schema).safeParse(value);
      expect(result.error?.issues ?? [], path).toEqual([]);
    }
  });

  it("an example with an unknown or wrong field is found", () => {
    const schema = schemaFor(document, { $ref: "#/components/schemas/Model" });
    const { value } = examples.getModel?.answers[200]?.example ?? {};

    expect(schema.safeParse(value).success).toBe(true);
    expect(schema.safeParse({ ...(value as Json), ratio: "1:1" }).success).toBe(false);
    expect(schema.safeParse({ ...(value as Json), counts: ["1"] }).success).toBe(false);
  });

  it("examples of optional parameters are shown, and not sent when an operation is tried in the page", () => {
    const optional = operationsOf(document)
      .flatMap(({ operation }) => operation.parameters ?? [])
      .filter(({ required }) => required !== true);

    expect(optional.length).toBeGreaterThan(5);
    for (const { name, example, schema, examples: named } of optional) {
      expect(example, String(name)).toBeUndefined();
      expect(schema, String(name)).not.toHaveProperty("example");
      for (const one of Object.values((named ?? {}) as Json)) expect(one).toHaveProperty("x-disabled", true);
    }
  });

  it("examples belong to operations that exist", () => {
    const names = operationsOf(document).map(({ operation }) => operation.operationId);

    expect(names).toEqual(expect.arrayContaining(Object.keys(examples)));
  });
});
