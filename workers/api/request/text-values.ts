/**
 * Numbers and booleans of an image request out of their texts: forms have nothing else, and some clients' JSON. Pure.
 */

const numberFields = ["n", "seed", "sample_strength", "partial_images"];
const booleanFields = ["intelligent_ratio", "stream", "resend_refused"];
const decimal = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
/** No number is longer, and no text of megabytes is looked at. */
const longest = 50;

/** A text that is neither stays one, and the schema refuses it by name; any other value stays as it is. */
export function valueIn(name: string, value: unknown): unknown {
  if (typeof value !== "string" || value.length > longest) return value;
  const word = value.trim().toLowerCase();
  if (numberFields.includes(name) && decimal.test(word)) return Number(word);
  if (booleanFields.includes(name) && (word === "true" || word === "false")) return word === "true";
  return value;
}
