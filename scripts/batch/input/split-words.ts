/**
 * Words of a line as a shell splits them: quotes keep blanks, a backslash keeps the next character, but not in single
 * quotes; in double quotes only before a quote or another backslash. Pure.
 *
 * @returns null when a quote is not closed.
 */
export function splitWords(text: string): string[] | null {
  const words: string[] = [];
  let word: string | null = null;
  let quote: string | null = null;
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charAt(at);
    const next = text.charAt(at + 1);
    const escapes = character === "\\" && (quote === null ? next !== "" : quote === '"' && /["\\]/.test(next));
    if (escapes) {
      word = (word ?? "") + next;
      at += 1;
    } else if (quote !== null) {
      if (character === quote) quote = null;
      else word += character;
    } else if (character === '"' || character === "'") {
      quote = character;
      word ??= "";
    } else if (/\s/.test(character)) {
      if (word !== null) words.push(word);
      word = null;
    } else word = (word ?? "") + character;
  }
  if (quote !== null) return null;
  return word === null ? words : [...words, word];
}
