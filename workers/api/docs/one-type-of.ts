/** Answers of an OpenAPI document with one content type, for client generators. Pure. */

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
