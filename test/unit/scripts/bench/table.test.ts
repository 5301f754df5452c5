import { describe, expect, it } from "vitest";
import { summaryOf, tableOf } from "#scripts/bench/table.ts";

describe("the summary of several runs", () => {
  it("a summary has the median, the least and the greatest value", () => {
    expect(summaryOf([{ a: 3 }, { a: 1 }, { a: 20 }])).toEqual({ a: { median: 3, min: 1, max: 20 } });
  });

  it("of an even number of runs the median is the mean of the two in the middle", () => {
    expect(summaryOf([{ a: 4 }, { a: 1 }, { a: 2 }, { a: 9 }]).a?.median).toBe(3);
  });

  it("a figure that was never measured is left out", () => {
    expect(
      summaryOf([
        { a: null, b: 1 },
        { a: null, b: null },
      ]),
    ).toEqual({ b: { median: 1, min: 1, max: 1 } });
  });
});

describe("the table", () => {
  const now = summaryOf([
    { calls: 2, lag: 0.512 },
    { calls: 2, lag: 0.7 },
    { calls: 2, lag: 123.4 },
  ]);

  it("a table has the median with its spread, rounded to what can be read", () => {
    expect(tableOf(now).split("\n")).toEqual([
      "| figure | now |",
      "| --- | --- |",
      "| calls | 2 |",
      "| lag | 0.7 (0.51–123) |",
    ]);
  });

  it("with another build a table has its figures and the ratio of the medians", () => {
    expect(tableOf(now, summaryOf([{ calls: 8, lag: 1.4 }])).split("\n")).toEqual([
      "| figure | before | now | ratio |",
      "| --- | --- | --- | --- |",
      "| calls | 8 | 2 | 0.25 |",
      "| lag | 1.4 | 0.7 (0.51–123) | 0.50 |",
    ]);
  });

  it("there is no ratio to nothing and to zero", () => {
    expect(
      tableOf(now, summaryOf([{ lag: 0 }]))
        .split("\n")
        .slice(2),
    ).toEqual(["| calls |  | 2 |  |", "| lag | 0 | 0.7 (0.51–123) |  |"]);
  });
});
