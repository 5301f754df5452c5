import { describe, expect, it } from "vitest";
import { type Place, placesOf, wallOf } from "#web/tasks/rows.ts";

const wall = wallOf(1100);

/** The heights of the rows, as a browser lays them out. */
function heightsOf(ratios: number[], { width, gap } = wall): number[] {
  const heights: number[] = [];
  let left = 0;
  for (const [index, place] of placesOf(ratios, { ...wall, width, gap }).entries()) {
    const ratio = ratios[index] ?? 1;
    const basis = basisOf(place, width);
    if (left < basis) {
      heights.push(basis / ratio);
      left = width;
    }
    left -= basis + gap;
  }
  return heights;
}

function basisOf({ basis }: Place, width: number): number {
  const [, gaps, share] = /^calc\(\(100% - (\d+)px\) \* ([\d.e-]+) - 0\.5px\)$/.exec(basis) ?? [];
  return share === undefined ? Number.parseFloat(basis) : (width - Number(gaps)) * Number(share) - 0.5;
}

const squares = (count: number) => Array(count).fill(1) as number[];

describe("rows of the gallery", () => {
  it.each([4, 5, 6, 7, 8, 9, 11, 13, 97, 998, 999, 1000])("%i squares fill every row, the last one too", (count) => {
    const heights = heightsOf(squares(count));
    expect(Math.max(...heights)).toBeLessThanOrEqual(wall.height * 1.6);
    expect(Math.min(...heights)).toBeGreaterThanOrEqual(wall.height * 0.6);
    expect(placesOf(squares(count), wall).every(({ grow }) => grow > 0)).toBe(true);
  });

  it("rows of mixed shapes are about as high as wanted", () => {
    const shapes = [16 / 9, 1, 9 / 16, 3 / 2, 21 / 9, 2 / 3];
    const ratios = Array.from({ length: 200 }, (_, index) => shapes[(index * 5 + Math.floor(index / 7)) % 6] ?? 1);
    const heights = heightsOf(ratios);
    expect(Math.max(...heights)).toBeLessThanOrEqual(wall.height * 1.35);
    expect(Math.min(...heights)).toBeGreaterThanOrEqual(wall.height * 0.7);
  });

  it.each([[[1]], [[1, 1]], [[1, 1, 1]], [[9 / 16, 9 / 16]]])(
    "images too few for a row keep the wanted height: %j",
    (ratios) => {
      expect(placesOf(ratios, wall)).toEqual(ratios.map((ratio) => ({ grow: 0, basis: `${ratio * wall.height}px` })));
    },
  );

  it("an image wider than the wall has a row of its own", () => {
    expect(heightsOf([1, 1, 1, 1, 1, 30, 1, 1, 1, 1, 1]).map(Math.round)).toEqual([213, 37, 213]);
  });

  it("on a phone two wide images stand side by side, three squares, four upright ones", () => {
    const phone = wallOf(358);
    const perRow = (ratio: number) => {
      const first = placesOf(Array(12).fill(ratio) as number[], phone)[0] as Place;
      return Math.round(1 / Number(/\* ([\d.]+)/.exec(first.basis)?.[1]));
    };
    expect([16 / 9, 1, 3 / 4].map(perRow)).toEqual([2, 3, 4]);
  });

  it("no image has no place", () => {
    expect(placesOf([], wall)).toEqual([]);
  });
});
