/**
 * Several prompts in one text: one a line, with the templates of `npm run batch`, but no wordlists. `\{`, `\|` and `\}` are
 * plain characters in every line. Pure.
 */
import { allOf, countOf } from "#shared/templates/all.ts";
import { choiceOf, type Node, type Resolved } from "#shared/templates/node.ts";
import { parseTemplate, type TemplateFault } from "#shared/templates/parse-template.ts";
import { maxBatchRequests } from "#shared/wire/limits.ts";
import { maxPromptLength } from "#web/limits.ts";

/** Why a text cannot be sent as a list; `line` counts from 1. */
export type ListProblem =
  | { kind: "template"; line: number; fault: TemplateFault }
  | { kind: "empty"; line: number }
  | { kind: "long"; line: number; length: number }
  /** `count` may be Infinity. */
  | { kind: "tooMany"; count: number };

/** `prompts` is empty when there is a problem. */
export type PromptList = { prompts: string[]; count: number; problem: ListProblem | null };

export function promptsIn(text: string): PromptList {
  const rows = rowsOf(text);
  let count = 0;
  let problem: ListProblem | null = null;
  for (const { line, nodes, fault } of rows) {
    if (fault !== null) problem ??= { kind: "template", line, fault };
    count += fault === null ? countOf(nodes) : 1;
  }
  if (count > maxBatchRequests) problem = { kind: "tooMany", count };
  if (problem !== null) return { prompts: [], count, problem };
  const made = rows.flatMap(({ line, nodes }) => Array.from(allOf(nodes), (one) => ({ line, prompt: one.trim() })));
  for (const { line, prompt } of made) {
    if (prompt === "") problem ??= { kind: "empty", line };
    if (prompt.length > maxPromptLength) problem ??= { kind: "long", line, length: prompt.length };
  }
  return { prompts: problem === null ? made.map(({ prompt }) => prompt) : [], count, problem };
}

/** Whether a text looks like several prompts: it has several lines, or alternatives. */
export function looksLikeList(text: string): boolean {
  const rows = rowsOf(text);
  return rows.length > 1 || rows.some(({ nodes }) => countOf(nodes) > 1);
}

/** A text that makes these prompts. */
export const textOf = (prompts: readonly string[]): string =>
  prompts.map((prompt) => (looksLikeList(prompt) ? prompt.replace(/[{|}]/g, "\\$&") : prompt)).join("\n");

type Row = { line: number; nodes: Resolved[]; fault: TemplateFault | null };

/** Without blank lines, and without those that start with #. */
function rowsOf(text: string): Row[] {
  return text.split(/\r\n?|\n/).flatMap((row, index): Row[] => {
    const plain = row.trim();
    if (plain === "" || plain.startsWith("#")) return [];
    const parsed = parseTemplate(plain);
    const fault = parsed !== null && "fault" in parsed ? parsed.fault : null;
    const isTemplate = parsed !== null && "nodes" in parsed;
    const nodes = isTemplate ? parsed.nodes.map(withoutLists) : [plain.replace(/\\([{|}])/g, "$1")];
    return [{ line: index + 1, nodes, fault }];
  });
}

/** The page has no wordlists: their names stay as they are. */
function withoutLists(node: Node): Resolved {
  if (typeof node === "string") return node;
  if (node.kind === "list") return `__${node.name}__`;
  return choiceOf({ ...node, options: node.options.map((one) => ({ ...one, nodes: one.nodes.map(withoutLists) })) });
}
