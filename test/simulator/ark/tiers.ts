// The sizes of Ark's tiers. With a tier the model chooses one of its ratios; here the prompt decides which, so that
// clients must read the size from the answer.

import { crc32 } from "node:zlib";
import type { Size } from "#test/simulator/models.ts";

export const tierNames = ["1K", "1.5K", "2K", "3K", "4K"] as const;
export type Tier = (typeof tierNames)[number];
export type TierSizes = readonly Size[];

export const singleTiers = {
  "1K": sizes("1024x1024 1152x864 1424x800 1248x832 1568x672"),
  "1.5K": sizes("1536x1536 1792x1344 2048x1152 1872x1248 2352x1008"),
  "2K": sizes("2048x2048 2368x1776 2816x1584 2496x1664 3136x1344"),
} satisfies Partial<Record<Tier, TierSizes>>;

/** The 1K sizes of the group models are assumed to be those of the single models. */
export const groupTiers = {
  "1K": singleTiers["1K"],
  "2K": sizes("2048x2048 2304x1728 2848x1600 2496x1664 3136x1344"),
  "3K": sizes("3072x3072 3456x2592 4096x2304 3744x2496 4704x2016"),
  "4K": sizes("4096x4096 4704x3520 5504x3040 4992x3328 6240x2656"),
} satisfies Partial<Record<Tier, TierSizes>>;

export function chosenSize(tier: TierSizes, prompt: string): Size {
  return tier[crc32(prompt) % tier.length] ?? { width: 2048, height: 2048 };
}

/** Each size upright and lying. */
function sizes(text: string): TierSizes {
  const lying = text.split(" ").map((pair) => {
    const [width = 0, height = 0] = pair.split("x").map(Number);
    return { width, height };
  });
  return lying.flatMap(({ width, height }) =>
    width === height
      ? [{ width, height }]
      : [
          { width, height },
          { width: height, height: width },
        ],
  );
}
