/**
 * Parses numbers and booleans from texts: forms hold only texts, and some clients send texts in JSON. Pure.
 */
import { maxNumberCharacters } from "#api/limits.ts";

const numberFields = ["n", "seed", "sample_strength", "partial_images"];
const booleanFields = ["intelligent_ratio", "stream", "resend_refused"];
const jsonFields = ["webhook"];
const decimal = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/** Returns any other value, and a text that is neither, unchanged: the schema refuses it. */
export function valueIn(name: string, value: unknown): unknown {
  if (typeof value === "string" && jsonFields.includes(name)) return parsed(value);
  if (typeof value !== "string" || value.length > maxNumberCharacters) return value;
  const word = value.trim().toLowerCase();
  if (numberFields.includes(name) && decimal.test(word)) return Number(word);
  if (booleanFields.includes(name) && (word === "true" || word === "false")) return word === "true";
  return value;
}

/** Text that is no JSON is returned as it is. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
