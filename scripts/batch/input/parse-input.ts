/** Chooses how an input file is read: by the ending of its name, else by its first line. Pure. */
import { decode } from "./decode.ts";
import { columnName } from "./field-names.ts";
import { parseJsonLines } from "./json-lines.ts";
import type { Parsed } from "./line.ts";
import { parsePlainText } from "./plain-text.ts";
import { parseTable } from "./table.ts";
import { textLines } from "./text-lines.ts";

const byEnding: Record<string, (text: string) => Parsed> = {
  jsonl: parseJsonLines,
  ndjson: parseJsonLines,
  jsonlines: parseJsonLines,
  csv: parseTable,
  tsv: parseTable,
  tab: parseTable,
};

/** @param name of the file; empty for the standard input */
export function parseInput(bytes: Uint8Array, name: string): Parsed {
  const text = decode(bytes);
  if (text === null) return wrong("is not UTF-8 text; save it as UTF-8 (in a spreadsheet: CSV UTF-8)");
  const [, ending = ""] = /\.([a-z]+)$/.exec(name.toLowerCase()) ?? [];
  const first = textLines(text)[0]?.text ?? "";
  if (first.startsWith("[") && isJson(text)) return wrong("is a JSON list; write one object a line (JSONL)");
  return (byEnding[ending] ?? readerFor(first))(text);
}

const wrong = (message: string): Parsed => ({
  lines: [],
  faults: [{ line: 1, message: `the file ${message}`, ofFile: true }],
  notes: [],
});

/** A broken JSON line must not become a prompt, so its beginning counts; a header is a row of names. */
function readerFor(first: string): (text: string) => Parsed {
  if (/^\{\s*"/.test(first)) return parseJsonLines;
  const names = first.split(/[,;\t]/).map((name) => columnName(name.trim().replace(/^"(.*)"$/, "$1")));
  const isHeader = names.length > 1 && names.includes("prompt") && names.every((name) => /^[A-Za-z_]*$/.test(name));
  return isHeader ? parseTable : parsePlainText;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
