// The picture models of Ark: ids and states in each cloud, and the traits of each family. State of 2026-11-27.

import type { Size } from "#test/simulator/models.ts";
import { type ArkCloud, arkClouds } from "./clouds.ts";
import { groupTiers, singleTiers, type Tier, type TierSizes } from "./tiers.ts";

export type ArkFamily = "5.5" | "pro" | "flash" | "lite" | "4.5" | "4.0";
export type ArkFormat = "png" | "jpeg";

export type ArkTraits = {
  family: ArkFamily;
  /** A group model can make several images in a call, and stream them. */
  isGroup: boolean;
  tiers: Partial<Record<Tier, TierSizes>>;
  minPixels: number;
  maxPixels: number;
  /** Without `size`: a tier, or exactly this size. */
  defaultSize: Tier | Size;
  /** False: `output_format` is refused. */
  takesFormat: boolean;
  defaultFormat: ArkFormat;
  maxInputs: number;
  /** Takes `optimize_prompt_options.mode` `fast`. */
  hasFastMode: boolean;
  /** Values of `background`. */
  backgrounds: readonly string[];
  hasWebSearch: boolean;
  /** Simulated seconds of a call. */
  seconds: number;
};

const single = {
  isGroup: false,
  tiers: singleTiers,
  minPixels: 921_600,
  maxPixels: 4_624_220,
  defaultSize: "2K",
  takesFormat: true,
  defaultFormat: "jpeg",
  maxInputs: 10,
  hasFastMode: false,
  backgrounds: ["opaque", "transparent"],
  hasWebSearch: false,
  seconds: 30,
} as const;
const group = {
  isGroup: true,
  minPixels: 3_686_400,
  maxPixels: 16_777_216,
  defaultSize: { width: 2048, height: 2048 },
  takesFormat: false,
  defaultFormat: "jpeg",
  maxInputs: 14,
  hasFastMode: false,
  backgrounds: [],
  hasWebSearch: false,
  seconds: 25,
} as const;
const { "1K": group1k, "2K": group2k, "3K": group3k, "4K": group4k } = groupTiers;

export const arkTraits: Record<ArkFamily, ArkTraits> = {
  "5.5": { family: "5.5", ...single, defaultFormat: "png", backgrounds: ["opaque", "transparent", "auto"] },
  pro: { family: "pro", ...single, hasFastMode: true, seconds: 100 },
  flash: { family: "flash", ...single },
  lite: {
    family: "lite",
    ...group,
    tiers: { "2K": group2k, "3K": group3k, "4K": group4k },
    takesFormat: true,
    hasWebSearch: true,
  },
  "4.5": { family: "4.5", ...group, tiers: { "2K": group2k, "4K": group4k } },
  "4.0": {
    family: "4.0",
    ...group,
    tiers: { "1K": group1k, "2K": group2k, "4K": group4k },
    minPixels: 921_600,
    hasFastMode: true,
  },
};

type State = "live" | "Retiring" | "Shutdown";
type Row = {
  family: ArkFamily | null;
  cn: string;
  abroad: string;
  aliases?: string[];
  states: Partial<Record<ArkCloud, State>>;
};

/** Ids without their start: `doubao-` in China; `dola-` abroad, or nothing for older models. A cloud without a state has no such model. */
const rows: readonly Row[] = [
  {
    family: "5.5",
    cn: "doubao-seedream-5-5-261028",
    abroad: "dola-seedream-5-5-261028",
    states: { cn: "live", ap: "live" },
  },
  {
    family: "pro",
    cn: "doubao-seedream-5-0-pro-260628",
    abroad: "dola-seedream-5-0-pro-260628",
    states: { cn: "live", ap: "live", eu: "live" },
  },
  {
    family: "flash",
    cn: "doubao-seedream-5-0-flash-260915",
    abroad: "dola-seedream-5-0-flash-260915",
    states: { cn: "live", ap: "live", eu: "live" },
  },
  {
    family: "lite",
    cn: "doubao-seedream-5-0-260128",
    abroad: "seedream-5-0-260128",
    aliases: ["doubao-seedream-5-0-lite-260128", "seedream-5-0-lite-260128"],
    states: { cn: "Shutdown", ap: "live", eu: "Shutdown" },
  },
  {
    family: "4.5",
    cn: "doubao-seedream-4-5-251128",
    abroad: "seedream-4-5-251128",
    states: { cn: "Shutdown", ap: "live", eu: "live" },
  },
  {
    family: "4.0",
    cn: "doubao-seedream-4-0-250828",
    abroad: "seedream-4-0-250828",
    states: { cn: "Shutdown", ap: "live" },
  },
  {
    family: null,
    cn: "doubao-seedream-3-0-t2i-250415",
    abroad: "seedream-3-0-t2i-250415",
    states: { cn: "Shutdown", ap: "Retiring", eu: "Retiring" },
  },
  {
    family: null,
    cn: "doubao-seededit-3-0-i2i-250628",
    abroad: "seededit-3-0-i2i-250628",
    states: { cn: "Shutdown", ap: "Shutdown", eu: "Shutdown" },
  },
];

export type ListedModel = { id: string; family: ArkFamily | null; state: State };

/** Every picture model of a cloud, also those that are off. */
export function listedModels(cloud: ArkCloud): ListedModel[] {
  return rows.flatMap((row) => {
    const state = row.states[cloud];
    return state ? [{ id: idIn(cloud, row), family: row.family, state }] : [];
  });
}

export type FoundModel = { id: string; traits: ArkTraits };

/** The traits behind a model id or an endpoint id; undefined for unknown models and those that are off. */
export function findArkModel(cloud: ArkCloud, id: string): FoundModel | undefined {
  if (/^ep-\d{14}-[a-z0-9]{5}$/.test(id)) return { id: flashIn(cloud), traits: arkTraits.flash };
  const row = rows.find((candidate) => idsIn(cloud, candidate).includes(id));
  if (!row?.family || row.states[cloud] !== "live") return undefined;
  return { id: idIn(cloud, row), traits: arkTraits[row.family] };
}

function flashIn(cloud: ArkCloud): string {
  return listedModels(cloud).find(({ family }) => family === "flash")?.id ?? "";
}

function idIn(cloud: ArkCloud, { cn, abroad }: Row): string {
  return cloud === arkClouds[0] ? cn : abroad;
}

function idsIn(cloud: ArkCloud, row: Row): string[] {
  const isHere = (id: string) => id.startsWith("doubao-") === (cloud === arkClouds[0]);
  return [idIn(cloud, row), ...(row.aliases ?? []).filter(isHere)];
}
