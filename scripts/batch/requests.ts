/** Lines of the input → requests with unique custom_ids, and the faults that can be seen without the server. Pure. */
import type { Fault } from "./input/line.ts";
import { maxCustomIdCharacters, maxPromptCharacters } from "./limits.ts";
import type { ExpandedLine } from "./templates/expand.ts";

/** `body` is sent as it is, `custom_id` first. */
export type BatchRequest = { customId: string; line: number; prompt: string; body: Record<string, unknown> };

const minDigits = 4;

/** @param fields what every line gets that does not say otherwise itself */
export function requestsOf(
  lines: ExpandedLine[],
  fields: Record<string, unknown>,
): { requests: BatchRequest[]; faults: Fault[] } {
  const requests: BatchRequest[] = [];
  const faults: Fault[] = [];
  const idOf = customIds(lines);
  const lineOfId = new Map<string, number>();
  for (const one of lines) {
    const { custom_id: _, ...own } = one.fields;
    const body = { ...fields, ...own };
    const customId = idOf(one);
    const messages = [...faultsOfId(one.fields.custom_id), ...faultsOfPrompt(body.prompt)];
    const before = lineOfId.get(customId);
    if (before !== undefined) messages.push(`the custom_id "${customId}" is also on line ${before}`);
    for (const message of messages) faults.push({ line: one.line, customId, message });
    lineOfId.set(customId, one.line);
    if (messages.length === 0) {
      requests.push({ customId, line: one.line, prompt: String(body.prompt), body: { custom_id: customId, ...body } });
    }
  }
  return { requests, faults };
}

function faultsOfId(id: unknown): string[] {
  if (id === undefined || (typeof id === "string" && id !== "" && id.length <= maxCustomIdCharacters)) return [];
  return [`custom_id must be a text of 1 to ${maxCustomIdCharacters} characters`];
}

function faultsOfPrompt(prompt: unknown): string[] {
  if (typeof prompt !== "string" || prompt.trim() === "") return ["prompt is missing"];
  const { length } = prompt.trim();
  if (length <= maxPromptCharacters) return [];
  const [shown, limit] = [length, maxPromptCharacters].map((count) => count.toLocaleString("en-US"));
  return [`prompt is ${shown} characters; the limit is ${limit}`];
}

/**
 * The line's own custom_id, else `line-0007`; with `-0012` for the twelfth prompt of its template. A line without
 * custom_id gives way to one that has this name.
 */
function customIds(lines: ExpandedLine[]): (line: ExpandedLine) => string {
  const digits = (largest: number) => Math.max(minDigits, String(largest).length);
  const lineDigits = digits(lines.reduce((most, { line }) => Math.max(most, line), 0));
  const copyDigits = digits(lines.reduce((most, { copy }) => Math.max(most, copy ?? 0), 0));
  const withCopy = (id: string, copy: number | null) =>
    copy === null ? id : `${id}-${String(copy).padStart(copyDigits, "0")}`;
  const own = lines.flatMap(({ fields, copy }) =>
    typeof fields.custom_id === "string" ? [withCopy(fields.custom_id, copy)] : [],
  );
  const taken = new Set(own);
  return ({ line, fields, copy }) => {
    if (typeof fields.custom_id === "string") return withCopy(fields.custom_id, copy);
    let id = withCopy(`line-${String(line).padStart(lineDigits, "0")}`, copy);
    while (taken.has(id)) id += "_";
    return id;
  };
}
