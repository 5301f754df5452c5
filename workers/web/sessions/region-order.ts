/** The regions in the order in which the page offers them. */
import type { RegionId } from "#shared/region-ids.ts";

export const regionIds: readonly RegionId[] = ["us", "hk", "jp", "sg", "cn"];
