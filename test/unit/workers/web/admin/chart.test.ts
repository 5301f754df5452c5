import { describe, expect, it } from "vitest";
import { barsOf, type ChartDay, chartHeight, topOf } from "#web/admin/figures/chart.ts";
import { filledDays } from "#web/admin/figures/filled-days.ts";

const day = (...parts: number[]): ChartDay => ({ date: "2026-11-29", parts });

describe("the bars of a chart", () => {
  it("a bar is as high as its number, and stands on the ground in the middle of its day", () => {
    const [first, second] = barsOf([day(10), day(20)], 20);
    expect(first).toMatchObject({ y: chartHeight / 2, height: chartHeight / 2, part: 0 });
    expect(second).toMatchObject({ y: 0, height: chartHeight });
    for (const [place, bar] of [first, second].entries()) {
      expect((bar?.x ?? 0) + (bar?.width ?? 0) / 2).toBeCloseTo(place + 0.5);
    }
  });

  it("the parts of a day stand on each other", () => {
    const [lower, upper] = barsOf([day(6, 3)], 12);
    expect(lower).toMatchObject({ part: 0, y: 50, height: 50 });
    expect(upper).toMatchObject({ part: 1, y: 25, height: 25 });
  });

  it("nothing has no bar, and a chart without numbers has none", () => {
    expect(barsOf([day(0, 4)], 4).map(({ part }) => part)).toEqual([1]);
    expect(barsOf([day(0), day(0)], topOf([day(0)]))).toEqual([]);
    expect(barsOf([], 0)).toEqual([]);
  });

  it("no bar leaves the chart", () => {
    for (const most of [1, 3, 7, 11, 99, 109, 1234, 99_999]) {
      const days = [day(most), day(most / 2, most / 2)];
      for (const { y, height } of barsOf(days, topOf(days))) {
        expect(y).toBeGreaterThanOrEqual(-1e-9);
        expect(y + height).toBeLessThanOrEqual(chartHeight + 1e-9);
      }
    }
  });
});

describe("the upper edge of a chart", () => {
  it.each([
    [0, 4],
    [3, 4],
    [5, 6],
    [9, 10],
    [10, 10],
    [11, 12],
    [47, 50],
    [109, 120],
    [160, 160],
    [161, 200],
    [900, 1000],
  ])("a largest day of %i has the upper edge %i", (most, top) => {
    expect(topOf([day(1), day(most)])).toBe(top);
  });

  it("a day counts with all of its parts", () => {
    expect(topOf([day(8, 3)])).toBe(12);
  });
});

describe("the days of a period", () => {
  const empty = { images: 0 };

  it("days on which nothing happened are filled in, up to today", () => {
    const known = [
      { date: "2026-02-27", images: 5 },
      { date: "2026-03-01", images: 7 },
    ];
    expect(filledDays(known, 4, "2026-03-02", empty)).toEqual([
      { date: "2026-02-27", images: 5 },
      { date: "2026-02-28", images: 0 },
      { date: "2026-03-01", images: 7 },
      { date: "2026-03-02", images: 0 },
    ]);
  });

  it("days before the period are left out", () => {
    expect(filledDays([{ date: "2026-01-01", images: 5 }], 1, "2026-03-02", empty)).toEqual([
      { date: "2026-03-02", images: 0 },
    ]);
  });
});
