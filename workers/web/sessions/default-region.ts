import { type RegionId, regionIds } from "#web/api/shapes.ts";
import { language } from "#web/messages/index.ts";
import { storedSignal } from "#web/storage/storage.ts";

/** Region of added sessions without a prefix. */
export const defaultRegion = storedSignal<RegionId>(
  { name: "region", version: 1, read: (stored) => regionIds.find((id) => id === stored) },
  language.peek() === "zh" ? "cn" : "us",
);
