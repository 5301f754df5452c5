/**
 * README and docs/ against the code and against their translations: they list everything that exists and nothing else,
 * and both languages have the same content.
 */

import { existsSync, globSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { errorCauses } from "#api/docs/causes.ts";
import { readPath } from "#api/http/paths.ts";
import api from "#api/index.ts";
import { apiConfig, consumerConfig, settingNames } from "#shared/config.ts";
import { defaultModelId } from "#shared/default-model.ts";
import { errorCodes, errorKind } from "#shared/errors.ts";
import { ratios, resolutions } from "#shared/image-shape.ts";
import { regionIds } from "#shared/region-ids.ts";
import { defaultUpstreamConfig, offerOf } from "#shared/upstreams/index.ts";
import { maxBase64Bytes, maxBatchBytes, maxInputBytes, maxInputs, maxJsonBytes } from "#shared/wire/limits.ts";
import { chineseFiles, documentFiles, documentOf, translations } from "#test/support/documents.ts";
import { markdownOf } from "#test/support/markdown.ts";
import { commandsOf, faultOf, scripts, withoutComment } from "#test/support/shown-commands.ts";

const root = path.join(import.meta.dirname, "../..");
const { freePlan, tables } = (await import(path.join(root, "scripts/deploy/costs.ts"))) as {
  freePlan: () => { tasksPerDay: number }[];
  tables: () => string;
};

const languages = [
  { language: "en", ending: ".md", words: { required: "required", unset: "unset", all: "all" } },
  { language: "zh", ending: ".zh-CN.md", words: { required: "必填", unset: "未设", all: "全部" } },
] as const;

/** Every route of the API as the documents write it, and the page, which is a static file. */
const routes = new Set([
  ...(existsSync(path.join(root, "workers/web/index.html")) ? ["GET /"] : []),
  ...api.routes
    .filter(({ method, path: route }) => /^(GET|POST|PATCH|DELETE)$/.test(method) && !route.includes("*"))
    .map(({ method, path: route }) => `${method} ${route.replace(/:(\w+)(\{[^}]*\})?/g, "{$1}")}`),
]);

/** @param mentioned a path as the documents write it, with or without its method, in any of its spellings. */
function isRouted(mentioned: string): boolean {
  const [, method = "(GET|POST|PATCH|DELETE) ", address = ""] = /^(\w+ )?([^?#]*)/.exec(mentioned) ?? [];
  const routed = readPath(address.replaceAll("{id}", "imgtask_x")).path.replace(/imgtask_\w+/g, "{id}");
  const anyName = (text: string) => text.replace(/\{\w+\}/g, "{}");
  return [...routes].some(
    (route) => new RegExp(`^${method}`).test(route) && anyName(route).endsWith(` ${anyName(routed)}`),
  );
}

describe.each(languages)("the documents in $language", ({ language, ending, words }) => {
  const page = (name: string) => documentOf(`docs/${name}${ending}`);
  const readme = documentOf(`README${ending}`);
  const rowOf = ({ rows }: typeof readme, first: string) => rows.find(([cell]) => cell === first) ?? [];

  it.each(settingNames)("configuration lists the setting %s with its default", (name) => {
    const SECRET_KEY = "A".repeat(43);
    const defaults: Record<string, unknown> = { ...apiConfig({ SECRET_KEY }), ...consumerConfig({ SECRET_KEY }) };
    const value = defaults[name] ?? [];
    const written = name === "SECRET_KEY" ? words.required : String(value) || words.unset;
    expect(rowOf(page("configuration"), `\`${name}\``)[2]?.replaceAll("`", "")).toBe(written);
  });

  it("commands lists every npm script", () => {
    const commands = Object.keys(scripts).map((name) => (["start", "test"].includes(name) ? name : `run ${name}`));
    const { text } = page("commands");
    expect(commands.filter((command) => !text.includes(`\`npm ${command}\``))).toEqual([]);
  });

  it("api names the default model, every ratio and every resolution", () => {
    expect(rowOf(page("api"), "`model`")[1]).toBe(`\`${defaultModelId}\``);
    expect(rowOf(page("api"), "`ratio`")[2]).toBe(ratios.map((ratio) => `\`${ratio}\``).join(" "));
    expect(rowOf(page("api"), "`resolution`")[2]).toBe(resolutions.map((resolution) => `\`${resolution}\``).join(" "));
  });

  it.each(defaultUpstreamConfig.models)("api lists $id with its regions, resolutions, counts and inputs", (model) => {
    const homes = regionIds.filter((id) => offerOf(model, defaultUpstreamConfig.regions[id].cluster) !== null);
    const counts = model.counts ?? [1, model.defaultCount];
    expect(rowOf(page("api"), `\`${model.id}\``)).toEqual([
      `\`${model.id}\``,
      homes.length === regionIds.length ? words.all : homes.join(" "),
      model.resolutions.join(" "),
      counts.length === 1 ? String(counts[0]) : `${counts[0]}–${counts.at(-1)}`,
      String(Math.min(model.maxInputs, maxInputs)),
    ]);
  });

  it("every document that tells how large reference images may be tells the limits of the code", () => {
    const size = (bytes: number) => `${bytes / 1024 / 1024} MiB`;
    const each = size(maxInputBytes);
    const asBase64 = size(maxBase64Bytes);
    const body = size(maxJsonBytes);
    const inBatch = size((maxBatchBytes / 4) * 3);
    const sizesIn = (text: string) => [...new Set(text.match(/[\d.]+ MiB/g))].toSorted();
    const rows = (document: typeof readme) => document.rows.map((row) => row.join(" "));
    const told = rows(page("api")).filter((row) => row.includes("MiB"));
    expect(told.map(sizesIn)).toEqual([[each], [asBase64, body], [inBatch, size(maxBatchBytes)].toSorted()]);
    expect(
      rows(readme)
        .filter((row) => row.includes("MiB"))
        .map(sizesIn),
    ).toEqual([[asBase64, each]]);
    expect(
      rows(page("keys"))
        .filter((row) => row.includes("MiB"))
        .map(sizesIn),
    ).toEqual([[asBase64, each]]);
    const [line = ""] = page("limits")
      .text.split("\n")
      .filter((text) => text.includes("base64"));
    expect(sizesIn(line)).toEqual([asBase64, body, each]);
  });

  it("errors lists every error code with its status and its cause, and no other", () => {
    const listed = page("errors").rows.filter(([first = ""]) => first.startsWith("`"));
    expect(listed).toEqual(
      errorCodes.map((code) => [`\`${code}\``, String(errorKind(code).status), errorCauses[code][language]]),
    );
  });

  it("api lists every route in its table, and no other", () => {
    const listed = page("api").rows.flatMap(([first = ""]) =>
      [...first.matchAll(/`((?:GET|POST|PATCH|DELETE) \/[^`]*)`/g)].map(([, route]) => route),
    );
    expect(listed.toSorted()).toEqual([...routes].toSorted());
  });

  it("the README links to every page of docs, and stays under 150 lines", () => {
    const pages = documentFiles.filter(
      (file) => file.startsWith("docs/") && chineseFiles.includes(file) === (language === "zh"),
    );
    expect(pages.length).toBeGreaterThan(5);
    expect(pages.filter((file) => !readme.links.includes(file))).toEqual([]);
    expect(readme.text.split("\n").length).toBeLessThan(150);
  });

  it("the README has the number of tasks that deploy-costs computes for the free plan", () => {
    expect(readme.text).toMatch(new RegExp(` ${freePlan()[0]?.tasksPerDay} (tasks a day|个任务)`));
  });
});

describe.each(documentFiles)("%s", (file) => {
  const document = documentOf(file);

  it("a document mentions only routes that exist", () => {
    const paths = [...document.text.matchAll(/\/(?:(?:openai|sync)\/)?v1\/[\w/{}-]+/g)].map(([address]) => address);
    const calls = document.spans.filter((span) => /^(GET|POST|PUT|PATCH|DELETE) \S+$/.test(span));
    expect([...paths, ...calls].filter((mentioned) => !isRouted(mentioned))).toEqual([]);
  });

  it("a document names only files and folders that exist", () => {
    const named = document.spans.filter((span) => /^(workers|shared|test|scripts|docs|findings)\/\S*$/.test(span));
    const built = ["workers/web/dist"];
    const missing = named.filter((name) => !built.includes(name) && globSync(name, { cwd: root }).length === 0);
    expect(missing).toEqual([]);
  });

  it("a relative link in a document leads to a file and heading that exist", () => {
    const relative = document.links.filter((to) => !/^https?:/.test(to));
    expect(relative.filter((to) => !leads(file, to))).toEqual([]);
  });

  it.each(commandsOf(document))("a document shows a command that exists: %s", async (command) => {
    await expect(faultOf(command)).resolves.toBeUndefined();
  });
});

/** @param to a path relative to the document, an anchor of it, or both. */
function leads(from: string, to: string): boolean {
  const [file = "", anchor] = to.split("#");
  const target = file === "" ? from : path.join(path.dirname(from), decodeURI(file));
  if (!existsSync(path.join(root, target))) return false;
  return anchor === undefined || documentOf(target).anchors.includes(decodeURI(anchor));
}

it("every document of README and docs exists in both languages, and they have headings", () => {
  expect(translations.map(({ chinese }) => chinese).toSorted()).toEqual(chineseFiles);
  expect(translations.flatMap(({ english }) => documentOf(english).headingLevels).length).toBeGreaterThan(10);
});

describe.each(translations)("$english in both languages", ({ english: englishFile, chinese: chineseFile }) => {
  const english = documentOf(englishFile);
  const chinese = documentOf(chineseFile);
  const sections = english.sections.map(({ title, text }, at) => ({
    title,
    section: markdownOf(text),
    other: markdownOf(chinese.sections[at]?.text ?? ""),
  }));

  it("each language links to the other", () => {
    expect(english.links).toContain(path.basename(chineseFile));
    expect(chinese.links).toContain(path.basename(englishFile));
  });

  it("both languages have headings of the same levels in the same order", () => {
    expect(chinese.headingLevels).toEqual(english.headingLevels);
  });

  it("both languages have the same blocks of code, except for comments", () => {
    const code = ({ blocks }: typeof english) =>
      blocks.map((block) => ({ ...block, code: block.code.split("\n").map(withoutComment) }));
    expect(code(chinese)).toEqual(code(english));
  });

  it("both languages have tables with the same rows and columns", () => {
    const shape = ({ rows }: typeof english) => rows.map((cells) => cells.length);
    expect(shape(chinese)).toEqual(shape(english));
  });

  it.each(sections)("both languages name the same things as code under: $title", ({ section, other }) => {
    const code = ({ spans }: typeof section) =>
      [...new Set(spans.map((span) => span.replace(/<[^>]*>/g, "<>")))].toSorted();
    expect(code(other)).toEqual(code(section));
  });

  it.each(sections)("the Chinese text has every number of the English one under: $title", ({ section, other }) => {
    const numbers = ({ prose }: typeof section) => [...prose.matchAll(/\d(?:[\d,.]*\d)?/g)].map(([number]) => number);
    expect(numbers(section).filter((number) => !numbers(other).includes(number))).toEqual([]);
  });
});

it("deploy has the prices that deploy-costs computes", () => {
  expect(documentOf("docs/deploy.md").text).toContain(tables());
});
