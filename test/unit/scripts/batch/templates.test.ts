import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { expandLines } from "#scripts/batch/templates/expand.ts";
import { randomFrom, sampleOf } from "#scripts/batch/templates/sample.ts";
import { wordlistsIn } from "#scripts/batch/templates/wordlists.ts";
import { allOf, countOf } from "#shared/templates/all.ts";
import type { Resolved } from "#shared/templates/node.ts";

const lists: Record<string, string[]> = {
  animal: ["fox", "owl"],
  "colors/warm": ["red"],
  nested: ["one {a|b}", "__animal__"],
  circle: ["__circle__"],
};
const wordsOf = (name: string) => lists[name] ?? `no list ${name}`;
const expand = (prompt: unknown, options: { random?: number; seed?: string } = {}) =>
  expandLines([{ line: 7, fields: { prompt, n: 2 } }], { random: null, seed: "0", wordsOf, ...options });
const prompts = (prompt: string, options = {}) => expand(prompt, options).lines.map(({ fields }) => fields.prompt);

describe("every prompt of a template", () => {
  it.each([
    ["a {red|blue} car", ["a red car", "a blue car"]],
    ["{a|b} {1|2}", ["a 1", "a 2", "b 1", "b 2"]],
    ["{a {x|y}|b}", ["a x", "a y", "b"]],
    ["{|very} big", ["big", "very big"]],
    ["{2$$a|b|c}", ["a, b", "a, c", "b, c"]],
    ["{1-2$$a|b}", ["a", "b", "a, b"]],
    ["{-1$$a|b}!", ["!", "a!", "b!"]],
    ["{1-$$a|b}", ["a", "b", "a, b"]],
    ["{2$$ and $$a|b|c}", ["a and b", "a and c", "b and c"]],
    ["{5$$a|b}", ["a, b"]],
    ["{3::a|0.5::b|c}", ["a", "b", "c"]],
    ["a __animal__", ["a fox", "a owl"]],
    ["__colors/warm__", ["red"]],
    ["{2$$__animal__}", ["fox, owl"]],
    ["{2$$__animal__|cat}", ["fox, cat", "owl, cat"]],
    ["__nested__", ["one a", "one b", "fox", "owl"]],
    ["\\{a\\|b\\} {c|d}", ["{a|b} c", "{a|b} d"]],
    ["{x} {a|b}", ["{x} a", "{x} b"]],
  ])("%s", (template, want) => {
    expect(prompts(template)).toEqual(want);
  });

  it("keeps the other fields and the line, and counts its prompts", () => {
    expect(expand("{a|b}").lines).toEqual([
      { line: 7, fields: { prompt: "a", n: 2 }, copy: 1 },
      { line: 7, fields: { prompt: "b", n: 2 }, copy: 2 },
    ]);
  });

  it.each([
    "a cat",
    "{masterpiece}, a cat",
    "a | b",
    ":-{",
    "a } b",
    "_init_ \\d",
    "\\{a\\}",
    "five $$ {bills}",
    '{"style": "a|b"}',
  ])("a prompt without template stays as it is: %s", (prompt) => {
    expect(expand(` ${prompt}`).lines).toEqual([{ line: 7, fields: { prompt: ` ${prompt}`, n: 2 }, copy: null }]);
  });

  it("any text without braces, underscores and backslashes stays as it is", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (text) => {
        const plain = text.replace(/[{}_\\]/g, "");
        expect(prompts(plain)).toEqual([plain]);
      }),
    );
  });
});

describe("a faulty template", () => {
  it.each([
    ["{red|blue car", /a \{ is not closed/],
    ["__unknown__", /no list unknown/],
    ["__circle__", /circle leads back to itself/],
    ["{0::a|0::b}", /weight 0/],
    [`${"{".repeat(30)}a|b${"}".repeat(30)}`, /nested more than 20/],
  ])("%s is a fault with its line", (prompt, message) => {
    expect(expand(prompt)).toEqual({ lines: [], faults: [{ line: 7, message: expect.stringMatching(message) }] });
  });

  it("more prompts than a run may have are a fault that names their number, found without making them", () => {
    const { faults } = expand("{0|1|2|3|4|5|6|7|8|9}".repeat(9));
    expect(faults[0]?.message).toContain("makes 1,000,000,000 prompts");
    expect(expand("{0|1|2|3|4|5|6|7|8|9}".repeat(4)).lines).toHaveLength(10_000);
  });

  it("lines without template are not counted", () => {
    const lines = Array.from({ length: 10_001 }, (_, index) => ({ line: index, fields: { prompt: "cat" } }));
    expect(expandLines(lines, { random: null, seed: "0", wordsOf })).toMatchObject({ faults: [], lines });
  });
});

describe("at random", () => {
  const template = "a {red|blue|green} {2$$x|y|z} __animal__";
  it("each template makes as many prompts as asked for, all of them among all prompts", () => {
    const all = new Set(prompts(template));
    const some = prompts(template, { random: 50 }).map(String);
    expect(some).toHaveLength(50);
    expect(some.filter((prompt) => !all.has(prompt) && !all.has(inOrder(prompt)))).toEqual([]);
    expect(new Set(some).size).toBeGreaterThan(10);
  });

  it("the same seed makes the same prompts, another seed others; a prompt without template stays single", () => {
    expect(prompts(template, { random: 20 })).toEqual(prompts(template, { random: 20 }));
    expect(prompts(template, { random: 20 })).not.toEqual(prompts(template, { random: 20, seed: "1" }));
    expect(prompts("a cat", { random: 20 })).toEqual(["a cat"]);
  });

  it("weights say how often an option comes", () => {
    const chosen = prompts("{9::a|1::b|0::c}", { random: 5_000 });
    const share = chosen.filter((one) => one === "a").length / chosen.length;
    expect(share).toBeGreaterThan(0.87);
    expect(share).toBeLessThan(0.93);
    expect(chosen).not.toContain("c");
  });
});

/** Options taken at random come in any order. */
const inOrder = (prompt: string) => prompt.replace(/(\w), (\w)/, (_, one, other) => [one, other].sort().join(", "));

describe("any template", () => {
  const { resolved } = fc.letrec<{ resolved: Resolved; nodes: Resolved[] }>((tie) => ({
    nodes: fc.array(tie("resolved"), { maxLength: 2 }),
    resolved: fc.oneof(
      { maxDepth: 3 },
      fc.constantFrom("a", "b", ""),
      fc
        .record({
          options: fc.array(fc.record({ weight: fc.constantFrom(1, 3), nodes: tie("nodes") }), {
            minLength: 1,
            maxLength: 3,
          }),
          bounds: fc.tuple(fc.nat(3), fc.nat(3)),
        })
        .map(({ options, bounds }) => {
          const [min = 0, max = 0] = bounds.map((bound) => Math.min(bound, options.length)).sort();
          return { kind: "choice" as const, min, max, separator: "+", options };
        }),
    ),
  }));
  it("makes as many prompts as its count says, and at random one of the right length", () => {
    fc.assert(
      fc.property(resolved, (node) => {
        fc.pre(countOf([node]) < 5_000);
        const all = [...allOf([node])];
        expect(all).toHaveLength(countOf([node]));
        const lengths = new Set(all.map((text) => text.length));
        expect(lengths.has(sampleOf([node], randomFrom("x")).length)).toBe(true);
      }),
    );
  });
});

describe("wordlists", () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), "words-"));
    mkdirSync(path.join(folder, "sub"));
    writeFileSync(path.join(folder, "animal.txt"), "\ufeff# animals\r\nfox\r\n\r\n owl \r\n");
    writeFileSync(path.join(folder, "sub/one.txt"), "1");
    writeFileSync(path.join(folder, "empty.txt"), "# nothing\n");
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it("are text files without blank lines and comments, also in folders", () => {
    expect(wordlistsIn(folder)("animal")).toEqual(["fox", "owl"]);
    expect(wordlistsIn(folder)("sub/one")).toEqual(["1"]);
  });

  it.each([
    ["empty", /empty\.txt is empty/],
    ["missing", /missing\.txt is not in/],
    ["../animal", /leads out/],
  ])("%s is a fault", (name, message) => {
    expect(wordlistsIn(folder)(name)).toMatch(message);
  });

  it("without a folder, a prompt that names a list is a fault that says what to do", () => {
    expect(wordlistsIn(undefined)("animal")).toMatch(/--wordlists.*--no-templates/);
  });
});
