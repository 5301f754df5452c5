/**
 * Parses the headers of one part of a multipart/form-data body. Reads the spellings of browsers (WHATWG HTML,
 * multipart/form-data encoding algorithm), curl, Python's and Java's clients and .NET. The file name itself is not used.
 * Pure.
 */
import { AppError } from "#shared/errors.ts";

export type PartHead = {
  name: string;
  isFile: boolean;
  /** False for a file without a name, such as a browser's file field without a chosen file. */
  isNamed: boolean;
  /** Of a text. */
  charset: string;
};

/**
 * @param block the part's header lines, without the empty line after them.
 * @param ordinal the part's position in the form, from 1, for messages.
 * @throws AppError `invalid_value` when its name cannot be read: a skipped part would be missing from a task that is paid
 * for.
 */
export function readPartHead(block: Uint8Array, ordinal: number): PartHead {
  const headers = headersIn(block);
  const parameters = parametersOf(dispositionIn(headers, ordinal));
  const name = nameIn(parameters);
  if (name === null) throw unreadable(ordinal, "has no name that can be read");
  const encoding = headers.get("content-transfer-encoding")?.[0]?.trim().toLowerCase() ?? "";
  if (encoding === "base64" || encoding === "quoted-printable") {
    throw unreadable(ordinal, `is encoded as ${encoding}; send it as it is`);
  }
  const type = headers.get("content-type")?.[0] ?? "";
  const fileNames = parameters.filter(([key]) => /^filename(\*|$)/.test(key));
  return {
    name,
    isFile: fileNames.length > 0 || isBinary(type),
    isNamed: fileNames.some(([, value]) => value !== ""),
    charset: parametersOf(type).find(([key]) => key === "charset")?.[1] ?? "utf-8",
  };
}

const unreadable = (ordinal: number, what: string) =>
  malformed(`part ${ordinal} ${what}; a part begins like Content-Disposition: form-data; name="prompt"`);

export const malformed = (why: string) =>
  new AppError("invalid_value", `The body is not a well-formed multipart/form-data body: ${why}.`);

/** Names in lower case, with each header's values in order. One character is one byte. */
function headersIn(block: Uint8Array): Map<string, string[]> {
  const headers = new Map<string, string[]>();
  for (const line of unfolded(fromBytes(block).split(/\r?\n/))) {
    const colon = line.indexOf(":");
    const name = line.slice(0, Math.max(colon, 0)).trim().toLowerCase();
    headers.set(name, [...(headers.get(name) ?? []), line.slice(colon + 1)]);
  }
  return headers;
}

/** A line that begins with a blank (RFC 5322 §2.2.3), or has no colon, continues the previous line. */
function unfolded(lines: string[]): string[] {
  const whole: string[] = [];
  for (const line of lines) {
    if (/^[ \t]|^[^:]*$/.test(line) && whole.length > 0) whole.push(`${whole.pop()} ${withoutBlanks(line)}`);
    else whole.push(line);
  }
  return whole;
}

function dispositionIn(headers: Map<string, string[]>, ordinal: number): string {
  const [disposition, ...others] = headers.get("content-disposition") ?? [];
  if (disposition === undefined) throw unreadable(ordinal, "has no header Content-Disposition");
  if (others.length > 0) throw unreadable(ordinal, "has the header Content-Disposition twice");
  if (!/^\s*form-data\s*(;|$)/i.test(disposition)) throw unreadable(ordinal, "is not form-data by its disposition");
  return disposition;
}

/**
 * One `key=value`, quoted or not, or text without a value. In quotes a backslash escapes (RFC 9110 §5.6.4; curl before
 * 7.81), unless that does not parse: browsers write a plain backslash, also as the last character. `[ \t]` rather than
 * `\s`, which matches a byte (A0) that occurs inside UTF-8 letters.
 */
const parameterPattern =
  /[ \t]*([^ \t=;"]+)[ \t]*=[ \t]*(?:"((?:[^"\\]|\\.)*)"[ \t]*(?:;|$)|"([^"]*)"[ \t]*(?:;|$)|([^";]*)(?:;|$))|[^;="]*(?:;|$)/sy;

/**
 * The readable parameters of a header, in order, keys in lower case. A cut-off one counts by its key: `filename="a` makes
 * a file.
 */
export function parametersOf(header: string): [key: string, value: string][] {
  const found: [string, string][] = [];
  let at = 0;
  while (at < header.length) {
    parameterPattern.lastIndex = at;
    const match = parameterPattern.exec(header);
    if (match === null) {
      const [, key, rest = ""] = /^[ \t]*([^ \t=;"]+)[ \t]*=(.*)/s.exec(header.slice(at)) ?? [];
      if (key !== undefined && /^filename/i.test(key)) found.push([key.toLowerCase(), rest]);
      break;
    }
    at = parameterPattern.lastIndex;
    const [, key, escaped, literal, plain] = match;
    const value = escaped?.replaceAll('\\"', '"') ?? literal ?? (plain && withoutBlanks(plain));
    if (key !== undefined && value !== undefined) found.push([key.toLowerCase(), value]);
  }
  return found;
}

function withoutBlanks(text: string): string {
  const isBlank = (index: number) => text[index] === " " || text[index] === "\t";
  let start = 0;
  let end = text.length;
  while (start < end && isBlank(start)) start += 1;
  while (end > start && isBlank(end - 1)) end -= 1;
  return text.slice(start, end);
}

/** The name of the part; null for none, and for two that differ. */
function nameIn(parameters: [string, string][]): string | null {
  const values = (wanted: string) => parameters.filter(([key]) => key === wanted).map(([, value]) => value);
  const plain = values("name").map((value) =>
    decoded(
      value.replace(/%(22|0d|0a)/gi, (escaped) => decodeURIComponent(escaped)),
      "utf-8",
    ),
  );
  // aiohttp writes names beyond ASCII like this (its helpers.py, content_disposition_header).
  const names = plain.length > 0 ? plain : values("name*").map(extendedValue);
  return names.length > 0 && names.every((name) => name === names[0]) ? names[0] || null : null;
}

/** `UTF-8''%E7%8C%AB` (RFC 8187 §3.2). */
function extendedValue(value: string): string | null {
  const [, charset, escaped] = /^([\w-]+)'[^']*'(.*)$/.exec(value) ?? [];
  if (charset === undefined || escaped === undefined) return null;
  return decoded(
    escaped.replace(/%([\da-f]{2})/gi, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16))),
    charset,
  );
}

/** @param text one character for each byte. */
function decoded(text: string, charset: string): string | null {
  try {
    return new TextDecoder(charset, { fatal: true, ignoreBOM: true }).decode(toBytes(text));
  } catch {
    return null;
  }
}

const toBytes = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0));

function fromBytes(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}

/** Whether a content type is not text: such a part is a file, even without a file name. */
function isBinary(contentType: string): boolean {
  const type = (contentType.split(";")[0] ?? "").trim().toLowerCase();
  return type.includes("/") && !/^text\/|^application\/(json|x-www-form-urlencoded|xml|.*\+(json|xml))$/.test(type);
}
