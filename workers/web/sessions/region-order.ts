/** The regions in the order in which the page offers them: the reader's own first. */
import type { RegionId } from "#shared/region-ids.ts";
import type { Language } from "#web/messages/index.ts";

const international: readonly RegionId[] = ["us", "hk", "jp", "sg"];

export const regionOrder = (language: Language): readonly RegionId[] =>
  language === "zh" ? ["cn", ...international] : [...international, "cn"];
