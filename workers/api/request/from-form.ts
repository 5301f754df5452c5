/** Converts the texts of a form for the request schema. Pure. */
import { valueIn } from "./text-values.ts";

/**
 * Parses numbers and booleans, and drops empty fields. A text that is neither is kept, and the schema refuses it.
 */
export function fromForm(fields: Record<string, string>): Record<string, unknown> {
  const filled = Object.entries(fields).filter(([, text]) => text.trim() !== "");
  return Object.fromEntries(filled.map(([name, text]) => [name, valueIn(name, text)]));
}
