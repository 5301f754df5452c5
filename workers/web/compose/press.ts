/** One press, one task: a double click, or keys held down, would send and pay again. Pure. */
import type { Draft } from "#web/state/draft.ts";

export type Press = { draft: Draft; atMs: number };

/** Whether it is the press before once more: the same draft, sooner than anybody means it. */
export function isEcho({ draft, atMs }: Press, before: Press | null): boolean {
  return before !== null && atMs - before.atMs < echoMs && textOf(draft) === textOf(before.draft);
}
const echoMs = 800;

/** Files have no text; their ids tell them apart. */
const textOf = (draft: Draft): string => JSON.stringify(draft);
