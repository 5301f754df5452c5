import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseInput } from "#scripts/batch/input/parse-input.ts";
import { splitWords } from "#scripts/batch/input/split-words.ts";

const parse = (text: string | Uint8Array, name = "") =>
  parseInput(typeof text === "string" ? Buffer.from(text) : text, name);
const prompts = (text: string, name = "") => parse(text, name).lines.map(({ line, fields }) => [line, fields.prompt]);
const utf16 = (text: string) => Buffer.from(`\ufeff${text}`, "utf16le");

describe("plain text", () => {
  it("each line is a prompt; blank lines and comments are left out, and do not shift the numbers", () => {
    expect(prompts("a cat\r\n\r\n  # no\n\ta dog \n")).toEqual([
      [1, "a cat"],
      [4, "a dog"],
    ]);
  });

  it("text that looks like a flag within a prompt stays", () => {
    expect(prompts("a cat --ar 16:9")).toEqual([[1, "a cat --ar 16:9"]]);
  });
});

describe("lines of flags", () => {
  it.each([
    ['--prompt "a cat, \\"red\\""', { prompt: 'a cat, "red"' }],
    ["--prompt a red cat --seed 5", { prompt: "a red cat", seed: 5 }],
    ["--prompt='a cat' --negative_prompt dog", { prompt: "a cat", negative_prompt: "dog" }],
    ["--width 1024 --height 768 --prompt a", { prompt: "a", size: "1024x768" }],
    ["--prompt a --batch_size 2 --n_iter 3", { prompt: "a", n: 6 }],
    ["--prompt a --seed -1 --model dreamina-4.5", { prompt: "a", seed: -1, model: "dreamina-4.5" }],
  ])("%s is read", (line, fields) => {
    expect(parse(line).lines).toEqual([{ line: 1, fields }]);
  });

  it.each([
    ['--prompt "a', "a quote is not closed"],
    ["--prompt a --width 5", "--width and --height belong together"],
    ["--prompt a --seed many", '--seed must be a number, not "many"'],
    ["--prompt a --seed", "--seed needs a value"],
    ["--prompt a --bogus 1", "--bogus is not known"],
  ])("%s is a fault", (line, message) => {
    expect(parse(`fine\n${line}`)).toMatchObject({ lines: [{ line: 1 }], faults: [{ line: 2, message }] });
  });

  it("flags that the API has nothing like are named once, with the number of their lines", () => {
    const { notes, lines } = parse("--prompt a --steps 5\n--prompt b --steps 9 --cfg_scale 7");
    expect(notes).toEqual(["Ignored, because the API has nothing like it: --steps (2 lines), --cfg_scale (1 line)."]);
    expect(lines.map(({ fields }) => fields)).toEqual([{ prompt: "a" }, { prompt: "b" }]);
  });

  it("words survive quoting", () => {
    const quoted = (word: string) => `"${word.replace(/[\\"]/g, "\\$&")}"`;
    fc.assert(
      fc.property(fc.array(fc.string()), (words) => {
        expect(splitWords(words.map(quoted).join(" "))).toEqual(words);
      }),
    );
  });
});

describe("JSONL", () => {
  it("objects are requests with all their fields; every fault has its line", () => {
    const { lines, faults } = parse('{"prompt":"a","n":2}\n\n{"prompt"\n[1]\n"b"\n', "x.jsonl");
    expect(lines).toEqual([{ line: 1, fields: { prompt: "a", n: 2 } }]);
    expect(faults.map(({ line }) => line)).toEqual([3, 4, 5]);
    expect(parse('{"prompt":"a","foo":1}', "x.jsonl").notes).toEqual([expect.stringContaining("foo (1 row)")]);
  });
});

describe("tables", () => {
  const want = [{ line: 2, fields: { prompt: "a, b", ratio: "16:9" } }];
  it.each([
    ["a comma", 'prompt,ratio\n"a, b",16:9\n'],
    ["a semicolon", "prompt;ratio\r\na, b;16:9\r\n"],
    ["a tab", "prompt\tratio\na, b\t16:9"],
    ["a byte order mark", '\ufeffprompt,ratio\n"a, b",16:9\n'],
    ["empty columns and rows", 'prompt,,ratio\n"a, b",,16:9\n,,\n\n'],
  ])("with %s, columns are fields", (_what, text) => {
    expect(parse(text, "sheet.csv")).toEqual({ lines: want, faults: [], notes: [] });
  });

  it("UTF-16 with tabs, as spreadsheets write it, is read", () => {
    expect(parse(utf16("prompt\tratio\r\na, b\t16:9\r\n"), "sheet.tsv").lines).toEqual(want);
  });

  it("cells keep quotes and line breaks, and a row has the number of its first line", () => {
    expect(prompts('prompt,n\n"one\ntwo ""three""",1\nfour,2\n', "x.csv")).toEqual([
      [2, 'one\ntwo "three"'],
      [4, "four"],
    ]);
  });

  it.each([
    ["CRLF everywhere", 'prompt,n\r\n"a\r\nb",1\r\nc,2\r\n"d\r\ne\r\nf",3\r\ng,4\r\n'],
    ["CRLF in cells only", 'prompt,n\n"a\r\nb",1\nc,2\n"d\r\ne\r\nf",3\ng,4\n'],
    ["CRLF between rows only", 'prompt,n\r\n"a\nb",1\r\nc,2\r\n"d\ne\nf",3\r\ng,4\r\n'],
    ["mixed line ends", 'prompt,n\r\n"a\nb",1\nc,2\r\n"d\r\ne\nf",3\rg,4'],
  ])("%s: rows have the numbers of their first lines", (_what, text) => {
    expect(prompts(text, "x.csv")).toEqual([
      [2, "a\nb"],
      [4, "c"],
      [5, "d\ne\nf"],
      [8, "g"],
    ]);
  });

  it("header names are read without regard to case and blanks, by name and by content of the file", () => {
    const text = " Prompt , Ratio,CUSTOM_ID\na,1:1,x\n";
    const want = [{ line: 2, fields: { prompt: "a", ratio: "1:1", custom_id: "x" } }];
    expect([parse(text, "x.csv").lines, parse(text).lines]).toEqual([want, want]);
  });

  it("columns that the API has nothing like are named; empty ones are not", () => {
    expect(parse("prompt,foo,bar\na,1,\nb,2,\n", "x.csv").notes).toEqual([
      expect.stringMatching(/: foo \(2 rows\)\.$/),
    ]);
  });

  it("images in a cell are separated by line breaks or |", () => {
    const { lines } = parse('prompt,images\na,"x.png\ny.png"\nb,x.png | y.png\nc,"[""z.png""]"\n', "x.csv");
    expect(lines.map(({ fields }) => fields.images)).toEqual([["x.png", "y.png"], ["x.png", "y.png"], '["z.png"]']);
  });

  it.each([
    ["text,ratio\na,1:1\n", 1, /one of them must be "prompt"; found: text, ratio/],
    ["prompt,n,n\na,1,2\n", 1, /"n" is there twice/],
    ["prompt,n\na, b,1\n", 2, /1 more cell than/],
    ['prompt\n"open\n', 2, /not a valid table/],
  ])("%j is a fault", (text, line, message) => {
    expect(parse(text, "x.csv").faults).toMatchObject([{ line, message: expect.stringMatching(message) }]);
  });

  it("any cells survive the export of a spreadsheet", () => {
    const cell = fc
      .string({ minLength: 1 })
      .map((text) => text.replace(/\r/g, "").trim())
      .filter(Boolean);
    fc.assert(
      fc.property(fc.array(cell, { minLength: 1 }), (cells) => {
        const rows = cells.map((text, index) => `"${text.replaceAll('"', '""')}",${index}`);
        const { lines, faults } = parse(["prompt,seed", ...rows].join("\r\n"), "x.csv");
        expect([faults, lines.map(({ fields }) => fields.prompt)]).toEqual([[], cells]);
      }),
    );
  });
});

describe("the way a file is read", () => {
  it.each([
    ['{"prompt":"a"}\n', "", [[1, "a"]]],
    ["{red|blue} car\n", "", [[1, "{red|blue} car"]]],
    ["prompt,ratio\na,1:1\n", "", [[2, "a"]]],
    ["prompt, a red cat\n", "", [[1, "prompt, a red cat"]]],
    ['{"prompt":"a"}', "list.TXT", [[1, "a"]]],
    ["prompt\n{a|b}", "list.CSV", [[2, "{a|b}"]]],
  ])("%j of the name %j", (text, name, want) => {
    expect(prompts(text, name)).toEqual(want);
  });

  it("a broken line of JSON is a fault, and no prompt", () => {
    expect(parse('{"prompt":"a"\n').faults).toHaveLength(1);
  });

  it.each([
    [Buffer.from([0x61, 0xe9, 0x0a]), /UTF-8/],
    [Buffer.from('[{"prompt":"a"}]'), /one object a line/],
  ])("a file of another kind is one fault", (bytes, message) => {
    expect(parse(bytes).faults).toEqual([{ line: 1, ofFile: true, message: expect.stringMatching(message) }]);
  });
});
