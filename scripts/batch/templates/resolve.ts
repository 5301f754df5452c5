/** Puts the lines of wordlists in the place of their names. Lines may be templates themselves. Reads through `wordsOf`. */
import { choiceOf, type Node, type Option, type Resolved } from "#shared/templates/node.ts";
import { maxTemplateDepth, parseTemplate } from "#shared/templates/parse-template.ts";
import { faultText } from "./fault-text.ts";

/** The lines of a wordlist, or why there are none: a sentence without full stop. */
export type WordsOf = (name: string) => string[] | string;

/** @returns resolves a template, or names its fault. Each list is read once. */
export function createResolver(wordsOf: WordsOf): (nodes: Node[]) => Resolved[] | string {
  const lists = new Map<string, Option<Resolved>[]>();

  /** Throws Fault. */
  function listOf(name: string, depth: number): Option<Resolved>[] {
    const known = lists.get(name);
    if (known !== undefined) return known;
    if (depth > maxTemplateDepth) throw new Fault(`the wordlist ${name} leads back to itself`);
    const words = wordsOf(name);
    if (typeof words === "string") throw new Fault(words);
    const options = words.map((word) => optionOf(name, word, depth + 1));
    lists.set(name, options);
    return options;
  }

  function optionOf(name: string, word: string, depth: number): Option<Resolved> {
    const parsed = parseTemplate(word);
    if (parsed === null) return { weight: 1, nodes: [word] };
    if ("fault" in parsed) throw new Fault(`in the wordlist ${name}: ${faultText(parsed.fault)}`);
    return { weight: 1, nodes: parsed.nodes.map((node) => resolve(node, depth)) };
  }

  function resolve(node: Node, depth: number): Resolved {
    if (typeof node === "string") return node;
    if (node.kind === "list") return choiceOf({ options: listOf(node.name, depth) });
    const [only, ...others] = node.options;
    const [inner, ...rest] = only?.nodes ?? [];
    // `{2$$__animal__}`: two lines of the list.
    const isList = others.length === 0 && rest.length === 0 && typeof inner === "object" && inner.kind === "list";
    const options = isList
      ? listOf(inner.name, depth)
      : node.options.map((option) => ({ ...option, nodes: option.nodes.map((one) => resolve(one, depth)) }));
    return choiceOf({ ...node, options });
  }

  return (nodes) => {
    try {
      return nodes.map((node) => resolve(node, 0));
    } catch (error) {
      if (error instanceof Fault) return error.message;
      throw error;
    }
  };
}

class Fault extends Error {}
