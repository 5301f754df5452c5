/** Reads wordlists: `animal` is animal.txt in the folder, one word a line, without blank lines and lines that start with #. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { decode } from "#scripts/batch/input/decode.ts";
import { textLines } from "#scripts/batch/input/text-lines.ts";
import type { WordsOf } from "./resolve.ts";

/** @param folder undefined: there is none, which is a fault of every prompt that names a list. */
export const wordlistsIn =
  (folder: string | undefined): WordsOf =>
  (name) => {
    if (folder === undefined) {
      return `__${name}__ needs --wordlists FOLDER with ${name}.txt, or --no-templates to send it as it stands`;
    }
    if (name.split("/").includes("..")) return `__${name}__ leads out of the folder of wordlists`;
    const text = textOf(path.join(folder, `${name}.txt`));
    if (text === null) return `the wordlist ${name}.txt is not in ${folder}, or is not UTF-8 text`;
    const words = textLines(text).flatMap((row) => (row.text.startsWith("#") ? [] : [row.text]));
    return words.length === 0 ? `the wordlist ${name}.txt is empty` : words;
  };

function textOf(file: string): string | null {
  try {
    return decode(readFileSync(file));
  } catch {
    return null;
  }
}
