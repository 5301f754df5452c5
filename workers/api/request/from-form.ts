/** The fields of a form, as the schema of a request reads them. Pure. */
import { valueIn } from "./text-values.ts";

/**
 * The fields of a form as the schema wants them: numbers and booleans out of their texts, what was left empty left
 * out. A text that is neither stays one, and the schema refuses it by name.
 */
export function fromForm(fields: Record<string, string>): Record<string, unknown> {
  const filled = Object.entries(fields).filter(([, text]) => text.trim() !== "");
  return Object.fromEntries(filled.map(([name, text]) => [name, valueIn(name, text)]));
}
