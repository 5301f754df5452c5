/**
 * The clouds that run Ark, with what differs between them. A key and the activation of a model count on one cloud only
 * (documents of both clouds, 2026-10). Data.
 */
import type { ArkCloud } from "#shared/ark-key-text.ts";

export type Currency = "CNY" | "USD";

export type Cloud = {
  host: string;
  /** Who runs it, for people. */
  operator: string;
  /** Where keys, models and bills are managed, for people. */
  console: string;
  currency: Currency;
};

/** Hosts: the vendor's SDKs and its own clients, 2026-10. */
export const clouds: Record<ArkCloud, Cloud> = {
  cn: {
    host: "ark.cn-beijing.volces.com",
    operator: "Volcengine Ark (Beijing)",
    console: "the Volcengine console, product Ark",
    currency: "CNY",
  },
  ap: {
    host: "ark.ap-southeast.bytepluses.com",
    operator: "BytePlus ModelArk (Johor)",
    console: "the BytePlus console, product ModelArk",
    currency: "USD",
  },
  eu: {
    host: "ark.eu-west.bytepluses.com",
    operator: "BytePlus ModelArk (Dublin)",
    console: "the BytePlus console, product ModelArk",
    currency: "USD",
  },
};
