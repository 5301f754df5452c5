/**
 * Finds the model that a name means on one cloud. A name may end in a ratio and a resolution, for gateways that drop
 * the fields they do not know: `seedream-4.5-16x9-4k`. An id that belongs to another cloud is never sent. Pure.
 */
import type { ArkCloud } from "#shared/ark-key-text.ts";
import { type Resolution, resolutions } from "#shared/image-shape.ts";
import { readSuffixedName, type SuffixedName } from "#shared/upstreams/suffixed-name.ts";
import { type ArkModel, aliasesOf, arkModels, defaultModels, type Traits, unknownTraits } from "./models.ts";

export type FoundModel = {
  /** The name in later calls: the public id, or the cloud's id where the model has no offered row. */
  model: string;
  /** The id that is sent. */
  cloudId: string;
  traits: Traits;
};

/** @param name null: the default model. */
export const readModelName = (name: string | null, cloud: ArkCloud): SuffixedName<FoundModel, Resolution> | null =>
  readSuffixedName(name ?? defaultModels[cloud], resolutions, (rest) => findOnCloud(rest, cloud));

/** @param name in any letter case, without a ratio and resolution. @returns null where the cloud has no such model. */
export function findOnCloud(name: string, cloud: ArkCloud): FoundModel | null {
  const wanted = name.trim().toLowerCase();
  const id = siteNames.get(wanted.replace(/^jimeng-/, "dreamina-")) ?? wanted;
  const known = openAiNames.has(id) ? defaultModels[cloud] : id;
  const model = arkModels.find((one) => one.id === known || aliasesOf(one).includes(known));
  if (model !== undefined) return onCloud(model, wanted, cloud);
  const isOther = otherId.test(wanted) && !foreign[cloud].test(wanted);
  return isOther ? { model: wanted, cloudId: wanted, traits: unknownTraits } : null;
}

/** Ids that only another cloud can have, by their beginning. */
const foreign: Record<ArkCloud, RegExp> = { cn: /^dola-/, ap: /^doubao-/, eu: /^doubao-/ };

/** A withdrawn model only by its exact id on this cloud: the cloud decides, and a refusal is free of charge. */
function onCloud(model: ArkModel, wanted: string, cloud: ArkCloud): FoundModel | null {
  const own = model.clouds[cloud];
  if (own === undefined) return null;
  if (own.withdrawn === null) return { model: model.id, cloudId: own.id, traits: model };
  const isExact = own.id === wanted || own.also.includes(wanted);
  return isExact ? { model: wanted, cloudId: wanted, traits: model } : null;
}

/** A dated id of a later or earlier model, or the id of an endpoint that the account has made. */
const otherId = /^(?:(?:doubao-|dola-)?see(?:dream|dedit)-[\w.-]{1,60}-\d{6}|ep-\d{14}-[a-z0-9]{5})$/;

/** Models of the sites, by the nearest one of their family. */
const siteNames = new Map<string, ArkModel["id"]>([
  ["dreamina-5.0-pro", "seedream-5.0-pro"],
  ["dreamina-5.0-flash", "seedream-5.0-flash"],
  ["dreamina-5.0", "seedream-5.0-lite"],
  ["dreamina-5.0-lite", "seedream-5.0-lite"],
  ["dreamina-4.7", "seedream-4.5"],
  ["dreamina-4.6", "seedream-4.5"],
  ["dreamina-4.5", "seedream-4.5"],
  ["dreamina-4.1", "seedream-4.0"],
  ["dreamina-4.0", "seedream-4.0"],
]);

/** Default models of clients made for OpenAI: they mean the default model here. */
const openAiNames = new Set([
  ...["gpt-image-1.5", "gpt-image-1", "gpt-image-1-mini"],
  ...["chatgpt-image-latest", "dall-e-3", "dall-e-2"],
]);
