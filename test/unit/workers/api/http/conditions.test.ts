import { describe, expect, it } from "vitest";
import { isSameVersion, verdictOf } from "#api/http/conditions.ts";
import { rangeOf, spanOf } from "#api/http/range.ts";

/** Milliseconds stand in no header. */
const stored = { httpEtag: '"abc"', uploaded: new Date("2026-11-06T08:49:37.651Z") };
const date = "Fri, 06 Nov 2026 08:49:37 GMT";
const before = "Fri, 06 Nov 2026 08:49:36 GMT";
const after = "Fri, 06 Nov 2026 08:49:38 GMT";

const verdict = (conditions: Record<string, string>) => {
  const found = verdictOf(new Headers(conditions), stored);
  return found.kind === "failed" ? found.condition : found.kind;
};

describe("one condition", () => {
  it.each([
    ["If-Match", '"abc"', "met"],
    ["If-Match", '"x", "abc"', "met"],
    ["If-Match", "*", "met"],
    ["If-Match", " * ", "met"],
    ["If-Match", '"x"', "If-Match"],
    ["If-Match", 'W/"abc"', "If-Match"],
    ["If-Match", "abc", "If-Match"],
    ["If-Match", '"ABC"', "If-Match"],
    ["If-Match", '"abc', "If-Match"],
    ["If-Match", "", "met"],
    ["If-None-Match", '"abc"', "not_modified"],
    ["If-None-Match", 'W/"abc"', "not_modified"],
    ["If-None-Match", '"x",W/"abc"', "not_modified"],
    ["If-None-Match", "*", "not_modified"],
    ["If-None-Match", '"x"', "met"],
    ["If-None-Match", '"x, abc"', "met"],
    ["If-None-Match", "abc", "met"],
    ["If-Modified-Since", date, "not_modified"],
    ["If-Modified-Since", after, "not_modified"],
    ["If-Modified-Since", before, "met"],
    ["If-Unmodified-Since", date, "met"],
    ["If-Unmodified-Since", after, "met"],
    ["If-Unmodified-Since", before, "If-Unmodified-Since"],
  ])("%s: %s is %s", (name, value, expected) => {
    expect(verdict({ [name]: value })).toBe(expected);
  });
});

describe("several conditions", () => {
  it.each([
    ["a failing If-Match comes before If-None-Match", { "if-match": '"x"', "if-none-match": '"abc"' }, "If-Match"],
    ["If-None-Match counts after If-Match", { "if-match": '"abc"', "if-none-match": '"abc"' }, "not_modified"],
    ["If-Match makes If-Unmodified-Since void", { "if-match": '"abc"', "if-unmodified-since": before }, "met"],
    [
      "a failing If-Unmodified-Since comes before If-None-Match",
      { "if-unmodified-since": before, "if-none-match": '"abc"' },
      "If-Unmodified-Since",
    ],
    [
      "a failing If-Unmodified-Since comes before If-Modified-Since",
      { "if-unmodified-since": before, "if-modified-since": date },
      "If-Unmodified-Since",
    ],
    [
      "If-Modified-Since counts after If-Unmodified-Since",
      { "if-unmodified-since": date, "if-modified-since": date },
      "not_modified",
    ],
    ["If-Modified-Since counts after If-Match", { "if-match": '"abc"', "if-modified-since": date }, "not_modified"],
    ["If-None-Match makes If-Modified-Since void", { "if-none-match": '"x"', "if-modified-since": date }, "met"],
    ["an empty If-None-Match is none", { "if-none-match": "", "if-modified-since": date }, "not_modified"],
  ])("%s", (_rule, conditions, expected) => {
    expect(verdict(conditions as Record<string, string>)).toBe(expected);
  });
});

describe("a date", () => {
  it.each([date, ` ${date} `, "Friday, 06-Nov-26 08:49:37 GMT", "Fri Nov  6 08:49:37 2026"])(
    "each of the three forms is read: %s",
    (text) => {
      expect(verdict({ "if-modified-since": text })).toBe("not_modified");
      expect(verdict({ "if-unmodified-since": text })).toBe("met");
    },
  );

  it.each([
    ["Sunday, 06-Nov-94 08:49:37 GMT", "If-Unmodified-Since"],
    ["Sun Nov 16 08:49:37 1994", "If-Unmodified-Since"],
  ])("an old form names the year it means: %s", (text, expected) => {
    expect(verdict({ "if-unmodified-since": text })).toBe(expected);
  });

  it.each([
    "",
    "yesterday",
    "2000-11-06T08:49:37Z",
    "0",
    "-1",
    "Fri, 6 Nov 2000 08:49:37 GMT",
    "Fri, 06 Nov 2000 08:49:37",
    "Fri, 06 Nov 2000 08:49:37 +0800",
    "Fri, 99 Nov 2000 08:49:37 GMT",
    "Fri, 06 Foo 2000 08:49:37 GMT",
    "Fri, 06 Nov 2000 28:49:37 GMT",
    `${before}, ${before}`,
  ])("text that is no HTTP date is no condition: %j", (text) => {
    expect(verdict({ "if-unmodified-since": text })).toBe("met");
    expect(verdict({ "if-modified-since": text })).toBe("met");
  });
});

describe("If-Range", () => {
  it.each([
    ['"abc"', true],
    [date, true],
    ["Friday, 06-Nov-26 08:49:37 GMT", true],
    ['W/"abc"', false],
    ['"x"', false],
    ['"abc", "x"', false],
    ["*", false],
    [before, false],
    [after, false],
    ["2026-11-06", false],
  ])("If-Range: %s names this version: %s", (text, expected) => {
    expect(isSameVersion(text, stored)).toBe(expected);
  });
});

describe("a range", () => {
  it.each([
    ["bytes=0-9", { offset: 0, length: 10 }],
    ["Bytes=5-5", { offset: 5, length: 1 }],
    ["bytes= 10-", { offset: 10 }],
    ["bytes=-5", { suffix: 5 }],
    ["bytes=-0", { suffix: 0 }],
    ["bytes=9-0", null],
    ["bytes=-", null],
    ["bytes=", null],
    ["bytes=a-b", null],
    ["bytes=0-1,5-6", null],
    ["pages=1-2", null],
    ["", null],
    [null, null],
  ])("the range %j is read as %j", (header, expected) => {
    expect(rangeOf(header)).toEqual(expected);
  });

  it.each([`bytes=0-${"9".repeat(400)}`, `bytes=${"9".repeat(30)}-`, `bytes=-${"9".repeat(400)}`])(
    "a number beyond all sizes counts as a large one: %s",
    (header) => {
      for (const value of Object.values(rangeOf(header) ?? {})) expect(Number.isSafeInteger(value)).toBe(true);
    },
  );

  it.each([
    [{ offset: 0, length: 10 }, 0, 9],
    [{ offset: 90, length: 100 }, 90, 99],
    [{ offset: 7 }, 7, 99],
    [{ suffix: 5 }, 95, 99],
    [{ suffix: 500 }, 0, 99],
  ])("of a hundred bytes %j has those from %i to %i", (range, first, last) => {
    expect(spanOf(range, 100)).toEqual({ first, last });
  });
});
