/** Ways through an OpenAPI document: its operations, its references, its examples with the schemas they belong to. */
import * as z from "zod";

export type Json = Record<string, unknown>;
type Media = { schema?: Json; example?: unknown; examples?: Record<string, { value: unknown }> };
type Answer = { description?: string; headers?: Json; content?: Record<string, Media> };
type Operation = {
  operationId?: string;
  summary?: string;
  description?: string;
  tags: string[];
  security?: Json[];
  "x-mcp"?: boolean;
  parameters?: Json[];
  requestBody?: Answer;
  responses: Record<string, Answer>;
};
export type Document = {
  openapi: string;
  servers: Json[];
  tags: { name: string; description?: string }[];
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Json>; securitySchemes: Json };
};

export const operationsOf = ({ paths }: Document) =>
  Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ route: `${method} ${path}`, operation })),
  );

/** What `#/…` points at. */
export const targetOf = (document: Document, reference: string): unknown =>
  reference
    .replace(/^#\//, "")
    .split("/")
    .reduce<unknown>((node, name) => (node as Json | undefined)?.[name], document);

/** Every object below a node, examples left out: those are values, whatever their fields are called. */
export function walk(node: unknown, visit: (node: Json, name: string, path: string) => void, path = ""): void {
  if (typeof node !== "object" || node === null) return;
  const name = path.split("/").at(-1) ?? "";
  if (!Array.isArray(node)) visit(node as Json, name, path);
  for (const [key, child] of Object.entries(node)) {
    if (key !== "examples" && key !== "example") walk(child, visit, `${path}/${key}`);
  }
}

type Shown = { path: string; value: unknown; schema: Json };

/** Every example there is: in schemas, at parameters, headers, bodies and answers. */
export function examplesOf(document: Document): Shown[] {
  const shown: Shown[] = [];
  walk(document, (node, _name, path) => {
    const schema = (node.schema ?? node) as Json;
    if (node.example !== undefined) shown.push({ path, value: node.example, schema });
    for (const [name, example] of Object.entries((node.examples ?? {}) as Record<string, unknown>)) {
      const value = node.schema === undefined ? example : (example as { value: unknown }).value;
      shown.push({ path: `${path} ${name}`, value, schema });
    }
  });
  return shown;
}

/** A schema of the document that knows its neighbours, and takes no fields but those it names. */
export function schemaFor(document: Document, schema: Json): z.ZodType {
  const definitions = Object.entries(document.components.schemas).map(([name, one]) => [name, strict(document, one)]);
  const whole = { ...strict(document, schema), $defs: Object.fromEntries(definitions) };
  return z.fromJSONSchema(whole as Parameters<typeof z.fromJSONSchema>[0]);
}

function strict(document: Document, schema: unknown): Json {
  if (Array.isArray(schema)) return schema.map((one) => strict(document, one)) as unknown as Json;
  if (typeof schema !== "object" || schema === null) return schema as unknown as Json;
  const { example: _example, examples: _examples, allOf, ...rest } = schema as Json;
  if (Array.isArray(allOf)) return strict(document, { ...merged(document, allOf as Json[]), ...rest });
  if (typeof rest.$ref === "string") return { $ref: rest.$ref.replace("#/components/schemas/", "#/$defs/") };
  const inner = Object.fromEntries(Object.entries(rest).map(([name, child]) => [name, strict(document, child)]));
  const isClosed = rest.properties !== undefined && rest.additionalProperties === undefined && rest.type === "object";
  return isClosed ? { ...inner, additionalProperties: false } : inner;
}

/** Objects that hold together, as one: a closed one would refuse the fields of its neighbour. */
function merged(document: Document, parts: Json[]): Json {
  const objects = parts.map((part) => (typeof part.$ref === "string" ? (targetOf(document, part.$ref) as Json) : part));
  const required = objects.flatMap((one) => (one.required ?? []) as string[]);
  const properties = Object.assign({}, ...objects.map((one) => one.properties ?? {}));
  return Object.assign({}, ...objects, { properties, required });
}
