/** Checks of JSON text before it is parsed. Pure. */

/**
 * Opening brackets and commas, those in texts included, because they are counted without parsing. Two prompts of 8,000
 * commas are 16,000, all fields and ten images less than a hundred; as many objects as this take a few MB.
 */
export const maxStructure = 50_000;

/** Whatever JSON holds, but for the one value it is, begins with a bracket or follows a bracket or a comma. */
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
