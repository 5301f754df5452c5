import { describe, expect, it } from "vitest";
import { type Ratio, ratios } from "#shared/image-shape.ts";
import { ratioCodes, type SizeTable, siteResolutions, sizeTables } from "#shared/upstreams/dreamina/sizes.ts";

const shapeOf = (ratio: Ratio) => {
  const [width = 0, height = 0] = ratio.split(":").map(Number);
  return width / height;
};
const tables = Object.keys(sizeTables) as SizeTable[];
const everySize = tables.flatMap((table) =>
  siteResolutions.flatMap((resolution) => ratios.map((ratio) => ({ table, resolution, ratio }))),
);

it("a ratio has the code of the upstream's own table", () => {
  expect(ratioCodes).toEqual({
    "1:1": 1,
    "3:4": 2,
    "16:9": 3,
    "4:3": 4,
    "9:16": 5,
    "2:3": 6,
    "3:2": 7,
    "21:9": 8,
  });
});

describe("a size", () => {
  it.each(everySize)(
    "the size $table $resolution $ratio has the shape of its ratio",
    ({ table, resolution, ratio }) => {
      const { width, height } = sizeTables[table][resolution][ratio];
      expect(width / height / shapeOf(ratio)).toBeCloseTo(1, 2);
    },
  );

  it("a size turned round is the size of the ratio turned round", () => {
    const turned: [Ratio, Ratio][] = [
      ["4:3", "3:4"],
      ["16:9", "9:16"],
      ["3:2", "2:3"],
    ];
    for (const { table, resolution } of everySize) {
      for (const [wide, tall] of turned) {
        const { width, height } = sizeTables[table][resolution][wide];
        expect(sizeTables[table][resolution][tall]).toEqual({ width: height, height: width });
      }
    }
  });

  it("the size at 1k and 4:3 is 1024×768, not the other way round", () => {
    expect(sizeTables.common["1k"]["4:3"]).toEqual({ width: 1024, height: 768 });
    expect(sizeTables.common["1k"]["3:4"]).toEqual({ width: 768, height: 1024 });
  });

  it("a size grows with its resolution", () => {
    for (const table of tables) {
      for (const ratio of ratios) {
        const areas = siteResolutions.map((resolution) => {
          const { width, height } = sizeTables[table][resolution][ratio];
          return width * height;
        });
        expect(areas).toEqual(areas.toSorted((a, b) => a - b));
      }
    }
  });
});
