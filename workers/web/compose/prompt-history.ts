/** The steps through earlier prompts. Pure. */

/** What the prompt field shows: an earlier prompt, and what the user had written before. */
export type Recall = { shown: string; own: string };

/**
 * @param text of the field. @param recall null: no earlier prompt was asked for.
 * @returns the next one; null: there is none, and the key has its usual effect.
 */
export function step(
  prompts: readonly string[],
  text: string,
  recall: Recall | null,
  by: "older" | "newer",
): Recall | null {
  // After a change the text is the user's own again.
  const isShown = recall !== null && recall.shown === text;
  const own = isShown ? recall.own : text;
  const others = prompts.filter((prompt) => prompt !== own.trim());
  const place = isShown ? others.indexOf(text.trim()) : -1;
  if (by === "newer") {
    if (!isShown || text === own) return null;
    return { shown: others[place - 1] ?? own, own };
  }
  const next = others[place + 1];
  return next === undefined ? null : { shown: next, own };
}
