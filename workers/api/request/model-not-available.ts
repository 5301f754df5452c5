/** The error for a model that does not exist or is not available to these sessions. Pure. */
import { AppError } from "#shared/errors.ts";
import { findModel, type Model, offerOf, type Session, type UpstreamConfig } from "#shared/upstream/index.ts";

/** Unknown model, or one not offered in these regions; lists those that are. */
export function notAvailable(
  name: string,
  model: Model | null,
  sessions: readonly Session[],
  upstreamConfig: UpstreamConfig,
): AppError {
  const isAvailable = (candidate: Model) =>
    sessions.some(({ region }) => offerOf(candidate, upstreamConfig.regions[region].cluster) !== null);
  const available = upstreamConfig.models.filter(isAvailable).map(({ id }) => id);
  const regions = [...new Set(sessions.map(({ region }) => region))].join(", ");
  const what =
    model === null
      ? `model "${name.slice(0, 60)}" does not exist${suffixHelp(name, upstreamConfig)}`
      : `${model.id} is not available in the region of your session (${regions})`;
  return new AppError("model_not_available", `${what}; available: ${available.join(", ")}.`, "model");
}

/** Help for a known model with an unknown suffix. */
function suffixHelp(name: string, { models }: UpstreamConfig): string {
  const [, before = ""] = /^(.+?)-(?:\d+[x:]\d+|[\d.]+k)\b/i.exec(name.trim()) ?? [];
  const isModel = findModel(models, before) !== null;
  return isModel ? ` (${before} may be followed by a ratio like 16x9 and a resolution like 2k)` : "";
}
