/** One prompt of a template at random. The same seed makes the same prompts on every machine. Pure. */
import type { Choice, Option, Resolved } from "#shared/templates/node.ts";

/** A number from 0 to below 1. */
type Random = () => number;

export const sampleOf = (nodes: Resolved[], random: Random): string =>
  nodes.map((node) => (typeof node === "string" ? node : sampleOfChoice(node, random))).join("");

function sampleOfChoice({ min, max, separator, options }: Choice<Resolved>, random: Random): string {
  const count = min + Math.floor(random() * (max - min + 1));
  const left = [...options];
  const taken = Array.from({ length: count }, () => left.splice(weightedIndex(left, random), 1)).flat();
  return taken.map(({ nodes }) => sampleOf(nodes, random)).join(separator);
}

function weightedIndex(options: Option<Resolved>[], random: Random): number {
  let rest = random() * options.reduce((sum, { weight }) => sum + weight, 0);
  const index = options.findIndex(({ weight }) => {
    rest -= weight;
    return rest < 0;
  });
  // The weights that are left are all 0.
  return index === -1 ? 0 : index;
}

/** Mulberry32 by Tommy Ettinger, begun with an FNV-1a hash of the text. */
export function randomFrom(text: string): Random {
  let state = 0x811c9dc5;
  for (const character of text) state = Math.imul(state ^ (character.codePointAt(0) ?? 0), 0x01000193);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
