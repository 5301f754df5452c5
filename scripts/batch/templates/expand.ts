/** Lines with prompt templates → one line for each prompt. Pure but for `wordsOf`. */
import type { Fault, Line } from "#scripts/batch/input/line.ts";
import { maxExpansions } from "#scripts/batch/limits.ts";
import { allOf, countOf } from "#shared/templates/all.ts";
import type { Resolved } from "#shared/templates/node.ts";
import { parseTemplate } from "#shared/templates/parse-template.ts";
import { faultText } from "./fault-text.ts";
import { createResolver, type WordsOf } from "./resolve.ts";
import { randomFrom, sampleOf } from "./sample.ts";

/** `random`: how many prompts each template makes; null: all of them. */
export type Expansion = { random: number | null; seed: string; wordsOf: WordsOf };

/** `copy` counts the prompts of one template from 1; null: the line has no template. */
export type ExpandedLine = Line & { copy: number | null };

export function expandLines(
  lines: Line[],
  { random, seed, wordsOf }: Expansion,
): { lines: ExpandedLine[]; faults: Fault[] } {
  const resolve = createResolver(wordsOf);
  const expanded: ExpandedLine[] = [];
  const faults: Fault[] = [];
  let total = 0;
  for (const one of lines) {
    const nodes = templateOf(one.fields.prompt, resolve);
    if (typeof nodes === "string") {
      faults.push({ line: one.line, message: nodes });
      continue;
    }
    if (nodes === null) {
      expanded.push({ ...one, copy: null });
      continue;
    }
    const count = random ?? countOf(nodes);
    total += count;
    if (total > maxExpansions) {
      faults.push({ line: one.line, message: tooMany(count, total), ofFile: true });
      break;
    }
    for (const [index, prompt] of promptsOf(nodes, random, `${seed} ${one.line}`).entries()) {
      expanded.push({ line: one.line, fields: { ...one.fields, prompt: prompt.trim() }, copy: index + 1 });
    }
  }
  return { lines: expanded, faults };
}

/** Null: the prompt is no template. A text is the fault. */
function templateOf(prompt: unknown, resolve: ReturnType<typeof createResolver>): Resolved[] | string | null {
  if (typeof prompt !== "string") return null;
  const parsed = parseTemplate(prompt);
  if (parsed === null) return null;
  return "fault" in parsed ? `${faultText(parsed.fault)}, or use --no-templates` : resolve(parsed.nodes);
}

function promptsOf(nodes: Resolved[], random: number | null, seed: string): string[] {
  if (random === null) return [...allOf(nodes)];
  const next = randomFrom(seed);
  return Array.from({ length: random }, () => sampleOf(nodes, next));
}

function tooMany(count: number, total: number): string {
  const limit = maxExpansions.toLocaleString("en-US");
  const shown = (number: number) => (Number.isFinite(number) ? number.toLocaleString("en-US") : "countless");
  return `makes ${shown(count)} prompts, ${shown(total)} with those before; templates make at most ${limit} in a run: use --random N, or split the file`;
}
