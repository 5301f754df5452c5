import type { RegionId } from "#shared/region-ids.ts";
import { language } from "#web/messages/index.ts";
import { storedSignal } from "#web/storage/storage.ts";
import { regionOrder } from "./region-order.ts";

/** Region of added sessions without a prefix. */
export const defaultRegion = storedSignal<RegionId>(
  { name: "region", version: 1, read: (stored) => regionOrder("en").find((id) => id === stored) },
  language.peek() === "zh" ? "cn" : "us",
);
