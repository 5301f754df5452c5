import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Splitter } from "#api/request/inputs/parts.ts";

type Part = { head: string; content: string };

/** One character of a text stands for one byte. */
const bytesOf = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, "latin1"));
const textOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString("latin1");

function split(pieces: Uint8Array[], boundary: string): Part[] {
  const splitter = new Splitter(boundary);
  const parts: (Part & { hasEnded: boolean })[] = [];
  for (const piece of pieces) {
    for (const event of splitter.push(piece)) {
      const part = parts.at(-1);
      if (event.kind === "head")
        parts.push({ head: textOf(event.block).replace(/\r?\n$/, ""), content: "", hasEnded: false });
      else if (part === undefined || part.hasEnded) throw new Error(`${event.kind} outside of a part`);
      else if (event.kind === "bytes") part.content += textOf(event.bytes);
      else part.hasEnded = true;
    }
  }
  splitter.finish();
  expect(parts.every(({ hasEnded }) => hasEnded)).toBe(true);
  return parts.map(({ head, content }) => ({ head, content }));
}

const boundary = "b-1";
const read = (text: string) => split([bytesOf(text)], boundary);

describe("a multipart body", () => {
  const fragments = ["\r", "\n", "\r\n", "-", "--", boundary, `--${boundary}`, "x", "\u0000", "\u00ff"];
  const content = fc.array(fc.constantFrom(...fragments), { maxLength: 12 }).map((pieces) => pieces.join(""));
  const body = fc.record({
    lineEnd: fc.constantFrom("\r\n", "\n"),
    parts: fc.array(fc.record({ head: fc.constantFrom("A: 1", "A: 1\r\nB: 2", "A: 1\nB: 2"), content }), {
      maxLength: 4,
    }),
    padding: fc.constantFrom("", " ", "\t \t"),
    preamble: fc.constantFrom("", "for old programs", "\r\n--other\r\n", "--b-\r"),
    epilogue: fc.constantFrom("", "\r\n", "\n", `\r\n--${boundary}\r\nA: 1\r\n\r\nmore`, "--"),
    cuts: fc.array(fc.nat({ max: 400 })),
  });

  it("any body reads the same wherever the network cuts it, and each content is kept byte for byte", () => {
    fc.assert(
      fc.property(body, ({ lineEnd, parts, padding, preamble, epilogue, cuts }) => {
        const delimiter = `${lineEnd}--${boundary}`;
        for (const part of parts) fc.pre(!`${lineEnd}${part.content}${lineEnd}`.includes(delimiter));
        const written = parts.map(
          (part) => `${padding}${lineEnd}${part.head}${lineEnd}${lineEnd}${part.content}${delimiter}`,
        );
        const start = preamble === "" ? `--${boundary}` : `${preamble}${delimiter}`;
        const whole = bytesOf(`${start}${written.join("")}--${epilogue}`);
        const places = [0, ...cuts.filter((cut) => cut < whole.length).sort((a, b) => a - b), whole.length];
        const pieces = places.slice(1).map((place, index) => whole.subarray(places[index], place));
        expect(split(pieces, boundary)).toEqual(parts);
        expect(
          split(
            [...whole].map((byte) => Uint8Array.of(byte)),
            boundary,
          ),
        ).toEqual(parts);
      }),
      { numRuns: 500 },
    );
  });

  it("a boundary of any characters is found", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme-ascii", minLength: 1, maxLength: 70 }), (drawn) => {
        const body = `--${drawn}\r\nA: 1\r\n\r\nx\r\n--${drawn.slice(0, -1)}\r\n--${drawn}--`;
        expect(split([bytesOf(body)], drawn)).toEqual([{ head: "A: 1", content: `x\r\n--${drawn.slice(0, -1)}` }]);
      }),
    );
  });

  it.each([
    ["lines of LF, and a CR that belongs to the content", "--b-1\nA: 1\n\nx\r\n--b-1--", "x\r"],
    ["a first boundary that alone ends with LF", "--b-1\nA: 1\r\n\r\nx\r\n--b-1--", "x"],
    ["headers that alone end with LF", "--b-1\r\nA: 1\n\nx\r\n--b-1--", "x"],
    ["boundaries that alone end with LF", "--b-1\nA: 1\r\n\r\nx\n--b-1--", "x"],
    [
      "a LF and a boundary in the content of a form of CR LF",
      "--b-1\r\nA: 1\r\n\r\nx\n--b-1--\r\n--b-1--",
      "x\n--b-1--",
    ],
    ["no content, and one line end for two", "--b-1\r\nA: 1\r\n\r\n--b-1--", ""],
    ["no content, and one LF for two", "--b-1\nA: 1\n\n--b-1--", ""],
    ["no content", "--b-1\r\nA: 1\r\n\r\n\r\n--b-1--", ""],
  ])("a body is read with %s", (_what, text, content) => {
    expect(read(text)).toEqual([{ head: "A: 1", content }]);
  });

  it("a part may have no headers, and a body no parts", () => {
    expect(read("--b-1\r\n\r\nx\r\n--b-1--")).toEqual([{ head: "", content: "x" }]);
    expect(read("--b-1--")).toEqual([]);
  });

  it("nothing is held of a content but what may become a boundary", () => {
    const splitter = new Splitter(boundary);
    const pieces = ["--b-1\r\nA: 1\r\n\r\n", "one\r\n-", "two\r", "three"].map(bytesOf);
    const given = pieces.map((piece) =>
      [...splitter.push(piece)].flatMap((event) => (event.kind === "bytes" ? [textOf(event.bytes)] : [])).join(""),
    );
    expect(given).toEqual(["", "one", "\r\n-two", "\rthree"]);
  });
});

describe("a wrong multipart body", () => {
  const whole = "--b-1\r\nA: 1\r\n\r\nx\r\n--b-1\r\nA: 2\r\n\r\n\r\n--b-1--";

  it("a body that ends before its last boundary is refused, wherever that is", () => {
    expect(read(whole)).toHaveLength(2);
    for (let end = 0; end < whole.length; end += 1) {
      expect(() => read(whole.slice(0, end))).toThrow("ends before its last boundary");
    }
  });

  it.each(["--b-1x\r\nA: 1", "--b-1-\r\nA: 1", "--b-1 A: 1\r\n", "--b-1\rA: 1\r\n", `--b-1${" ".repeat(300)}`])(
    "a boundary with something else on its line is refused: %.20j",
    (start) => {
      expect(() => read(`${start}\r\n\r\nx\r\n--b-1--`)).toThrow("something else follows a boundary");
      expect(() => read(whole.replace("--b-1--", `${start}\r\n\r\nx\r\n--b-1--`))).toThrow("something else follows");
    },
  );

  it("headers of a part that never end are refused", () => {
    expect(() => read(`--b-1\r\n${"A: 1\r\n".repeat(4_000)}`)).toThrow("more than 16 KiB of headers");
    expect(() => read(`--b-1\r\nA: ${"x".repeat(20_000)}\r\n\r\n`)).toThrow("more than 16 KiB of headers");
  });
});
