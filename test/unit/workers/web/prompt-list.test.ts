import { describe, expect, it } from "vitest";
import { plainDraft, type ReferenceImage } from "#web/state/draft.ts";
import { areFilesTooLarge } from "#web/state/files-too-large.ts";
import { looksLikeList, promptsIn, textOf } from "#web/state/prompt-list.ts";

describe("the prompts of a text", () => {
  it.each([
    ["a cat\na dog", ["a cat", "a dog"]],
    ["  a cat \r\n\r\n# later\na dog\r", ["a cat", "a dog"]],
    ["a {red|blue} {car|boat}", ["a red car", "a red boat", "a blue car", "a blue boat"]],
    ["a {red|blue} car\na lighthouse", ["a red car", "a blue car", "a lighthouse"]],
    ["{masterpiece}, a cat", ["{masterpiece}, a cat"]],
    ["\\{a\\|b\\} {c|d}", ["{a|b} c", "{a|b} d"]],
    ["\\{a|b\\}", ["{a|b}"]],
    ["a \\{brace\\} \\d", ["a {brace} \\d"]],
    ["__animal__ in {snow|rain}", ["__animal__ in snow", "__animal__ in rain"]],
    ["{5$$a|b}", ["a, b"]],
    ['{"style": "a|b"}', ['{"style": "a|b"}']],
    ["", []],
  ])("%j are %j", (text, prompts) => {
    expect(promptsIn(text)).toEqual({ prompts, count: prompts.length, problem: null });
  });

  it.each([
    ["a cat\n\na {dog|", { kind: "template", line: 3, fault: "unclosed" }],
    ["{0::a|0::b}", { kind: "template", line: 1, fault: "weightless" }],
    [`a cat\n${"x".repeat(8_001)}`, { kind: "long", line: 2, length: 8_001 }],
    ["a cat\n{|very}", { kind: "empty", line: 2 }],
    ["{a|b|c|d|e|f|g|h|i|j}".repeat(4), { kind: "tooMany", count: 10_000 }],
    ["a\n".repeat(1_001), { kind: "tooMany", count: 1_001 }],
  ])("a text with a fault has no prompts, and names the line: %#", (text, problem) => {
    expect(promptsIn(text)).toMatchObject({ prompts: [], problem });
  });

  it("1,000 prompts are a list", () => {
    expect(promptsIn("a\n".repeat(1_000)).prompts).toHaveLength(1_000);
  });
});

it.each([
  ["a cat", false],
  ["a cat\n\n", false],
  ["a {cat}", false],
  ["a {cat|dog}", true],
  ["a cat\na dog", true],
])("a list is offered for %j: %s", (text, expected) => {
  expect(looksLikeList(text)).toBe(expected);
});

it("prompts become a text that makes them again", () => {
  const prompts = ["a cat", "{masterpiece}, a dog", "{a|b} of braces"];
  expect(promptsIn(textOf(prompts)).prompts).toEqual(prompts);
});

describe("reference files in a batch", () => {
  const file = (bytes: number): ReferenceImage => ({
    ...{ id: "f", name: "f.png", kind: "file" },
    blob: new Blob([new Uint8Array(bytes)]),
  });
  const draft = (...images: ReferenceImage[]) => ({ ...plainDraft, mode: "image" as const, images });

  it("each prompt carries the files, and all together may have 10 MiB", () => {
    expect(areFilesTooLarge(draft(file(700_000)), 11)).toBe(false);
    expect(areFilesTooLarge(draft(file(700_000)), 12)).toBe(true);
  });

  it("links are not counted, nor are files that are not sent", () => {
    const link: ReferenceImage = { id: "l", name: "l", kind: "link", url: "https://example.com/a.png" };
    expect(areFilesTooLarge(draft(link), 1_000)).toBe(false);
    expect(areFilesTooLarge({ ...draft(file(700_000)), mode: "text" }, 1_000)).toBe(false);
  });
});
