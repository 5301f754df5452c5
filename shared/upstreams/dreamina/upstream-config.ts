/**
 * Facts about the upstream that may change without notice: the built-in values, merged with the operator's overrides.
 * Made once per request or batch, and passed on. Pure.
 */
import { AppError } from "#shared/errors.ts";
import type { RegionId } from "#shared/region-ids.ts";
import { type Model, modelAliases, models, newModelDefaults } from "./models.ts";
import { type ModelOverride, type Overrides, overridesSchema } from "./overrides.ts";
import { type Region, regions } from "./region.ts";
import { type Versions, versions } from "./versions.ts";

export type UpstreamConfig = {
  versions: Versions;
  regions: Record<RegionId, Region>;
  models: readonly Model[];
  /** Headers added to every call of the web API; they replace those of the same name. */
  headers: Record<string, string>;
};

export const defaultUpstreamConfig: UpstreamConfig = { versions, regions, models, headers: {} };

/**
 * @param overrides the setting UPSTREAM_OVERRIDES, parsed; undefined: nothing is replaced.
 * @throws AppError `internal`, naming every path at fault and no value.
 */
export function upstreamConfigFrom(overrides: Record<string, unknown> | undefined): UpstreamConfig {
  if (overrides === undefined) return defaultUpstreamConfig;
  const parsed = overridesSchema.safeParse(overrides);
  if (!parsed.success) {
    throw fault(
      parsed.error.issues.map(({ path, message, ...issue }) =>
        issue.code === "unrecognized_keys"
          ? `${issue.keys.map((key) => [...path, key].join(".")).join(", ")} is not known`
          : `${path.join(".")} ${message}`,
      ),
    );
  }
  return merged(parsed.data);
}

function merged(given: Overrides): UpstreamConfig {
  return {
    versions: {
      ...versions,
      ...given.versions,
      clientHints: { ...versions.clientHints, ...given.versions?.clientHints },
    },
    regions: mapRegions((id) => ({ ...regions[id], ...given.regions?.[id] })),
    models: mergedModels(given.models ?? []),
    headers: given.headers ?? {},
  };
}

const mapRegions = (make: (id: RegionId) => Region): Record<RegionId, Region> => ({
  cn: make("cn"),
  us: make("us"),
  hk: make("hk"),
  jp: make("jp"),
  sg: make("sg"),
});

/** A row with a known id changes that model; any other row adds a model, listed first. */
function mergedModels(given: readonly ModelOverride[]): readonly Model[] {
  const changed = models.map((model) => given.filter(({ id }) => id === model.id).reduce(withRow, model));
  const added = given.filter(({ id }) => !models.some((model) => model.id === id));
  const all = [
    ...added.map((row) => withRow({ ...newModelDefaults, id: row.id, name: row.id, keys: {} }, row)),
    ...changed,
  ];
  const faults = [...all.flatMap(contradictions), ...sharedNames(all)];
  if (faults.length > 0) throw fault(faults);
  return all;
}

function withRow(model: Model, row: ModelOverride): Model {
  const keys = Object.entries({ ...model.keys, ...row.keys }).filter(([, key]) => key !== null);
  return { ...model, ...row, keys: Object.fromEntries(keys) };
}

function contradictions({ id, keys, counts, defaultCount }: Model): string[] {
  const faults: string[] = [];
  if (Object.keys(keys).length === 0)
    faults.push(`models.${id}.keys must name the model's key in one cluster at least`);
  if (counts !== null && !counts.includes(defaultCount))
    faults.push(`models.${id}.defaultCount is not among its counts`);
  return faults;
}

/** Names that two models share. */
function sharedNames(all: readonly Model[]): string[] {
  const names = all.flatMap((model) => [model.id, ...modelAliases(model)].map((name) => name.toLowerCase()));
  const twice = new Set(names.filter((name, index) => names.indexOf(name) !== index));
  return [...twice].map((name) => `models: "${name}" is the name of two models`);
}

const fault = (faults: string[]) =>
  new AppError("internal", `This server is not configured correctly: UPSTREAM_OVERRIDES: ${faults.join("; ")}.`);
