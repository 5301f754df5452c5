/**
 * Prompt templates as sd-dynamic-prompts has them: `{red|blue}` chooses one, `{2$$a|b|c}` two of them, `{1-2$$ and $$a|b}`
 * one or two joined by " and ", `{3::a|b}` prefers a, `__animal__` is a line of animal.txt. `\{`, `\|` and `\}` are plain
 * characters in a template. Braces without | or $$ are no choice and stay, and so does a prompt that is a JSON object. Pure.
 */
import type { Choice, Node, Option } from "./node.ts";

/** Braces in braces, and wordlists that name each other. */
export const maxTemplateDepth = 20;

/** `unclosed`: a brace. `deep`: nested deeper than `maxTemplateDepth`. `weightless`: every option has the weight 0. */
export type TemplateFault = "unclosed" | "deep" | "weightless";

/** @returns null for a prompt without template. */
export function parseTemplate(text: string): { nodes: Node[] } | { fault: TemplateFault } | null {
  if (isJson(text)) return null;
  const nodes = sequence(text, 0);
  if (typeof nodes === "string") return { fault: nodes };
  return nodes.every((node) => typeof node === "string") ? null : { nodes };
}

/** Some people describe an image as a JSON object, whose braces and | are no choice. */
function isJson(prompt: string): boolean {
  if (!/^\s*\{\s*"/.test(prompt)) return false;
  try {
    JSON.parse(prompt);
    return true;
  } catch {
    return false;
  }
}

/** The nodes, or the fault. */
function sequence(text: string, depth: number): Node[] | TemplateFault {
  if (depth > maxTemplateDepth) return "deep";
  const nodes: Node[] = [];
  const literal = (piece: string): void => {
    const last = nodes.at(-1);
    if (typeof last === "string") nodes[nodes.length - 1] = last + piece;
    else nodes.push(piece);
  };
  for (let at = 0; at < text.length; ) {
    const [escaped] = /^\\[{|}]/.exec(text.slice(at, at + 2)) ?? [];
    if (escaped !== undefined) {
      literal(escaped.charAt(1));
      at += escaped.length;
      continue;
    }
    const [list, name] = text.startsWith("__", at) ? (listName.exec(text.slice(at)) ?? []) : [];
    if (list !== undefined && name !== undefined) {
      nodes.push({ kind: "list", name });
      at += list.length;
      continue;
    }
    const end = text.charAt(at) === "{" ? closing(text, at) : null;
    if (end === -1 && text.includes("|", at)) return "unclosed";
    if (end === null || end === -1) {
      literal(text.charAt(at));
      at += 1;
      continue;
    }
    const inner = braces(text.slice(at + 1, end), depth);
    if (typeof inner === "string") return inner;
    for (const node of inner) typeof node === "string" ? literal(node) : nodes.push(node);
    at = end + 1;
  }
  return nodes;
}

const listName = /^__([\p{L}\p{N}](?:[\p{L}\p{N}./-]|_(?!_))*)__/u;

/** Where the brace at `start` is closed; -1 if it is not. */
function closing(text: string, start: number): number {
  let depth = 0;
  for (let at = start; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (character === "\\") at += 1;
    else if (character === "{") depth += 1;
    else if (character === "}") {
      depth -= 1;
      if (depth === 0) return at;
    }
  }
  return -1;
}

/** What stands between braces: a choice, or text that keeps its braces. */
function braces(body: string, depth: number): Node[] | TemplateFault {
  const head = /^\s*(\d*)(-?)(\d*)\$\$(?:([^{}|$]*)\$\$)?/.exec(body);
  const isCounted = head !== null && (head[1] !== "" || head[3] !== "");
  const parts = splitOptions(isCounted ? body.slice(head[0].length) : body);
  if (!isCounted && parts.length === 1) {
    const inner = sequence(body, depth + 1);
    return typeof inner === "string" ? inner : ["{", ...inner, "}"];
  }
  const options: Option<Node>[] = [];
  for (const part of parts) {
    const [prefix = "", weight = "1"] = /^\s*(\d+(?:\.\d+)?)::/.exec(part) ?? [];
    const nodes = sequence(part.slice(prefix.length), depth + 1);
    if (typeof nodes === "string") return nodes;
    options.push({ weight: Number(weight), nodes });
  }
  if (options.every(({ weight }) => weight === 0)) return "weightless";
  const choice: Choice<Node> = { kind: "choice", min: 1, max: 1, separator: ", ", options };
  return [isCounted ? { ...choice, ...boundsOf(head), separator: head[4] ?? ", " } : choice];
}

/** `2`, `1-3`, `-3` and `1-`. */
function boundsOf([, from = "", dash, to = ""]: RegExpExecArray): { min: number; max: number } {
  if (dash === "") return { min: Number(from), max: Number(from) };
  const [one, other] = [from === "" ? 0 : Number(from), to === "" ? Number.POSITIVE_INFINITY : Number(to)];
  return { min: Math.min(one, other), max: Math.max(one, other) };
}

/** Splits at each | that is in no inner braces. */
function splitOptions(body: string): string[] {
  const parts: string[] = [];
  let [depth, start] = [0, 0];
  for (let at = 0; at < body.length; at += 1) {
    const character = body.charAt(at);
    if (character === "\\") at += 1;
    else if (character === "{") depth += 1;
    else if (character === "}") depth -= 1;
    else if (character === "|" && depth === 0) {
      parts.push(body.slice(start, at));
      start = at + 1;
    }
  }
  return [...parts, body.slice(start)];
}
