/** The error for a model that does not exist or is not available to these credentials. Pure. */
import { defaultModelId } from "#shared/default-model.ts";
import { AppError } from "#shared/errors.ts";
import { type Credential, isKey, isKnownModel, modelsFor, type UpstreamConfig } from "#shared/upstreams/index.ts";

/** Unknown model, or one not offered to these credentials; lists those that are. @param name null: the default one. */
export function notAvailable(
  name: string | null,
  credentials: readonly Credential[],
  upstreamConfig: UpstreamConfig,
): AppError {
  const available = [...new Set(credentials.flatMap((credential) => modelsFor(credential, upstreamConfig)))];
  const wanted = name ?? defaultModelId;
  const what = isKnownModel(wanted, upstreamConfig)
    ? `${wanted.trim().slice(0, 60)} is not available ${placesOf(credentials)}`
    : `model "${wanted.slice(0, 60)}" does not exist${suffixHelp(wanted, upstreamConfig)}`;
  return new AppError("model_not_available", `${what}; available: ${available.join(", ")}.`, "model");
}

/** `in the region of your session (hk)`, `with your key (ark-ap)`, or both. */
function placesOf(credentials: readonly Credential[]): string {
  const [keys, sessions] = [credentials.filter(isKey), credentials.filter((one) => !isKey(one))];
  const regions = [...new Set(sessions.map(({ place }) => place))];
  const clouds = [...new Set(keys.map(({ upstream, place }) => `${upstream}-${place}`))];
  return [
    ...(regions.length > 0 ? [`in the region of your session (${regions.join(", ")})`] : []),
    ...(clouds.length > 0 ? [`with your key (${clouds.join(", ")})`] : []),
  ].join(" or ");
}

/** Help for a known model with an unknown suffix. */
function suffixHelp(name: string, config: UpstreamConfig): string {
  const [, before = ""] = /^(.+?)-(?:\d+[x:]\d+|[\d.]+k)\b/i.exec(name.trim()) ?? [];
  const isModel = before !== "" && isKnownModel(before, config);
  return isModel ? ` (${before} may be followed by a ratio like 16x9 and a resolution like 2k)` : "";
}
