/**
 * One API under the base addresses clients use: `/v1`, `/openai/v1`, `/sync/v1`, those without the version, a version
 * written twice, a slash too many. Pure.
 */

export type Base = "plain" | "openai" | "sync";

/** Resources of the API. `/images/<task>/<index>` is none of them: pictures have one address. */
const apiPath =
  /^(?:\/(openai|sync))?(?:\/v1)*(\/(?:images\/(?:generations|compositions|edits|tasks|history)|models|credits|sessions)(?:\/.*)?)$/;

/** The path under which a request is routed, and the base the caller used. Other paths stay as they are. */
export function readPath(path: string): { path: string; base: Base } {
  const [, base, rest] = apiPath.exec(path.replace(/\/{2,}/g, "/").replace(/(?<=.)\/$/, "")) ?? [];
  if (rest === undefined) return { path, base: "plain" };
  return { path: `/v1${rest}`, base: base === "openai" || base === "sync" ? base : "plain" };
}
