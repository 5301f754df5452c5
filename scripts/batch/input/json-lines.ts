/** JSONL: one request object a line; blank lines are left out. Pure. */
import { ignoredNotes } from "./field-names.ts";
import type { Fault, Line, Parsed } from "./line.ts";
import { textLines } from "./text-lines.ts";

export function parseJsonLines(text: string): Parsed {
  const lines: Line[] = [];
  const faults: Fault[] = [];
  for (const { line, text: row } of textLines(text)) {
    const fields = objectIn(row);
    if (typeof fields === "string") faults.push({ line, message: fields });
    else lines.push({ line, fields });
  }
  return { lines, faults, notes: ignoredNotes(lines.map(({ fields }) => fields)) };
}

/** The object, or the fault of the text. */
function objectIn(text: string): Record<string, unknown> | string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return `not valid JSON: ${error instanceof Error ? error.message : error}`;
  }
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  return `must be one JSON object, like {"prompt": "a lighthouse at dawn"}`;
}
