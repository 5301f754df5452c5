/**
 * Parses sessions and keys in every form that users have: one or many, with or without prefix, as cookies, as JSON of a
 * cookie tool, as an export of this page, or as the list of an earlier page. Each one is read by the API's rules. Pure.
 */

import { type ArkCloud, type ArkKeyFault, isArkKey, readArkKey } from "#shared/ark-key-text.ts";
import type { RegionId } from "#shared/region-ids.ts";
import { isEvident, readSessionText, type SessionFault, sessionCookies, splitSessions } from "#shared/session-text.ts";
import { minMaskedLength, minSessionLength } from "#web/limits.ts";
import { isRecord } from "#web/storage/is-record.ts";

export type Credential = {
  /** `key`: an API key of this server. `ark`: a key of a cloud. */
  kind: "session" | "key" | "ark";
  /** As sent, with its prefix in lower case. */
  text: string;
  name: string;
  isOn: boolean;
};

/** A key as the console of its cloud shows it: only its owner knows which cloud that is. */
export type CloudlessKey = Omit<Credential, "kind">;

export type CredentialFault = SessionFault | ArkKeyFault;

export type ParsedSessions = {
  found: Credential[];
  cloudless: CloudlessKey[];
  /** Number of pieces that are neither a session nor a key. */
  unreadable: number;
  /** Fault of the first piece that is nearly one. */
  fault: CredentialFault | null;
  /** The text is nothing but cookies, without a session cookie. */
  lacksSessionCookie: boolean;
};

/** @param region of sessions without a prefix. */
export function readCredentials(text: string, region: RegionId): ParsedSessions {
  const bare = text.trim().replace(environmentVariable, "");
  const found = new Map<string, Credential>();
  const cloudless = new Map<string, CloudlessKey>();
  const faults: CredentialFault[] = [];
  for (const piece of piecesIn(bare)) {
    const credential = credentialOf(piece, region);
    if ("text" in credential) found.set(credential.text, found.get(credential.text) ?? credential);
    else if (credential.kind !== "no_cloud") faults.push(credential);
    else if (readOnCloud(piece.text, "cn") === null) faults.push({ kind: "not_a_key" });
    else cloudless.set(piece.text, { text: piece.text, name: piece.name, isOn: piece.isOn });
  }
  const lacksSessionCookie = found.size + cloudless.size === 0 && isAllCookies(bare);
  const fault = faults.find(({ kind }) => kind !== "not_an_id") ?? null;
  return {
    found: [...found.values()],
    cloudless: [...cloudless.values()],
    unreadable: faults.length,
    fault,
    lacksSessionCookie,
  };
}

/** As the documents of the clouds tell users to store a key. */
const environmentVariable = /\b(?:export\s+)?ARK_API_KEY\s*[=:]\s*/g;

/** The key with the cloud that its owner named. */
export const onCloud = (key: CloudlessKey, cloud: ArkCloud): Credential => ({
  ...key,
  kind: "ark",
  text: readOnCloud(key.text, cloud) ?? key.text,
});

function readOnCloud(text: string, cloud: ArkCloud): string | null {
  const read = readArkKey(`ark-${cloud}-${text}`);
  return read?.ok ? `ark-${cloud}-${read.value.key}` : null;
}

/** Whether the API accepts it. A session stored by an earlier page may be invalid. */
export function isReadable({ kind, text }: Pick<Credential, "kind" | "text">): boolean {
  if (kind === "key") return true;
  const read = readArkKey(text);
  return kind === "ark" ? read?.ok === true : read === null && readSessionText(text).ok;
}

/** The region of a session's prefix; null for a key. */
export function regionOf({ kind, text }: Pick<Credential, "kind" | "text">): RegionId | null {
  return kind === "session" ? (prefixOf(text) ?? "cn") : null;
}

/** The cloud of a key; null for anything else. */
export function cloudOf({ kind, text }: Pick<Credential, "kind" | "text">): ArkCloud | null {
  const read = kind === "ark" ? readArkKey(text) : null;
  return read?.ok ? read.value.cloud : null;
}

/** The same session with the prefix of another region. */
export function writtenFor(text: string, region: RegionId): string {
  const prefix = prefixOf(text);
  const bare = prefix === null ? text : text.slice(prefix.length + 1);
  return region === "cn" ? bare : `${region}-${bare}`;
}

/** The prefix and the last characters, to show. A short value is masked entirely. */
export function masked({ kind, text }: Pick<Credential, "kind" | "text">): string {
  const prefix = kind === "session" ? prefixOf(text) : (/^(?:sk|ark-[a-z]{2})(?=-)/.exec(text)?.[0] ?? null);
  return maskedAfter(prefix === null ? "" : `${prefix}-`, text);
}

export const maskedCloudless = ({ text }: CloudlessKey): string => maskedAfter(/^ark-/i.test(text) ? "ark-" : "", text);

function maskedAfter(start: string, text: string): string {
  const rest = text.slice(start.length);
  return `${start}••••${rest.length >= minMaskedLength ? rest.slice(-4) : ""}`;
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

function credentialOf({ text, name, region, isOn }: Piece, usual: RegionId): Credential | CredentialFault {
  if (isKey(text)) return { kind: "key", text: `sk-${text.slice(3)}`, name, isOn };
  const ark = readArkKey(text);
  if (ark?.ok) return { kind: "ark", text: `ark-${ark.value.cloud}-${ark.value.key}`, name, isOn };
  if (ark !== null) return ark.error;
  const read = readSessionText(text);
  if (!read.ok) return read.error;
  if (!isCredential(text)) return { kind: "not_an_id" };
  const { region: written, sessionId } = read.value;
  return { kind: "session", text: writtenFor(sessionId, written ?? region ?? usual), name, isOn };
}

const isKey = (text: string): boolean => /^sk-[\w!#$&'()*+./:<=>?@[\]^`{|}~-]{4,512}$/i.test(text);

/**
 * Whether the API accepts a text, or nearly. A word without a prefix must be as long as a session; a faulty session or
 * key must end like one.
 */
function isCredential(text: string): boolean {
  if (isKey(text)) return true;
  const ark = readArkKey(text);
  // A faulty key is no name either, which would be shown.
  if (ark !== null) return ark.ok || ark.error.kind !== "not_a_key" || isArkKey(text) || /\w{16}$/.test(text);
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
