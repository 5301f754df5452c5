/**
 * The models: public name, upstream key, where they exist, what they accept. The API checks requests against this
 * table and lists it; the draft is made from it. Data only.
 */
import type { Cluster } from "./region.ts";

export const ratios = ["1:1", "4:3", "3:4", "16:9", "9:16", "3:2", "2:3", "21:9"] as const;
export type Ratio = (typeof ratios)[number];

export const resolutions = ["1k", "2k", "4k"] as const;
export type Resolution = (typeof resolutions)[number];

/** `image_ratio` of the draft. From the server's own config; code 3 = 16:9 also in a browser capture (2026-02). */
export const ratioCodes: Record<Ratio, number> = {
  "1:1": 1,
  "3:4": 2,
  "16:9": 3,
  "4:3": 4,
  "9:16": 5,
  "2:3": 6,
  "3:2": 7,
  "21:9": 8,
};

type Size = { width: number; height: number };
const size = (width: number, height: number): Size => ({ width, height });

/**
 * Pixels per resolution and ratio. 2k: delivered exactly, by three or more sources. 1k 4:3 is 1024×768: two clients
 * swap it with 3:4, against the ratio codes and every other tier. 4k: the server's own config (2026-09). The upstream
 * decides by resolution and ratio code; width and height are hints to it.
 */
export const sizes: Record<Resolution, Record<Ratio, Size>> = {
  "1k": {
    "1:1": size(1024, 1024),
    "4:3": size(1024, 768),
    "3:4": size(768, 1024),
    "16:9": size(1024, 576),
    "9:16": size(576, 1024),
    "3:2": size(1024, 682),
    "2:3": size(682, 1024),
    "21:9": size(1195, 512),
  },
  "2k": {
    "1:1": size(2048, 2048),
    "4:3": size(2304, 1728),
    "3:4": size(1728, 2304),
    "16:9": size(2560, 1440),
    "9:16": size(1440, 2560),
    "3:2": size(2496, 1664),
    "2:3": size(1664, 2496),
    "21:9": size(3024, 1296),
  },
  "4k": {
    "1:1": size(4096, 4096),
    "4:3": size(4693, 3520),
    "3:4": size(3520, 4693),
    "16:9": size(5404, 3040),
    "9:16": size(3040, 5404),
    "3:2": size(4992, 3328),
    "2:3": size(3328, 4992),
    "21:9": size(6197, 2656),
  },
};

export type Model = {
  /** Public id; the same name with `jimeng-` in front of the number means the same. */
  id: string;
  name: string;
  upstreamKey: string;
  clusters: readonly Cluster[];
  resolutions: readonly Resolution[];
  /** Pictures one task may ask for, and what it gets when it does not ask. */
  maxCount: number;
  defaultCount: number;
  /** Reference images one task may bring. */
  maxInputs: number;
};

// Keys: three or more independent sources. Counts and inputs: the server's config (2026-09). 1k was accepted for 4.1
// (traffic log 2026-01) and 4.6 (live test 2026-04), though the site's menu shows 2k and 4k only.
const fourth = {
  clusters: ["cn", "us", "sg"],
  resolutions,
  maxCount: 8,
  defaultCount: 4,
  maxInputs: 10,
} as const;

export const models: readonly Model[] = [
  { ...fourth, id: "dreamina-4.5", name: "Image 4.5", upstreamKey: "high_aes_general_v40l" },
  { ...fourth, id: "dreamina-4.1", name: "Image 4.1", upstreamKey: "high_aes_general_v41" },
  { ...fourth, id: "dreamina-4.0", name: "Image 4.0", upstreamKey: "high_aes_general_v40" },
];

export const defaultModelId = "dreamina-4.5";

/** Every name a model answers to. */
export const modelAliases = (model: Model): string[] => [model.id.replace(/^dreamina-/, "jimeng-"), model.upstreamKey];

/** @param name public id, `jimeng-` spelling or upstream key, in any case. */
export function findModel(name: string): Model | null {
  const wanted = name.trim().toLowerCase();
  return models.find((model) => model.id === wanted || modelAliases(model).includes(wanted)) ?? null;
}
