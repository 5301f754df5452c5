/**
 * Parses a session as people write it: with or without a prefix, in quotes, as a cookie or as a whole line of cookies.
 * Text that surely surrounds a session is removed; anything else is a fault. Used for the Authorization header,
 * DEFAULT_SESSIONS and the page. A fault never holds more of the text than its prefix. Pure.
 */
import { isArkKey } from "./ark-key-text.ts";
import { type RegionId, regionIds } from "./region-ids.ts";
import { err, ok, type Result } from "./result.ts";

export type SessionText = {
  /** Null: the text names none. */
  region: RegionId | null;
  sessionId: string;
};

export type SessionFault =
  /** `prefix` without its separator, in lower case. */
  | { kind: "unknown_prefix"; prefix: string }
  | { kind: "two_prefixes"; prefixes: RegionId[] }
  | { kind: "no_session_cookie" }
  | { kind: "two_sessions" }
  | { kind: "not_an_id" };

/** Cookie octets of RFC 6265 §4.1.1, except the percent sign, which no session id has. */
export const isSessionId = (text: string): boolean => /^[\w!#$&'()*+./:<=>?@[\]^`{|}~-]{4,512}$/.test(text);

/** Whether it has the form of every known session id: 32 hexadecimal digits (clients and captures, 2026-04). */
export const isUsualId = (sessionId: string): boolean => /^[0-9a-f]{32}$/i.test(sessionId);

/** @param text one session; `splitSessions` separates several. */
export function readSessionText(text: string): Result<SessionText, SessionFault> {
  const [first, second] = sessionCookies(text);
  if (second !== undefined) return err({ kind: "two_sessions" });
  if (first !== undefined) return readPrefixed(first);
  return isCookies(text) ? err({ kind: "no_session_cookie" }) : readPrefixed(text);
}

/**
 * Splits a text into sessions, at commas and line breaks. Cookies may contain commas: in a text with session cookies,
 * only these and evident sessions count.
 */
export function splitSessions(text: string): string[] {
  const pieces = unwrapped(text)
    .split(/[,，\r\n]/)
    .map(unwrapped)
    .filter((piece) => piece !== "");
  const hasCookie = (piece: string) => sessionCookies(piece).length > 0;
  return pieces.some(hasCookie) ? pieces.filter((piece) => hasCookie(piece) || isEvident(piece)) : pieces;
}

/**
 * The likely region of an unknown prefix; null when there is none. Countries without a prefix of their own share the
 * cluster of Singapore (docs/sessions.md).
 */
export function likelyRegion(prefix: string): RegionId | null {
  return otherNames.get(prefix) ?? (isCountry(prefix) ? "sg" : null);
}

const otherNames = new Map<string, RegionId>([
  ["tw", "hk"],
  ["taiwan", "hk"],
  ["hongkong", "hk"],
  ["usa", "us"],
  ["japan", "jp"],
  ["singapore", "sg"],
  ["zh", "cn"],
  ["china", "cn"],
]);

/** A code of ISO 3166-1, or "uk". */
const isCountry = (code: string): boolean =>
  /^[a-z]{2}$/.test(code) &&
  !["sk", "zz"].includes(code) &&
  new Intl.DisplayNames("en", { type: "region", fallback: "none" }).of(code.toUpperCase()) !== undefined;

/** The fault of a text, as a predicate: "begins with …". */
export function sessionFaultText(fault: SessionFault): string {
  switch (fault.kind) {
    case "unknown_prefix":
      if (fault.prefix === "sk") return "begins like an API key of this server (sk-…)";
      return `begins with ${fault.prefix}-, which is no prefix: ${prefixAdvice(likelyRegion(fault.prefix))}`;
    case "two_prefixes":
      return `has the prefixes ${fault.prefixes.map((prefix) => `${prefix}-`).join(" and ")}: send the one of the country the account was made in`;
    case "no_session_cookie":
      return "consists of cookies without sessionid: send the value of the cookie sessionid";
    case "two_sessions":
      return "holds two different sessions: separate sessions by commas";
    case "not_an_id":
      return "is not a session id: send the value of the cookie sessionid, without blanks and percent signs";
  }
}

function prefixAdvice(meant: RegionId | null): string {
  if (meant === "cn") return "accounts of jimeng.jianying.com take none";
  if (meant !== null) return `accounts made in that country take ${meant}-`;
  return "send us-, hk-, jp- or sg- for an account of dreamina.capcut.com, nothing for one of jimeng.jianying.com";
}

/** Enough for an id with prefixes and surrounding text. */
const maxCharacters = 1_000;

function readPrefixed(text: string): Result<SessionText, SessionFault> {
  if (text.length > maxCharacters) return err({ kind: "not_an_id" });
  const found = new Set<RegionId>();
  let rest = unwrapped(text);
  for (let parts = prefixed(rest); parts !== null; parts = prefixed(rest)) {
    const { prefix } = parts;
    const region = regionIds.find((one) => one === prefix);
    if (region === undefined) return err({ kind: "unknown_prefix", prefix });
    found.add(region);
    rest = unwrapped(parts.rest);
  }
  const [region = null, ...others] = found;
  if (others.length > 0) return err({ kind: "two_prefixes", prefixes: [...found] });
  const isAddress = /^[a-z]+:\/\//i.test(rest);
  return isSessionId(rest) && !isAddress ? ok({ region, sessionId: rest }) : err({ kind: "not_an_id" });
}

/** Separators after a prefix: the hyphen, its typographic variants, and other signs that people type. */
const separator = "[-_:=./|~：＿－‐-―]";
const hexId = "[0-9a-f]{32}";

/**
 * A prefix is two letters and a separator: no id begins so, and simulated sessions begin with longer words. Before a
 * 32-digit id any word counts as a prefix; it needs no separator unless it could be part of the id.
 */
const prefixPatterns = [
  new RegExp(`^([a-z]{2})(?:\\s*${separator}+\\s*|\\s+)(\\S[^]*)$`, "i"),
  new RegExp(`^([a-z]{2,12})${separator}+(${hexId})$`, "i"),
  new RegExp(`^(?=[a-f]*[g-z])([a-z]{2,12})(${hexId})$`, "i"),
];

function prefixed(text: string): { prefix: string; rest: string } | null {
  const [, prefix, rest] = prefixPatterns.map((pattern) => pattern.exec(text)).find((match) => match !== null) ?? [];
  return prefix === undefined || rest === undefined ? null : { prefix: prefix.toLowerCase(), rest };
}

/** Removes surrounding blanks, invisible signs, quotes and brackets, and leading names of headers. */
function unwrapped(text: string): string {
  let bare = trimmed(text);
  for (let layer = 0; layer < maxLayers; layer += 1) {
    const inner = isPaired(bare) ? bare.slice(1, -1) : bare.replace(label, "");
    if (inner === bare) break;
    bare = trimmed(inner);
  }
  return bare;
}
const label = /^(?:authorization\s*[:=]|bearer(?:\s*[:=]|\s|$)|(?:set-)?cookies?\s*[:=])/i;
/** Layers of quotes, brackets and header names that are removed. */
const maxLayers = 8;

/** Whether one pair of quotes or brackets encloses the whole text. */
function isPaired(text: string): boolean {
  const close = pairs.get(text.charAt(0));
  return close !== undefined && text.length > 1 && text.indexOf(close, 1) === text.length - 1;
}
const pairs = new Map(
  ['""', "''", "``", "“”", "‘’", "«»", "<>", "[]", "()", "{}"].map(([open = "", close = ""]) => [open, close]),
);

/** No regular expression: `x+$` takes quadratic time, and a header may be long. */
function trimmed(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && around.test(text.charAt(start))) start += 1;
  while (end > start && around.test(text.charAt(end - 1))) end -= 1;
  return text.slice(start, end);
}
/** Blanks and invisible signs, and the separators of lists. */
const around = /[\s,;\u200b-\u200d\u2060\ufeff]/u;

/** A prefix before a line of cookies. Two cookies of the sites begin with two letters and a hyphen. */
const linePrefix = /^(?!(?:cc|tt)-target)([a-z]{2})(?:\s*[-:：]\s*|\s+)(?=[\w.-]+=)/i;
/** The session cookie, with or without a prefix: in a line of cookies, in JSON, in a row of the developer tools. */
const sessionCookie = new RegExp(
  `^["'\`]*((?:[a-z]{2}(?:\\s*${separator}+\\s*|\\s+))*)["'\`]*sessionid(?:_ss)?["'\`]*(\\s*[=:：]\\s*|\\s+)([^]*)$`,
  "i",
);

/** The distinct values of the session cookie, with their prefixes, and the evident sessions beside it. */
export function sessionCookies(text: string): string[] {
  const line = unwrapped(text);
  const parts = line.split(/;|(?<==\S*)\s+(?=[\w-]+=)/).map((part) => part.trim());
  const before = sessionCookie.test(parts[0] ?? "") ? "" : (linePrefix.exec(line)?.[0] ?? "");
  const values = parts.flatMap((part) => {
    const [, prefix = "", sign = "", rest = ""] = sessionCookie.exec(part) ?? [];
    const value = unwrapped(sign.trim() === "" ? (rest.split(/\s/)[0] ?? "") : rest);
    return value === "" ? [] : [`${before}${prefix}${value}`];
  });
  if (values.length === 0) return [];
  const beside = parts.filter((part) => !part.includes("=") && (isEvident(part) || isUsualId(part)));
  return [...new Set([...values, ...beside])];
}

/** Whether the text is a session, or a key, even among cookies: it has a prefix. */
export const isEvident = (text: string): boolean => evident.test(text) || isArkKey(text);
const evident = new RegExp(`^(?:(?:${regionIds.join("|")})[-_:]\\S{4,}|[a-z]{2,12}[-_:]+${hexId})$`, "i");

/** Whether the text has a pair name=value, or an empty session cookie. Not base64 padding, nor a two-letter prefix. */
const isCookies = (text: string): boolean =>
  unwrapped(text)
    .split(";")
    .some((part) => /^\s*["']?(?:(?![a-z]{2}=)[\w.-]+=[^=\s]|sessionid(?:_ss)?["']?\s*[=:]?\s*$)/i.test(part));
