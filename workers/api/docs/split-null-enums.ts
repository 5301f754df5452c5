/** Nullable enums of an OpenAPI document, in the form that client generators understand. Pure. */

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
