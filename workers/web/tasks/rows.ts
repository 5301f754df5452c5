/** Places images in rows that fill the width, of about the same height, the last one too. Pure. */

export type Wall = {
  /** Pixels. */
  width: number;
  /** Wanted height of a row. */
  height: number;
  gap: number;
};

/** How an image takes part in its row, for CSS: `flex: <grow> 0 <basis>`. */
export type Place = { grow: number; basis: string };

/** Where even the best rows are higher than this, times the wanted height, a row is left short: its images would be huge. */
const maxStretch = 1.6;
/** Rows lower than this, times the wanted height, are not considered, unless one image alone is so wide. */
const minStretch = 0.45;

/** The wall of the gallery, by the width that it has. On a phone two wide images stand side by side, three squares, or four upright ones. */
export function wallOf(width: number): Wall {
  if (width <= 600) return { width, height: width * 0.31, gap: 5 };
  return { width, height: width >= 1300 ? 236 : 200, gap: 8 };
}

/** @param ratios width by height of each image, in order. */
export function placesOf(ratios: readonly number[], wall: Wall): Place[] {
  return rowsOf(ratios, wall).flatMap((row) => {
    const sum = sumOf(row);
    const isShort = heightOf(row.length, sum, wall) > maxStretch * wall.height;
    return row.map((ratio): Place => {
      if (isShort) return { grow: 0, basis: `${ratio * wall.height}px` };
      // Half a pixel less, so that rounding starts no other row.
      return { grow: ratio * 100, basis: `calc((100% - ${(row.length - 1) * wall.gap}px) * ${ratio / sum} - 0.5px)` };
    });
  });
}

/** The rows whose heights, taken together, differ least from the wanted one. */
function rowsOf(ratios: readonly number[], wall: Wall): number[][] {
  /** For the images before each place: the least difference, and where their last row begins. */
  const best = [{ cost: 0, start: 0 }];
  for (let end = 1; end <= ratios.length; end += 1) {
    let chosen = { cost: Number.POSITIVE_INFINITY, start: end - 1 };
    let sum = 0;
    for (let start = end - 1; start >= 0; start -= 1) {
      sum += ratios[start] ?? 1;
      const stretch = heightOf(end - start, sum, wall) / wall.height;
      if (stretch < minStretch && start < end - 1) break;
      const cost = (best[start]?.cost ?? 0) + Math.log(stretch) ** 2;
      if (cost < chosen.cost) chosen = { cost, start };
    }
    best.push(chosen);
  }
  const rows: number[][] = [];
  for (let end = ratios.length; end > 0; end = best[end]?.start ?? 0) {
    rows.unshift(ratios.slice(best[end]?.start ?? 0, end));
  }
  return rows;
}

/** Of a row that fills the width. */
const heightOf = (images: number, ratioSum: number, { width, gap }: Wall): number =>
  Math.max(1, width - (images - 1) * gap) / ratioSum;

const sumOf = (numbers: readonly number[]): number => numbers.reduce((sum, one) => sum + one, 0);
