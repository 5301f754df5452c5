/** The lines of a text that are not blank, trimmed, with their numbers from 1. Pure. */
export const textLines = (text: string): { line: number; text: string }[] =>
  text
    .split(/\r\n|\r|\n/)
    .map((row, index) => ({ line: index + 1, text: row.trim() }))
    .filter((row) => row.text !== "");
