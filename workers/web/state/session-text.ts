/**
 * Parses sessions in every form that users have: one or many, with or without prefix, as cookies, as JSON of a cookie
 * tool, as an export of this page, or as the list of an earlier page. Each one is read by the API's rules. Pure.
 */

import type { RegionId } from "#shared/region-ids.ts";
import { isEvident, readSessionText, type SessionFault, sessionCookies, splitSessions } from "#shared/session-text.ts";
import { minMaskedLength, minSessionLength } from "#web/limits.ts";
import { isRecord } from "#web/storage/is-record.ts";

export type Credential = {
  kind: "session" | "key";
  /** As sent, with its prefix in lower case. */
  text: string;
  name: string;
  isOn: boolean;
};

export type ParsedSessions = {
  found: Credential[];
  /** Number of pieces that are no session. */
  unreadable: number;
  /** Fault of the first piece that is nearly a session. */
  fault: SessionFault | null;
  /** The text is nothing but cookies, without a session cookie. */
  lacksSessionCookie: boolean;
};

/** @param region of sessions without a prefix. */
export function readCredentials(text: string, region: RegionId): ParsedSessions {
  const pieces = piecesIn(text.trim());
  const found = new Map<string, Credential>();
  const faults: SessionFault[] = [];
  for (const piece of pieces) {
    const credential = credentialOf(piece, region);
    if (!("text" in credential)) faults.push(credential);
    else if (!found.has(credential.text)) found.set(credential.text, credential);
  }
  const lacksSessionCookie = found.size === 0 && isAllCookies(text);
  const fault = faults.find(({ kind }) => kind !== "not_an_id") ?? null;
  return { found: [...found.values()], unreadable: faults.length, fault, lacksSessionCookie };
}

/** Whether the API accepts it. A session stored by an earlier page may be invalid. */
export const isReadable = ({ kind, text }: Pick<Credential, "kind" | "text">): boolean =>
  kind === "key" || readSessionText(text).ok;

/** The region of a session's prefix; null for an API key. */
export function regionOf({ kind, text }: Pick<Credential, "kind" | "text">): RegionId | null {
  if (kind === "key") return null;
  return prefixOf(text) ?? "cn";
}

/** The same session with the prefix of another region. */
export function writtenFor(text: string, region: RegionId): string {
  const prefix = prefixOf(text);
  const bare = prefix === null ? text : text.slice(prefix.length + 1);
  return region === "cn" ? bare : `${region}-${bare}`;
}

/** The prefix and the last characters, to show. A short value is masked entirely. */
export function masked({ kind, text }: Pick<Credential, "kind" | "text">): string {
  const prefix = kind === "key" ? "sk" : prefixOf(text);
  const bare = prefix === null ? text : text.slice(prefix.length + 1);
  const end = bare.length >= minMaskedLength ? bare.slice(-4) : "";
  return `${prefix === null ? "" : `${prefix}-`}••••${end}`;
}

type Piece = { text: string; name: string; region: RegionId | null; isOn: boolean };

const piece = (text: string, name = ""): Piece => ({ text, name, region: null, isOn: true });

function piecesIn(text: string): Piece[] {
  if (/^[[{"]/.test(text)) {
    try {
      return piecesOfJson(JSON.parse(text));
    } catch {
      // Not JSON: read as text.
    }
  }
  return piecesOfText(text);
}

function piecesOfJson(value: unknown): Piece[] {
  if (typeof value === "string") return piecesIn(value.trim());
  if (Array.isArray(value)) return value.flatMap(piecesOfJson);
  if (!isRecord(value)) return [];
  // The page's own export: a session without a prefix is Chinese.
  if (Array.isArray(value.dreamina_sessions)) {
    return piecesOfJson(value.dreamina_sessions).map((one) => ({ ...one, region: one.region ?? "cn" }));
  }
  const { name } = value;
  // The export of a cookie tool lists every cookie of the site.
  if (typeof name === "string" && typeof value.value === "string" && "domain" in value) {
    return isSessionCookie(name) ? [piece(value.value)] : [];
  }
  const text = textFields.map((field) => value[field]).find((one) => typeof one === "string" && one.trim() !== "");
  if (typeof text !== "string") return Object.values(value).filter(isNested).flatMap(piecesOfJson);
  const label = nameFields.map((field) => value[field]).find((one) => typeof one === "string");
  const isOn = switchFields.every((field) => value[field] !== false);
  return piecesIn(text.trim()).map((one) => ({
    text: one.text,
    name: typeof label === "string" ? label.trim() : one.name,
    region: isRegion(value.region) ? value.region : null,
    isOn,
  }));
}

const textFields = ["session", "token", "sessionid", "sessionId", "session_id", "credential", "value", "key"];
const nameFields = ["name", "label", "title", "remark", "note"];
const switchFields = ["on", "isOn", "enabled", "active"];
const isNested = (value: unknown): boolean => typeof value === "object" && value !== null;

/** In a text with cookies, only session cookies and unmistakable sessions count. */
function piecesOfText(text: string): Piece[] {
  const lines = text.split(/[\r\n]+/).map((line) => ({ line, cookies: cookiesIn(line) }));
  const isAboutCookies = isAllCookies(text) || lines.some(({ cookies }) => cookies.length > 0);
  return lines.flatMap(({ line, cookies }) => {
    if (cookies.length > 0) return cookies.map((value) => piece(value));
    if (!isAboutCookies) return piecesOfLine(line);
    return piecesOfLine(line).filter((one) => isKey(one.text) || isEvident(one.text));
  });
}

/** Values of session cookies in a line of cookies, or in a row copied from the developer tools. */
function cookiesIn(line: string): string[] {
  const parts = splitSessions(line).map((part) => ({ part, values: sessionCookies(part) }));
  if (parts.every(({ values }) => values.length === 0)) return [];
  return parts.flatMap(({ part, values }) => (values.length > 0 ? values : [part]));
}

/** Whether every part has the form name=value. */
function isAllCookies(text: string): boolean {
  const pairs = text.split(/[;\r\n]+/).filter((pair) => pair.trim() !== "");
  return pairs.length > 0 && pairs.every((pair) => /^\s*(cookie:\s*)?["']?[\w.-]+=[^=]/i.test(pair));
}

/** A name and one or more sessions. */
function piecesOfLine(line: string): Piece[] {
  const parts = partsOf(line.replace(spacedPrefix, "$1-"));
  const texts = parts.map(bare).filter((part) => part !== "" && !/^(bearer|authorization:?)$/i.test(part));
  const sessions = texts.filter(isCredential);
  if (sessions.length === 0) return texts.length > 0 ? [piece(texts.join(" "))] : [];
  const name = texts
    .filter((text) => !isCredential(text))
    .join(" ")
    .replace(/[:：=|-]+$/, "")
    .trim();
  return sessions.map((text) => piece(text, name));
}

/** A prefix separated by a space belongs to the session, not to its name. */
const spacedPrefix = /\b(?!id\b)([a-z]{2})(?:\s*[-:：]\s+|\s+)(?=[0-9a-f]{32}\b)/gi;

const partsOf = (line: string): string[] => line.split(/[\s,;，；、]+/).filter((part) => part !== "");

const isSessionCookie = (name: string): boolean => /^sessionid(_ss)?$/i.test(name);

/** Without quotes, brackets and list separators. */
const bare = (part: string): string => part.replace(/^["'`[({]+|["'`\])}]+$/g, "");

function credentialOf({ text, name, region, isOn }: Piece, usual: RegionId): Credential | SessionFault {
  if (isKey(text)) return { kind: "key", text: `sk-${text.slice(3)}`, name, isOn };
  const read = readSessionText(text);
  if (!read.ok) return read.error;
  if (!isCredential(text)) return { kind: "not_an_id" };
  const { region: written, sessionId } = read.value;
  return { kind: "session", text: writtenFor(sessionId, written ?? region ?? usual), name, isOn };
}

const isKey = (text: string): boolean => /^sk-[\w!#$&'()*+./:<=>?@[\]^`{|}~-]{4,512}$/i.test(text);

/**
 * Whether the API accepts a text, or nearly. A word without a prefix must be as long as a session; a faulty session
 * must end like one.
 */
function isCredential(text: string): boolean {
  if (isKey(text)) return true;
  const read = readSessionText(text);
  if (!read.ok) return read.error.kind !== "not_an_id" && /\w{16}$/.test(text);
  return read.value.region !== null || (read.value.sessionId.length >= minSessionLength && !/[:/]/.test(text));
}

const isRegion = (value: unknown): value is RegionId =>
  value === "cn" || value === "us" || value === "hk" || value === "jp" || value === "sg";

function prefixOf(text: string): RegionId | null {
  const prefix = /^(us|hk|jp|sg)-/i.exec(text)?.[1]?.toLowerCase();
  return isRegion(prefix) ? prefix : null;
}
