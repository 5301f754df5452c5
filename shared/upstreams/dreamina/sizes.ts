/**
 * Ratios and resolutions, with their codes and pixels. Data only. The upstream decides by resolution and ratio code;
 * width and height are only hints (two clients: 1k 16:9 requested as 1024×576 came as 1280×720).
 */
import type { Ratio, Resolution } from "#shared/image-shape.ts";
import type { Size } from "#shared/upstreams/offer.ts";

/** Resolutions of the sites: their menus have no 3k. */
export type SiteResolution = Exclude<Resolution, "3k">;
export const siteResolutions = ["1k", "1.5k", "2k", "4k"] as const satisfies SiteResolution[];

/**
 * `image_ratio` of the draft. From the server's config; code 3 = 16:9 also in a browser capture (2026-02). The same
 * eight at 4k: one client of 2026-02 sends 101–108, the config and every other source have 1–8.
 */
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

type SizesByRatio = Record<Ratio, Size>;
const size = (width: number, height: number): Size => ({ width, height });

// 2k: delivered exactly, by three or more sources. 1k 4:3 is 1024×768: two clients swap it with 3:4, against the ratio
// codes and every other resolution. 1.5k and 4k: the server's config (2026-09); one client has other sizes at 4k
// (5120×2880 for 16:9), which no server was seen to deliver.
const common: Record<SiteResolution, SizesByRatio> = {
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
  "1.5k": {
    "1:1": size(1536, 1536),
    "4:3": size(1728, 1296),
    "3:4": size(1296, 1728),
    "16:9": size(1920, 1080),
    "9:16": size(1080, 1920),
    "3:2": size(1872, 1248),
    "2:3": size(1248, 1872),
    "21:9": size(2268, 972),
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

// The 3.x models have other sizes at 1k. 21:9: one source has a height of 846, which is no 21:9.
const third: Record<SiteResolution, SizesByRatio> = {
  ...common,
  "1k": {
    "1:1": size(1328, 1328),
    "4:3": size(1472, 1104),
    "3:4": size(1104, 1472),
    "16:9": size(1664, 936),
    "9:16": size(936, 1664),
    "3:2": size(1584, 1056),
    "2:3": size(1056, 1584),
    "21:9": size(2016, 864),
  },
};

export const sizeTables = { common, third };
export type SizeTable = keyof typeof sizeTables;
