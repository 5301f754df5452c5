/**
 * Words that make a sentence hard to read, in sources and documents. CONTRIBUTING.md says what to write in their place.
 */

const unwanted = [
  /\bsomebody\b/i,
  /\bnobody\b/i,
  /\bwhoever\b/i,
  /\bwhat (?:it )?is\b/i,
  /\bof ours\b/i,
  /\banew\b/i,
  /\bso many\b/i,
  /\bin the same breath\b/i,
  /\b(?:in|of|around) the (?:house|wrong room)\b/i,
  /\brooms?\b/i,
];

/** Each unwanted word of a text, as `line N says "word"`. */
export const unwantedWordsIn = (text: string): string[] =>
  text.split("\n").flatMap((line, index) =>
    unwanted.flatMap((word) => {
      const found = word.exec(line)?.[0];
      return found === undefined ? [] : [`line ${index + 1} says "${found}"`];
    }),
  );
