/**
 * The schema of the setting UPSTREAM_OVERRIDES: values that replace built-in facts about the upstream, so that a change
 * of the upstream does not need a new version of this program. Unknown names are refused. Pure.
 */

import * as z from "zod";
import { ratios } from "#shared/image-shape.ts";
import { regionIds } from "#shared/region-ids.ts";
import { clusters } from "./region.ts";
import { type SizeTable, siteResolutions, sizeTables } from "./sizes.ts";

const text = z.string().min(1);
const lines = z.record(
  z.string().regex(/^[\w!#$%&'*+.^`|~-]+$/, "must be an HTTP header or cookie name"),
  // Header and cookie values: printable ASCII, so that none contains a line break.
  z.string().regex(/^[ -~]*$/, "must be printable ASCII"),
);
const host = z.string().regex(/^[a-z\d]([a-z\d-]*[a-z\d])?(\.[a-z\d]([a-z\d-]*[a-z\d])?)+$/i, {
  error: "must be a host name, without scheme, port or path",
});
const line = z.string().regex(/^[ -~]+$/, "must be printable ASCII");

const versionsSchema = z
  .strictObject({
    draft: line,
    web: line,
    app: line,
    appSdk: line,
    platform: line,
    userAgent: line,
    clientHints: z.strictObject({ "sec-ch-ua": line, "sec-ch-ua-mobile": line, "sec-ch-ua-platform": line }).partial(),
  })
  .partial();

/** The fields of a region's row except its ids. */
const regionSchema = z
  .strictObject({
    apiHost: host,
    commerceHost: host,
    imagexHost: host,
    imagexServiceId: line,
    serviceIdField: z.enum(["service_id", "space_name"]),
    signingRegion: line,
    applyQuery: z.record(z.string(), z.string()),
    checksUploads: z.boolean(),
    pictureFormat: z.enum(["png", "jpeg"]),
    claimsGift: z.boolean(),
    siteOrigin: z.string().regex(/^https:\/\/[a-z\d.-]+$/i, "must be an https origin, without a path"),
    appId: z.int().positive(),
    regionParam: line,
    lan: line,
    loc: line,
    commerceLan: line,
    sendsWebId: z.boolean(),
    storeCookies: lines,
    storeHeaders: lines,
    acceptLanguage: line,
  })
  .partial();

const resolution = z.enum(siteResolutions);
/** No model makes more than eight images. */
const count = z.int().min(1).max(8);
const publicName = z
  .string()
  .regex(/^[a-z\d][a-z\d._-]{0,63}$/, "must be lower-case letters, digits, dots and hyphens");
const key = z.string().regex(/^[\w.:/-]{1,200}$/, "must be a model key");

const modelSchema = z.strictObject({
  id: publicName,
  name: text.optional(),
  aliases: z.array(publicName).optional(),
  /** Null: the cluster no longer has the model. */
  keys: z.strictObject(Object.fromEntries(clusters.map((cluster) => [cluster, key.nullable().optional()]))).optional(),
  resolutions: z.array(resolution).min(1).optional(),
  sizeTable: z.enum(Object.keys(sizeTables) as SizeTable[]).optional(),
  counts: z.array(count).min(1).nullable().optional(),
  defaultCount: count.optional(),
  maxInputs: z.int().min(0).max(20).optional(),
  intelligentRatio: z.boolean().optional(),
  multiImage: z.boolean().optional(),
  forced: z
    .partialRecord(
      z.enum(clusters),
      z.strictObject({ ratios: z.array(z.enum(ratios)).min(1), resolutionType: resolution }),
    )
    .optional(),
  creditsPerImage: z.partialRecord(resolution, z.number().min(0)).optional(),
});
export type ModelOverride = z.infer<typeof modelSchema>;

export const overridesSchema = z
  .strictObject({
    versions: versionsSchema,
    regions: z.strictObject(Object.fromEntries(regionIds.map((id) => [id, regionSchema.optional()]))),
    headers: lines,
    models: z.array(modelSchema),
  })
  .partial();
export type Overrides = z.infer<typeof overridesSchema>;

/**
 * The replaced values as dotted paths: `versions.draft`, `regions.us.apiHost`, `models.dreamina-5.5.keys`.
 * Names only: a value may be private.
 */
export function overriddenNames(overrides: Record<string, unknown> | undefined): string[] {
  const { models = [], ...rest } = overridesSchema.parse(overrides ?? {});
  const names = Object.entries(rest).flatMap(([area, part]) => namesIn(area, part, area === "regions" ? 2 : 1));
  return [...names, ...models.flatMap(({ id, ...row }) => namesIn(`models.${id}`, row, 1))];
}

/** The paths of a value's fields, down to this level. */
function namesIn(path: string, value: unknown, levels: number): string[] {
  if (levels === 0 || typeof value !== "object" || value === null) return [path];
  return Object.entries(value).flatMap(([name, part]) => namesIn(`${path}.${name}`, part, levels - 1));
}
