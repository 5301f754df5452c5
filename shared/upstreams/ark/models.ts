/**
 * The Seedream models of Ark: public id, id on each cloud, limits and prices. Offers and bodies are made from it. Ids,
 * limits and fields: the vendor's SDKs and command line tool, the documents of both clouds and open clients, 2026-10
 * and 2026-11; no live key was used. Data.
 */
import type { ArkCloud } from "#shared/ark-key-text.ts";
import type { Resolution } from "#shared/image-shape.ts";
import type { ImageFormat } from "#shared/upstreams/offer.ts";
import type { Currency } from "./clouds.ts";
import type { SizeTable } from "./sizes.ts";

export type Traits = {
  /** `single`: one image a call. `group`: several in one call, streamed. A field of the other kind is refused. */
  kind: "single" | "group";
  tiers: readonly Resolution[];
  sizeTable: SizeTable;
  /** Explicit sizes, as width × height. */
  pixels: { min: number; max: number };
  /** Formats it makes. */
  formats: readonly ImageFormat[];
  defaultFormat: ImageFormat;
  /** Whether a call may name the format; where not, naming it is refused (clients, 2026). */
  takesFormat: boolean;
  /** Whether `seed` is known to be accepted. */
  takesSeed: boolean;
  maxInputs: number;
};

export type OnCloud = {
  /** The id that is sent. */
  id: string;
  /** Other ids of the cloud for the same model. */
  also: readonly string[];
  /** Null: offered. Else why not, with its date. */
  withdrawn: string | null;
};

export type Price = {
  currency: Currency;
  /** Of one delivered image. */
  image: number;
  /** Of an image with more pixels. */
  larger: { above: number; image: number } | null;
  /** Of each reference image after the first `free` ones. */
  input: { each: number; free: number } | null;
  /** When and where it was read. */
  seen: string;
};

export type ArkModel = Traits & {
  /** Public id. */
  id: string;
  name: string;
  /** Further names; ids of clouds and spellings with other prefixes are made from the rest. */
  aliases: readonly string[];
  clouds: Partial<Record<ArkCloud, OnCloud>>;
  prices: Partial<Record<ArkCloud, Price>>;
};

const offered = (id: string, also: string[] = []): OnCloud => ({ id, also, withdrawn: null });
const withdrawn = (why: string, id: string, also: string[] = []): OnCloud => ({ id, also, withdrawn: why });

/** One app's release note, with hints in a catalog of 2026-10; GET /models proves it. */
const chinaOff = "retired on 2026-11-24 (one client's release note)";

const everywhere = (id: string, also: string[] = []) => ({
  cn: offered(`doubao-${id}`),
  ap: offered(`dola-${id}`, also),
  eu: offered(`dola-${id}`, also),
});

const abroad = (price: Price) => ({ ap: price, eu: price });
const usd = (image: number, more: Partial<Price> = {}): Price => ({
  currency: "USD",
  image,
  larger: null,
  input: null,
  seen: "the documents of BytePlus, 2026-10-08",
  ...more,
});
const cny = (image: number, more: Partial<Price> = {}): Price => ({
  ...usd(image, more),
  currency: "CNY",
  seen: "the documents of Volcengine, 2026-07-09",
});

/** Documented for 5.5, about the same for pro: 2.36 million at its launch, about 2.6 million since. */
const largerAbove = 2_601_123;

const single = {
  kind: "single",
  tiers: ["1k", "1.5k", "2k"],
  sizeTable: "single",
  pixels: { min: 921_600, max: 4_624_220 },
  formats: ["jpeg", "png"],
  defaultFormat: "jpeg",
  takesFormat: true,
  // Not documented since 4.0. Accepted and effective on flash (measured by one client, 2026-10-08).
  takesSeed: false,
  maxInputs: 10,
} as const satisfies Traits;

const group = {
  ...single,
  kind: "group",
  tiers: ["2k", "4k"],
  sizeTable: "group",
  pixels: { min: 3_686_400, max: 16_777_216 },
  maxInputs: 14,
} as const satisfies Traits;

/** Newest first. */
export const arkModels: readonly ArkModel[] = [
  {
    // Early access at BytePlus since 2026-11-12; offered.
    ...single,
    id: "seedream-5.5",
    name: "Seedream 5.5",
    aliases: [],
    formats: ["png", "jpeg"],
    defaultFormat: "png",
    clouds: {
      cn: offered("doubao-seedream-5-5-261028"),
      ap: offered("dola-seedream-5-5-261028"),
      eu: withdrawn("early access, not seen in Dublin", "dola-seedream-5-5-261028"),
    },
    prices: abroad(
      usd(0.02, {
        larger: { above: largerAbove, image: 0.035 },
        input: { each: 0.008, free: 0 },
        seen: "two gateways' price pages, 2026-11",
      }),
    ),
  },
  {
    ...single,
    id: "seedream-5.0-pro",
    name: "Seedream 5.0 Pro",
    aliases: [],
    clouds: everywhere("seedream-5-0-pro-260628"),
    prices: {
      ...abroad(usd(0.045, { larger: { above: largerAbove, image: 0.09 }, input: { each: 0.003, free: 1 } })),
      cn: cny(0.3, { larger: { above: largerAbove, image: 0.6 } }),
    },
  },
  {
    ...single,
    id: "seedream-5.0-flash",
    name: "Seedream 5.0 Flash",
    aliases: [],
    takesSeed: true,
    clouds: everywhere("seedream-5-0-flash-260915"),
    prices: abroad(usd(0.018)),
  },
  {
    ...group,
    id: "seedream-5.0-lite",
    name: "Seedream 5.0 Lite",
    aliases: ["seedream-5.0"],
    tiers: ["2k", "3k", "4k"],
    clouds: {
      cn: withdrawn(chinaOff, "doubao-seedream-5-0-260128", ["doubao-seedream-5-0-lite-260128"]),
      ap: offered("seedream-5-0-260128", ["seedream-5-0-lite-260128"]),
      eu: withdrawn("retired on 2026-09-10", "seedream-5-0-260128", ["seedream-5-0-lite-260128"]),
    },
    prices: { ...abroad(usd(0.035)), cn: cny(0.22) },
  },
  {
    ...group,
    id: "seedream-4.5",
    name: "Seedream 4.5",
    aliases: [],
    formats: ["jpeg"],
    takesFormat: false,
    clouds: {
      cn: withdrawn(chinaOff, "doubao-seedream-4-5-251128"),
      ap: offered("seedream-4-5-251128"),
      eu: offered("seedream-4-5-251128"),
    },
    prices: { ...abroad(usd(0.04)), cn: cny(0.25) },
  },
  {
    ...group,
    id: "seedream-4.0",
    name: "Seedream 4.0",
    aliases: [],
    tiers: ["1k", "2k", "4k"],
    pixels: { min: 921_600, max: 16_777_216 },
    formats: ["jpeg"],
    takesFormat: false,
    clouds: {
      cn: withdrawn(chinaOff, "doubao-seedream-4-0-250828"),
      ap: offered("seedream-4-0-250828"),
      eu: withdrawn("restricted (documents of BytePlus, 2026-10)", "seedream-4-0-250828"),
    },
    prices: { ...abroad(usd(0.03)), cn: cny(0.2) },
  },
];

/** A model without a row: only fields and values that every model takes. */
export const unknownTraits: Traits = { ...single, tiers: ["2k"], formats: ["jpeg"], takesFormat: false };

/** The model of a request without one. China has no 4.5 any more. */
export const defaultModels: Record<ArkCloud, ArkModel["id"]> = {
  cn: "seedream-5.0-flash",
  ap: "seedream-4.5",
  eu: "seedream-4.5",
};

/** Every name of a model except its id: other prefixes, dashes in place of dots, ids on the clouds. Lower case. */
export function aliasesOf(model: ArkModel): string[] {
  const bare = [model.id, ...model.aliases].flatMap((name) => [name, name.replace(/(\d)\.(\d)/, "$1-$2")]);
  const ids = Object.values(model.clouds).flatMap(({ id, also }) => [id, ...also]);
  // Gateways leave out the prefix of an id (2026-11).
  const all = [...bare, ...ids.map((id) => id.replace(/^(?:doubao|dola)-/, ""))];
  const names = new Set([...all, ...[...all].flatMap((name) => [`doubao-${name}`, `dola-${name}`]), ...ids]);
  names.delete(model.id);
  return [...names];
}
