/**
 * Parses an Ark key as people write it: `ark-cn-…`, `ark-ap-…` or `ark-eu-…`, alone, in quotes or after "Bearer". Both
 * operators give out keys of the same form, so the cloud must be written in front: a key is never tried on several
 * clouds, which would show it to a foreign operator. A fault never holds any part of the key. Pure.
 */
import { err, ok, type Result } from "./result.ts";

/** Volcengine Ark in China; BytePlus ModelArk in Johor and Dublin. */
export const arkClouds = ["cn", "ap", "eu"] as const;
export type ArkCloud = (typeof arkClouds)[number];

export type ArkKeyText = { cloud: ArkCloud; key: string };

export type ArkKeyFault =
  /** A key as the console shows it. */
  | { kind: "no_cloud" }
  /** `cloud`: two or three letters that name no cloud, in lower case. */
  | { kind: "unknown_cloud"; cloud: string }
  | { kind: "not_a_key" };

const spelling = new RegExp(`^ark-(${arkClouds.join("|")})-`, "i");
/** The clouds' key forms have changed before (about 2026-05), so only length and characters are checked. */
const keyPattern = /^[A-Za-z0-9-]{20,128}$/;
/** `ark-` with a UUID and more after it, or the older bare UUID. */
const nativeKey = /^(?:ark-[0-9a-f]{8}-|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$)/i;
const otherCloud = /^ark-([a-z]{2,3})-/i;

/** @returns null for a text that is nothing like a key. */
export function readArkKey(text: string): Result<ArkKeyText, ArkKeyFault> | null {
  const bare = unwrapped(text);
  const [prefix, named] = spelling.exec(bare) ?? [];
  if (prefix !== undefined) {
    const cloud = arkClouds.find((one) => one === named?.toLowerCase());
    const key = bare.slice(prefix.length);
    return cloud === undefined || !keyPattern.test(key) || spelling.test(key)
      ? err({ kind: "not_a_key" })
      : ok({ cloud, key });
  }
  if (nativeKey.test(bare)) return err({ kind: "no_cloud" });
  if (!/^ark-/i.test(bare)) return null;
  const unknown = otherCloud.exec(bare)?.[1];
  return err(unknown === undefined ? { kind: "not_a_key" } : { kind: "unknown_cloud", cloud: unknown.toLowerCase() });
}

/** Whether a text begins with a cloud's spelling. Picks keys out of a text that also holds cookies. */
export const isArkKey = (text: string): boolean => spelling.test(unwrapped(text));

/** The fault of a text, as a predicate: "begins with …". */
export function arkKeyFaultText(fault: ArkKeyFault): string {
  switch (fault.kind) {
    case "no_cloud":
      return `is a key without its cloud: ${advice}; a key is never tried on several clouds`;
    case "unknown_cloud":
      return `begins with ark-${fault.cloud}-, which names no cloud: ${advice}`;
    case "not_a_key":
      return `is not an Ark key: ${advice}, then the key of the console, 20 to 128 letters, digits and hyphens`;
  }
}
const advice = "write ark-cn-… for Volcengine Ark, ark-ap-… or ark-eu-… for BytePlus ModelArk";

/** Enough for a key with surrounding text. */
const maxCharacters = 1_000;

/** Removes blanks, invisible signs and quotes around the text, and leading names of headers. */
function unwrapped(text: string): string {
  let bare = text.slice(0, maxCharacters);
  for (;;) {
    const inner = bare.replace(around, "").replace(label, "");
    if (inner === bare) return bare;
    bare = inner;
  }
}
const around = /^[\s"'`<,;\u200b-\u200d\u2060\ufeff]+|[\s"'`>,;\u200b-\u200d\u2060\ufeff]+$/gu;
const label = /^(?:authorization\s*[:=]|bearer(?:\s*[:=]|\s))/i;
