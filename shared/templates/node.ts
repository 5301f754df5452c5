/** The parts of a prompt template. Pure. */

/** Text, a choice, or a name that stands for the lines of a wordlist. */
export type Node = string | Choice<Node> | { kind: "list"; name: string };

/** A template whose wordlists are read. */
export type Resolved = string | Choice<Resolved>;

/** Between `min` and `max` different options, joined by `separator`. */
export interface Choice<N> {
  kind: "choice";
  min: number;
  max: number;
  separator: string;
  options: Option<N>[];
}

/** Weights count when templates are expanded at random. */
export interface Option<N> {
  weight: number;
  nodes: N[];
}

/** A choice of more options than there are takes all. */
export function choiceOf({
  options,
  min = 1,
  max = 1,
  separator = ", ",
}: Partial<Choice<Resolved>> & { options: Option<Resolved>[] }): Choice<Resolved> {
  const most = options.length;
  return { kind: "choice", min: Math.min(min, most), max: Math.min(max, most), separator, options };
}
