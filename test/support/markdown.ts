/** The parts of a Markdown document that its tests read. Pure. */

const blockPattern = /^```(\w*)\n([\s\S]*?)^```$/gm;
const withoutBlocks = (text: string) => text.replace(blockPattern, "");

type Block = { kind: string; code: string };
type Section = { title: string; text: string };
type Markdown = {
  text: string;
  /** The fenced blocks of code. */
  blocks: Block[];
  /** The text outside of its blocks. */
  prose: string;
  /** The code in backquotes, outside of blocks. */
  spans: string[];
  /** Each heading with the text up to the next. The text before the first heading has the title "". */
  sections: Section[];
  headingLevels: number[];
  /** The headings' anchors, as GitHub makes them. */
  anchors: string[];
  /** The cells of every row of every table. */
  rows: string[][];
  /** The targets of links and images. */
  links: string[];
};

export function markdownOf(text: string): Markdown {
  const prose = withoutBlocks(text);
  const sections = sectionsOf(text);
  return {
    text,
    blocks: [...text.matchAll(blockPattern)].map(([, kind = "", code = ""]) => ({ kind, code: code.trimEnd() })),
    prose,
    spans: [...prose.matchAll(/`([^`\n]+)`/g)].map(([, span = ""]) => span),
    sections,
    headingLevels: [...prose.matchAll(/^#+/gm)].map(([marks]) => marks.length),
    anchors: sections.map(({ title }) => anchorOf(title)),
    rows: text
      .split("\n")
      .filter((line) => line.startsWith("| "))
      .map(cellsOf),
    links: [...prose.matchAll(/\]\(([^)\s]+)\)|(?:src|href)="([^"]+)"/g)].map(([, link, html]) => link ?? html ?? ""),
  };
}

const sectionsOf = (text: string): Section[] =>
  text
    .replace(blockPattern, (block) => block.replace(/^#/gm, " #"))
    .split(/^(?=#+ )/m)
    .map((part) => ({ title: /^#+ (.+)$/m.exec(part)?.[1] ?? "", text: part }));

const anchorOf = (title: string) =>
  title
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\p{M}_\- ]/gu, "")
    .replaceAll(" ", "-");

const cellsOf = (row: string) =>
  row
    .split("|")
    .map((cell) => cell.trim())
    .slice(1, -1);
