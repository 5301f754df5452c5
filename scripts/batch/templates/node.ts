/** The parts of a prompt template. */

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
