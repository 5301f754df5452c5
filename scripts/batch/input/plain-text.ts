/**
 * Plain text: one prompt a line; lines that start with # are left out. A line may instead consist of flags, as Stable
 * Diffusion web UI's script "Prompts from file" has them. Pure.
 */
import { parseFlagLine } from "./flag-line.ts";
import type { Fault, Line, Parsed } from "./line.ts";
import { textLines } from "./text-lines.ts";

export function parsePlainText(text: string): Parsed {
  const lines: Line[] = [];
  const faults: Fault[] = [];
  const ignored = new Map<string, number>();
  for (const { line, text: row } of textLines(text)) {
    if (row.startsWith("#")) continue;
    const read = parseFlagLine(row);
    if (read === null) {
      lines.push({ line, fields: { prompt: row } });
      continue;
    }
    for (const name of read.ignored) ignored.set(name, (ignored.get(name) ?? 0) + 1);
    for (const message of read.faults) faults.push({ line, message });
    if (read.faults.length === 0) lines.push({ line, fields: read.fields });
  }
  return { lines, faults, notes: ignored.size === 0 ? [] : [noteOf(ignored)] };
}

function noteOf(ignored: Map<string, number>): string {
  const names = [...ignored].map(([name, count]) => `--${name} (${count} ${count === 1 ? "line" : "lines"})`);
  return `Ignored, because the API has nothing like it: ${names.join(", ")}.`;
}
