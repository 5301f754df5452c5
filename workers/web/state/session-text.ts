/**
 * Sessions in whatever form people have them: one or many, with or without prefix, as cookies, as JSON of a cookie
 * tool, as an export of this page, or as the list an older page kept. A single one is read by the API's own rules. Pure.
 */

import type { RegionId } from "#shared/region-ids.ts";
import { isEvident, readSessionText, type SessionFault, sessionCookies, splitSessions } from "#shared/session-text.ts";
import { minMaskedLength, minSessionLength } from "#web/limits.ts";
import { isRecord } from "#web/storage/is-record.ts";

export type Credential = {
  kind: "session" | "key";
  /** As it is sent: with its prefix in lower case. */
  text: string;
  name: string;
  isOn: boolean;
};

export type ParsedSessions = {
  found: Credential[];
  /** So many pieces could not be understood. */
  unreadable: number;
  /** What is wrong with the first piece that is nearly a session. */
  fault: SessionFault | null;
  /** There are cookies and nothing else, and the one that counts is not among them. */
  lacksSessionCookie: boolean;
};

/** @param region of those that come without a prefix. */
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

/** Whether the API takes it as a session. One that was kept by an older page may be none. */
export const isReadable = ({ kind, text }: Pick<Credential, "kind" | "text">): boolean =>
  kind === "key" || readSessionText(text).ok;

/** The region a session is written for; null for an API key. */
export function regionOf({ kind, text }: Pick<Credential, "kind" | "text">): RegionId | null {
  if (kind === "key") return null;
  return prefixOf(text) ?? "cn";
}

/** The same session, written for another region. */
export function writtenFor(text: string, region: RegionId): string {
  const prefix = prefixOf(text);
  const bare = prefix === null ? text : text.slice(prefix.length + 1);
  return region === "cn" ? bare : `${region}-${bare}`;
}

/** For people: the prefix and the end. A short value shows nothing of itself. */
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
      // Then it is read as text.
    }
  }
  return piecesOfText(text);
}

function piecesOfJson(value: unknown): Piece[] {
  if (typeof value === "string") return piecesIn(value.trim());
  if (Array.isArray(value)) return value.flatMap(piecesOfJson);
  if (!isRecord(value)) return [];
  // This page's own export writes every prefix there is.
  if (Array.isArray(value.dreamina_sessions)) {
    return piecesOfJson(value.dreamina_sessions).map((one) => ({ ...one, region: one.region ?? "cn" }));
  }
  const { name } = value;
  // A cookie tool's export lists every cookie of the site.
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

/** Among cookies nothing is taken for a session but the session's cookie, and what is one beyond doubt. */
function piecesOfText(text: string): Piece[] {
  const lines = text.split(/[\r\n]+/).map((line) => ({ line, cookies: cookiesIn(line) }));
  const isAboutCookies = isAllCookies(text) || lines.some(({ cookies }) => cookies.length > 0);
  return lines.flatMap(({ line, cookies }) => {
    if (cookies.length > 0) return cookies.map((value) => piece(value));
    if (!isAboutCookies) return piecesOfLine(line);
    return piecesOfLine(line).filter((one) => isKey(one.text) || isEvident(one.text));
  });
}

/** The sessions' values in a line of cookies, or in a row of the table that the developer tools show. */
function cookiesIn(line: string): string[] {
  const parts = splitSessions(line).map((part) => ({ part, values: sessionCookies(part) }));
  if (parts.every(({ values }) => values.length === 0)) return [];
  return parts.flatMap(({ part, values }) => (values.length > 0 ? values : [part]));
}

/** Whether every piece has the form name=value. */
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

/** A prefix that stands apart is none of the name. */
const spacedPrefix = /\b(?!id\b)([a-z]{2})(?:\s*[-:：]\s+|\s+)(?=[0-9a-f]{32}\b)/gi;

const partsOf = (line: string): string[] => line.split(/[\s,;，；、]+/).filter((part) => part !== "");

const isSessionCookie = (name: string): boolean => /^sessionid(_ss)?$/i.test(name);

/** Without quotes around it and what lists have between their items. */
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
 * What the API takes, or nearly; but a word without a prefix is a session only when it is as long as one, and what is
 * nearly a session has to end like one.
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
