/**
 * One API under the base addresses clients use: `/v1`, `/openai/v1`, `/sync/v1`, each also behind `/api` or `/v1` and
 * without the version, a version written twice, a slash too many; and Azure OpenAI's addresses. Pure.
 */

export type Base = "plain" | "openai" | "sync";

/**
 * Resources of the API. `/images/<task>/<index>` is none of them: images have one address. Azure's addresses name the
 * model, `/openai/deployments/<model>/images/generations` (the package openai 7.57.0, src/azure.ts, November 2026).
 */
const apiPath =
  /^(?:\/api)?(?:\/v1)*(?:\/(openai|sync)(?:\/v1)*)?(?:\/deployments\/([^/]+)(?=\/images\/))?(\/(?:images\/(?:generations|compositions|edits|tasks|batches|history)|tasks|models|credits|sessions|files|batches)(?:\/.*)?)$/;

export type RoutedPath = {
  path: string;
  base: Base;
  /** The model that an address of Azure's kind names. */
  deployment?: string;
};

/** The path under which a request is routed, and the base the caller used. Other paths stay as they are. */
export function readPath(path: string): RoutedPath {
  const [, base, deployment, rest] = apiPath.exec(path.replace(/\/{2,}/g, "/").replace(/(?<=.)\/$/, "")) ?? [];
  if (rest === undefined) return { path, base: "plain" };
  const read = { path: `/v1${canonical(rest)}` };
  if (deployment !== undefined) return { ...read, base: "openai", deployment: decoded(deployment) };
  return { ...read, base: base === "openai" || base === "sync" ? base : "plain" };
}

/**
 * A task is polled under `/images/tasks`, and by clients that poll below what they submitted to, or leave `images` out.
 */
const canonical = (resource: string): string =>
  resource
    .replace(/^\/tasks(?=\/|$)/, "/images/tasks")
    .replace(/^\/images\/(?:generations|edits|compositions)\/(?=imgtask_)/, "/images/tasks/");

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
