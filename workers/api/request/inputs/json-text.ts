/** Checks of JSON text before it is parsed. Pure. */
import { maxStructure } from "#api/limits.ts";

/** Counts opening brackets and commas: every nested value begins with a bracket, or follows a bracket or a comma. */
export function hasTooMuchStructure(text: string): boolean {
  let count = 0;
  for (const mark of ["{", "[", ","]) {
    for (let at = text.indexOf(mark); at !== -1; at = text.indexOf(mark, at + 1)) {
      count += 1;
      if (count > maxStructure) return true;
    }
  }
  return false;
}
