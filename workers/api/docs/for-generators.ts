/**
 * Writes an OpenAPI document in the forms that generators of clients understand. Each function changes the document in
 * place, and says the same as before. Pure.
 */

type Schema = Record<string, unknown>;

/**
 * Replaces `{type: ["string", "null"], enum: ["a", null]}` by `anyOf` of the enum and the type null. Both are valid
 * JSON Schema, but generators make a member named null of the first, or fail on it. Examples stay as they are, because
 * their fields are no schemas.
 */
export function splitNullEnums(node: unknown): void {
  if (typeof node !== "object" || node === null) return;
  for (const [name, child] of Object.entries(node)) {
    if (name !== "example" && name !== "examples") splitNullEnums(child);
  }
  if (!Array.isArray(node)) splitOne(node as Schema);
}

function splitOne(schema: Schema): void {
  const { enum: values, type } = schema;
  if (!Array.isArray(values) || !values.includes(null)) return;
  const types = [type].flat().filter((one) => one !== undefined && one !== "null");
  const rest = { enum: values.filter((value) => value !== null) };
  const inner = types.length === 0 ? rest : { type: types.length === 1 ? types[0] : types, ...rest };
  schema.anyOf = [inner, { type: "null" }];
  delete schema.enum;
  delete schema.type;
}

type Answer = { description: string; content?: Record<string, { schema?: { description?: string } }> };

const json = "application/json";

/**
 * Leaves an answer the one type JSON, and tells of the others in its description. `openapi-fetch` 0.17.0 makes a union
 * with text of an answer that is JSON or a stream, so that no field of it can be read.
 */
export function oneTypeOf(answer: Answer): void {
  const { content } = answer;
  if (content?.[json] === undefined) return;
  for (const [type, { schema }] of Object.entries(content)) {
    if (type === json) continue;
    answer.description += ` Or \`${type}\`: ${schema?.description ?? ""}`;
    delete content[type];
  }
}
