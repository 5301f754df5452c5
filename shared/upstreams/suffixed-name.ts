/**
 * Model names with a ratio and a resolution at their end, for gateways that drop the fields they do not know:
 * `dreamina-4.5-16x9-4k`. Pure.
 */
import { type Ratio, type Resolution, ratios } from "#shared/image-shape.ts";

export type SuffixedName<Model, R extends Resolution> = { model: Model; ratio: Ratio | null; resolution: R | null };

/** The whole name comes first: it may end like a suffix. @param find gives null for a name that it does not know. */
export function readSuffixedName<Model, R extends Resolution>(
  name: string,
  resolutions: readonly R[],
  find: (name: string) => Model | null,
): SuffixedName<Model, R> | null {
  let rest = name.trim();
  let ratio: Ratio | null = null;
  let resolution: R | null = null;
  for (;;) {
    const model = find(rest);
    if (model !== null) return { model, ratio, resolution };
    const [, before = "", ending = ""] = /^(.+)-([^-]+)$/.exec(rest) ?? [];
    const endsAs = ending.toLowerCase();
    const namedRatio = ratios.find((one) => one.replace(":", "x") === endsAs);
    const namedResolution = resolutions.find((one) => one === endsAs);
    // Each of the two once, in either order.
    if (namedRatio !== undefined && ratio === null) ratio = namedRatio;
    else if (namedResolution !== undefined && resolution === null) resolution = namedResolution;
    else return null;
    rest = before;
  }
}
