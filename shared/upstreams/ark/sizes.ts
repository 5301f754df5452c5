/**
 * Pixels by tier and ratio: what the documents of both clouds recommend (2026-10). A call that names a ratio sends
 * these pixels; with a tier alone the model chooses the ratio. Data only.
 */
import type { Ratio, Resolution } from "#shared/image-shape.ts";
import type { Size } from "#shared/upstreams/offer.ts";

type SizesByRatio = Record<Ratio, Size>;

/** @param landscape sizes of 1:1, 4:3, 16:9, 3:2 and 21:9, in pixels; the other ratios are these, turned. */
function sizesOf(landscape: [square: number, ...wide: [number, number][]]): SizesByRatio {
  const [square, four = [0, 0], sixteen = [0, 0], three = [0, 0], twentyOne = [0, 0]] = landscape;
  const size = ([width, height]: [number, number]): Size => ({ width, height });
  const turned = ([width, height]: [number, number]): Size => ({ width: height, height: width });
  return {
    "1:1": size([square, square]),
    "4:3": size(four),
    "3:4": turned(four),
    "16:9": size(sixteen),
    "9:16": turned(sixteen),
    "3:2": size(three),
    "2:3": turned(three),
    "21:9": size(twentyOne),
  };
}

const first = sizesOf([1024, [1152, 864], [1424, 800], [1248, 832], [1568, 672]]);

/** `single`: models of one image a call; `group`: models of several. 4.0 has the first tier of the single models. */
export const sizeTables = {
  single: {
    "1k": first,
    "1.5k": sizesOf([1536, [1792, 1344], [2048, 1152], [1872, 1248], [2352, 1008]]),
    "2k": sizesOf([2048, [2368, 1776], [2816, 1584], [2496, 1664], [3136, 1344]]),
  },
  group: {
    "1k": first,
    "2k": sizesOf([2048, [2304, 1728], [2848, 1600], [2496, 1664], [3136, 1344]]),
    "3k": sizesOf([3072, [3456, 2592], [4096, 2304], [3744, 2496], [4704, 2016]]),
    "4k": sizesOf([4096, [4704, 3520], [5504, 3040], [4992, 3328], [6240, 2656]]),
  },
} as const satisfies Record<string, Partial<Record<Resolution, SizesByRatio>>>;

export type SizeTable = keyof typeof sizeTables;

/** A resolution that the table lacks is a bug: requests are checked against the model's tiers. */
export function sizeIn(table: SizeTable, resolution: Resolution, ratio: Ratio): Size {
  const tiers: Partial<Record<Resolution, SizesByRatio>> = sizeTables[table];
  const sizes = tiers[resolution];
  if (sizes === undefined) throw new Error(`no ${resolution} among the sizes of ${table} models`);
  return sizes[ratio];
}

/** A resolution as the cloud spells it: `1.5K`. */
export const tierOf = (resolution: Resolution): string => resolution.toUpperCase();
