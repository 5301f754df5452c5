/**
 * README.md and README.zh-CN.md against the code and against each other: what they list is there, what is there is
 * listed, and both say the same.
 */
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { errorCauses } from "#api/docs/causes.ts";
import { readPath } from "#api/http/paths.ts";
import api from "#api/index.ts";
import { maxInputs } from "#api/request/inputs/input-source.ts";
import { apiConfig, consumerConfig, settingNames } from "#shared/config.ts";
import { errorCodes, errorKind } from "#shared/errors.ts";
import {
  defaultModelId,
  defaultUpstreamConfig,
  offerOf,
  ratios,
  regionIds,
  resolutions,
} from "#shared/upstream/index.ts";

const root = path.join(import.meta.dirname, "../..");
const read = (file: string) => readFileSync(path.join(root, file), "utf8");

const readmes = [
  { file: "README.md", language: "en", errors: "Errors", words: { required: "required", unset: "unset", all: "all" } },
  {
    file: "README.zh-CN.md",
    language: "zh",
    errors: "错误码",
    words: { required: "必填", unset: "未设", all: "全部" },
  },
] as const;
/** What leads on from them, and has commands and links, too. */
const documents = [...readmes.map(({ file }) => file), "SECURITY.md", "CONTRIBUTING.md", "docs/operate.md"];

const blockPattern = /^```(\w*)\n([\s\S]*?)^```$/gm;
const blocksOf = (text: string) =>
  [...text.matchAll(blockPattern)].map(([, kind = "", code = ""]) => ({ kind, code: code.trimEnd() }));
const withoutBlocks = (text: string) => text.replace(blockPattern, "");
const spansOf = (text: string) => [...withoutBlocks(text).matchAll(/`([^`\n]+)`/g)].map(([, span = ""]) => span);
const withoutComment = (line: string) => line.replace(/\s+# .*$/, "");

type Section = { title: string; text: string };
const sectionsOf = (text: string): Section[] =>
  text
    .replace(blockPattern, (block) => block.replace(/^#/gm, " #"))
    .split(/^(?=#+ )/m)
    .map((part) => ({ title: /^#+ (.+)$/m.exec(part)?.[1] ?? "", text: part }));
const levelsOf = (text: string) => [...withoutBlocks(text).matchAll(/^#+/gm)].map(([marks]) => marks.length);

const cellsOf = (line: string) =>
  line
    .split("|")
    .map((cell) => cell.trim())
    .slice(1, -1);
const rowsOf = (text: string) =>
  text
    .split("\n")
    .filter((line) => line.startsWith("| "))
    .map(cellsOf);

const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };

/** Every route of the API as the documents write it, and the page, whose file is served beside them. */
const routes = new Set([
  ...(existsSync(path.join(root, "workers/web/index.html")) ? ["GET /"] : []),
  ...api.routes
    .filter(({ method, path: route }) => /^(GET|POST)$/.test(method) && !route.includes("*"))
    .map(({ method, path: route }) => `${method} ${route.replace(/:(\w+)(\{[^}]*\})?/g, "{$1}")}`),
]);

/** @param mentioned a path as the documents write it, with or without its method, in any of its spellings. */
function isRouted(mentioned: string): boolean {
  const [, method = "(GET|POST) ", address = ""] = /^(\w+ )?([^?#]*)/.exec(mentioned) ?? [];
  const routed = readPath(address.replaceAll("{id}", "imgtask_x")).path.replace(/imgtask_\w+/g, "{id}");
  const anyName = (text: string) => text.replace(/\{\w+\}/g, "{}");
  return [...routes].some(
    (route) => new RegExp(`^${method}`).test(route) && anyName(route).endsWith(` ${anyName(routed)}`),
  );
}

describe.each(readmes)("$file", ({ file, language, errors, words }) => {
  const text = read(file);
  const rowOf = (first: string) => rowsOf(text).find(([cell]) => cell === first) ?? [];

  it.each(settingNames)("the README lists the setting %s with its default", (name) => {
    const SECRET_KEY = "A".repeat(43);
    const defaults: Record<string, unknown> = { ...apiConfig({ SECRET_KEY }), ...consumerConfig({ SECRET_KEY }) };
    const value = defaults[name] ?? [];
    const written = name === "SECRET_KEY" ? words.required : String(value) || words.unset;
    expect(rowOf(`\`${name}\``)[2]?.replaceAll("`", "")).toBe(written);
  });

  it("the README lists every npm script", () => {
    const commands = Object.keys(scripts).map((name) => (["start", "test"].includes(name) ? name : `run ${name}`));
    expect(commands.filter((command) => !text.includes(`\`npm ${command}\``))).toEqual([]);
  });

  it("the README names the default model, every ratio and every resolution", () => {
    expect(rowOf("`model`")[1]).toBe(`\`${defaultModelId}\``);
    expect(rowOf("`ratio`")[2]).toBe(ratios.map((ratio) => `\`${ratio}\``).join(" "));
    expect(rowOf("`resolution`")[2]).toBe(resolutions.map((resolution) => `\`${resolution}\``).join(" "));
  });

  it.each(defaultUpstreamConfig.models)(
    "the README lists $id with its regions, resolutions, counts and inputs",
    (model) => {
      const homes = regionIds.filter((id) => offerOf(model, defaultUpstreamConfig.regions[id].cluster) !== null);
      const counts = model.counts ?? [1, model.defaultCount];
      expect(rowOf(`\`${model.id}\``)).toEqual([
        `\`${model.id}\``,
        homes.length === regionIds.length ? words.all : homes.join(" "),
        model.resolutions.join(" "),
        counts.length === 1 ? String(counts[0]) : `${counts[0]}–${counts.at(-1)}`,
        String(Math.min(model.maxInputs, maxInputs)),
      ]);
    },
  );

  it("the README lists every error code with its status and its cause, and no other", () => {
    const section = sectionsOf(text).find(({ title }) => title === errors)?.text ?? "";
    const listed = rowsOf(section).filter(([first = ""]) => first.startsWith("`"));
    expect(listed).toEqual(
      errorCodes.map((code) => [`\`${code}\``, String(errorKind(code).status), errorCauses[code][language]]),
    );
  });

  it("the README lists every route in its table, and no other", () => {
    const listed = rowsOf(text).flatMap(([first = ""]) =>
      [...first.matchAll(/`((?:GET|POST) \/[^`]*)`/g)].map(([, route]) => route),
    );
    expect(listed.toSorted()).toEqual([...routes].toSorted());
  });
});

describe.each(documents)("%s", (file) => {
  const text = read(file);

  it("a document mentions only routes that exist", () => {
    const paths = [...text.matchAll(/\/(?:(?:openai|sync)\/)?v1\/[\w/{}-]+/g)].map(([address]) => address);
    const calls = spansOf(text).filter((span) => /^(GET|POST|PUT|PATCH|DELETE) \S+$/.test(span));
    expect([...paths, ...calls].filter((mentioned) => !isRouted(mentioned))).toEqual([]);
  });

  it("a relative link in a document leads to a file and heading that exist", () => {
    const markdown = [...withoutBlocks(text).matchAll(/\]\(([^)\s]+)\)/g)];
    const html = [...withoutBlocks(text).matchAll(/(?:src|href)="([^"]+)"/g)];
    const relative = [...markdown, ...html].map(([, to = ""]) => to).filter((to) => !/^https?:/.test(to));
    expect(relative.filter((to) => !leads(file, to))).toEqual([]);
  });

  it.each(commandsOf(text))("a document shows a command that exists: %s", async (command) => {
    await expect(faultOf(command)).resolves.toBeUndefined();
  });
});

/** @param to a path relative to the document, an anchor of it, or both. */
function leads(from: string, to: string): boolean {
  const [file = "", anchor] = to.split("#");
  const target = file === "" ? from : path.join(path.dirname(from), decodeURI(file));
  if (!existsSync(path.join(root, target))) return false;
  return anchor === undefined || anchorsOf(read(target)).includes(decodeURI(anchor));
}

/** As GitHub makes them of headings. */
const anchorsOf = (text: string) =>
  sectionsOf(text).map(({ title }) =>
    title
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\p{M}_\- ]/gu, "")
      .replaceAll(" ", "-"),
  );

/** Every command of this project or of wrangler, from blocks and from the text, without what the shell sets before it. */
function commandsOf(text: string): string[] {
  const lines = blocksOf(text)
    .filter(({ kind }) => kind === "sh")
    .flatMap(({ code }) => code.split("\n").map(withoutComment));
  const commands = [...lines, ...spansOf(text)]
    .flatMap((line) => line.split(" && "))
    .map((line) => line.replace(/^(?:[A-Z_]+=\S+ )+/, "").trim());
  return [...new Set(commands.filter((line) => /^(npm|npx|node|wrangler) /.test(line)))];
}

/** What is wrong with a command; undefined: nothing. */
async function faultOf(command: string): Promise<string | undefined> {
  const [program = "", ...rest] = command.split(" ");
  if (program === "npx") return rest[0] === "wrangler" ? wranglerFault(rest.slice(1)) : "npx of something else";
  if (program === "wrangler") return wranglerFault(rest);
  if (program === "node") return existsSync(path.join(root, rest[0] ?? "")) ? undefined : "no such file";
  const [script = "", ...given] = rest[0] === "run" ? rest.slice(1) : rest;
  // npm's own.
  if (["audit", "ci"].includes(script)) return undefined;
  if (scripts[script] === undefined) return "no such script";
  if (given.length > 0 && given[0] !== "--") return "npm keeps flags without -- for itself";
  return flagsFault(script, given.slice(1));
}

const placeholders: Record<string, string> = {
  N: "2",
  DIR: "folder",
  URL: "http://localhost:9000",
  NAME: "pictures",
  FILE: "figures.json",
};

type Reader = (args: string[]) => unknown;
const reader = async (file: string, name: string): Promise<Reader> =>
  ((await import(path.join(root, "scripts", file))) as Record<string, Reader>)[name] as Reader;
const readers: Record<string, () => Promise<Reader>> = {
  start: () => reader("start-flags.mjs", "readFlags"),
  bench: () => reader("bench-flags.mjs", "readBenchFlags"),
  deploy: () => reader("deploy-flags.mjs", "readDeployFlags"),
  destroy: () => reader("deploy-flags.mjs", "readDestroyFlags"),
};

/** The script's own reader of flags is asked; `npm test` gives its arguments to Vitest. */
async function flagsFault(script: string, args: string[]): Promise<string | undefined> {
  if (args.length === 0) return undefined;
  if (script === "test") return testFault(args);
  const readFlags = await readers[script]?.();
  if (readFlags === undefined) return "the script takes no flags";
  try {
    readFlags(args.map((word) => placeholders[word] ?? word));
    return undefined;
  } catch (error) {
    return String(error);
  }
}

function testFault(args: string[]): string | undefined {
  const projects = [...read("vitest.config.ts").matchAll(/name: "(\w+)"/g)].map(([, name]) => name);
  return args
    .map((word, at) => {
      if (word === "--project") return projects.includes(args[at + 1]) ? undefined : `no project ${args[at + 1]}`;
      if (args[at - 1] === "--project") return undefined;
      return existsSync(path.join(root, word)) ? undefined : `no such file: ${word}`;
    })
    .find((fault) => fault !== undefined);
}

/**
 * Commands of wrangler with what they take, as `wrangler … --help` of 4.155.0 says. There is no wrangler.toml here, so
 * each has to name its Worker.
 */
const wranglerCommands = [
  /^login$/,
  /^tail dreamina-(api|consumer)( --format json| --search \S.*)*$/,
  /^rollback --name \S+$/,
  /^secret (put|delete)( [A-Z_]+ (-c wrangler\.(api|consumer)\.toml|--name \S+))?$/,
  /^queues resume-delivery \S+$/,
];

function wranglerFault(words: string[]): string | undefined {
  const command = words.join(" ");
  return wranglerCommands.some((known) => known.test(command)) ? undefined : "not a command that wrangler takes here";
}

describe("both languages", () => {
  const [english, chinese] = readmes.map(({ file }) => read(file)) as [string, string];
  const sections = sectionsOf(english).map((section, at) => ({
    ...section,
    other: sectionsOf(chinese)[at]?.text ?? "",
  }));

  it("both READMEs have headings of the same levels in the same order", () => {
    expect(levelsOf(chinese)).toEqual(levelsOf(english));
    expect(levelsOf(english).length).toBeGreaterThan(10);
  });

  it("both READMEs have the same blocks of code, except for comments", () => {
    const code = (text: string) =>
      blocksOf(text).map((block) => ({ ...block, code: block.code.split("\n").map(withoutComment) }));
    expect(code(chinese)).toEqual(code(english));
  });

  it("both READMEs have tables with the same rows and columns", () => {
    const shape = (text: string) => rowsOf(text).map((cells) => cells.length);
    expect(shape(chinese)).toEqual(shape(english));
  });

  it.each(sections)("both READMEs name the same things as code under: $title", ({ text, other }) => {
    const code = (part: string) => [...new Set(spansOf(part).map((span) => span.replace(/<[^>]*>/g, "<>")))].toSorted();
    expect(code(other)).toEqual(code(text));
  });

  it.each(sections)("the Chinese README has every number of the English one under: $title", ({ text, other }) => {
    const numbers = (part: string) => [...withoutBlocks(part).matchAll(/\d(?:[\d,.]*\d)?/g)].map(([number]) => number);
    expect(numbers(text).filter((number) => !numbers(other).includes(number))).toEqual([]);
  });
});

it("README.md has the prices that deploy-costs.mjs computes", async () => {
  const tables = await reader("deploy-costs.mjs", "tables");
  expect(read("README.md")).toContain(String(tables([])));
});
