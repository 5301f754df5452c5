/** Every prompt of a template, and their number. Options of a choice keep their order; weights do not count. Pure. */
import type { Choice, Resolved } from "./node.ts";

/** How many prompts `allOf` makes; Infinity beyond the numbers. */
export const countOf = (nodes: Resolved[]): number =>
  nodes.reduce((product, node) => product * (typeof node === "string" ? 1 : countOfChoice(node)), 1);

/** The elementary symmetric polynomials of the options' counts: entry k is the number of ways to take k options. */
function countOfChoice({ min, max, options }: Choice<Resolved>): number {
  const ways = [1, ...options.map(() => 0)].slice(0, max + 1);
  for (const { nodes } of options) {
    const count = countOf(nodes);
    for (let taken = ways.length - 1; taken > 0; taken -= 1) {
      const before = ways[taken - 1] ?? 0;
      if (before > 0) ways[taken] = (ways[taken] ?? 0) + before * count;
    }
  }
  return ways.slice(min).reduce((sum, count) => sum + count, 0);
}

/** The first part varies slowest. */
export function* allOf(nodes: Resolved[]): Generator<string> {
  const [first, ...rest] = nodes;
  if (first === undefined) {
    yield "";
    return;
  }
  for (const start of typeof first === "string" ? [first] : allOfChoice(first)) {
    for (const end of allOf(rest)) yield start + end;
  }
}

function* allOfChoice({ min, max, separator, options }: Choice<Resolved>): Generator<string> {
  for (let count = min; count <= max; count += 1) {
    for (const taken of subsets(options, count)) {
      yield* joined(
        taken.map(({ nodes }) => nodes),
        separator,
      );
    }
  }
}

function* joined(sequences: Resolved[][], separator: string): Generator<string> {
  const [first, ...rest] = sequences;
  if (first === undefined) {
    yield "";
    return;
  }
  for (const start of allOf(first)) {
    for (const end of joined(rest, separator)) yield rest.length === 0 ? start : start + separator + end;
  }
}

function* subsets<T>(items: T[], count: number): Generator<T[]> {
  if (count === 0) {
    yield [];
    return;
  }
  for (const [index, item] of items.entries()) {
    for (const rest of subsets(items.slice(index + 1), count - 1)) yield [item, ...rest];
  }
}
