/**
 * The forms a reference image comes in: an address, `{url}`, `{image_url}`, `{image_url: {url}}`, a data-URL or bare
 * base64, alone or in a list, under `image` or `images`. From field values to sources, in order. Pure.
 */
import { AppError, type ErrorCode } from "../../../shared/errors.ts";

export const maxInputs = 10;

/** Where an input stands in the request: `images[2]` for people, `images` as the field at fault. */
export type Place = { name: string; param: string };

export type Source =
  | { kind: "address"; place: Place; address: string }
  | { kind: "base64"; place: Place; text: string };

/** An error that begins with the input's name. */
export const inputError = (code: ErrorCode, place: Place, rest: string): AppError =>
  new AppError(code, `${place.name} ${rest}.`, place.param);

/**
 * @param body fields that name pictures, and no others: `image` first, then `images`, then those with other names.
 * @throws AppError naming the input at fault.
 */
export function sourcesOf(body: Record<string, unknown>): Source[] {
  const sources = Object.keys({ image: null, images: null, ...body }).flatMap((param) => {
    const value = body[param];
    if (value === undefined || value === null) return [];
    if (!Array.isArray(value)) return [sourceOf(value, { name: param, param })];
    if (value.length > maxInputs) throw tooMany(value.length);
    return value.map((one, place) => sourceOf(one, { name: `${param}[${place}]`, param }));
  });
  checkCount(sources.length);
  return sources;
}

export function checkCount(count: number): void {
  if (count === 0) throw new AppError("missing_value", `images is required: 1 to ${maxInputs} pictures.`, "images");
  if (count > maxInputs) throw tooMany(count);
}

/** A mask left out silently would have the whole picture made anew, and paid for. */
export function refuseMask(mask: unknown): void {
  if (mask === undefined || mask === null || mask === "") return;
  throw new AppError("invalid_value", "mask is not possible here: say in the prompt what is to change.", "mask");
}

const tooMany = (count: number) =>
  new AppError("invalid_value", `images holds ${count} pictures; the most is ${maxInputs}.`, "images");

function sourceOf(value: unknown, place: Place): Source {
  const text = textOf(value);
  if (text === null) {
    throw inputError("invalid_value", place, "must be an address, a data-URL, base64, {url} or {image_url}");
  }
  return sourceOfText(text, place);
}

function textOf(value: unknown): string | null {
  if (typeof value === "string") return value;
  if (!isRecord(value)) return null;
  const { url, image_url: image } = value;
  const found = url ?? (isRecord(image) ? image.url : image);
  return typeof found === "string" ? found : null;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Base64 has no colon, and every address has one. */
const hasScheme = /^[a-z][a-z\d+.-]*:/i;
const notBase64 = /[^a-z\d+/_=\s-]/i;

export function sourceOfText(given: string, place: Place): Source {
  const text = given.trim();
  if (text === "") throw inputError("invalid_value", place, "is empty");
  if (/^data:/i.test(text)) return { kind: "base64", place, text: base64OfDataUrl(text, place) };
  if (hasScheme.test(text)) return { kind: "address", place, address: text };
  if (notBase64.test(text)) {
    throw inputError("invalid_value", place, `is neither an http(s) address nor base64${schemeAdvice(text)}`);
  }
  return { kind: "base64", place, text };
}

/** For `example.com/cat.png` and `cat/photo`. Base64 may have slashes too, but so little of it is hardly a picture. */
const schemeAdvice = (text: string): string =>
  text.length <= 300 && /[./]/.test(text) ? "; begin an address with https://" : "";

function base64OfDataUrl(text: string, place: Place): string {
  const comma = text.indexOf(",");
  if (comma === -1 || !/;\s*base64\s*$/i.test(text.slice(0, comma))) {
    throw inputError("input_image_invalid", place, "is a data-URL without ;base64, so not the bytes of a picture");
  }
  const data = text.slice(comma + 1);
  if (!data.includes("%")) return data;
  return data.replace(/%(2b|2f|3d|0a|0d|20)/gi, (escaped) => decodeURIComponent(escaped)).trim();
}

/** A multiple of 4, so that each piece but the last decodes by itself. */
const pieceCharacters = 64 * 1024;

/**
 * The bytes of a base64 text, standard or url-safe, with or without padding and white space, piece by piece.
 * @throws AppError `input_image_invalid`.
 */
export function* decodeBase64(text: string, place: Place): Generator<Uint8Array> {
  const broken = () =>
    inputError("input_image_invalid", place, `is not valid base64; perhaps it was cut off${schemeAdvice(text)}`);
  let rest = "";
  for (let start = 0; start < text.length; start += pieceCharacters) {
    const slice = rest + text.slice(start, start + pieceCharacters).replace(/\s+/g, "");
    const isLast = start + pieceCharacters >= text.length;
    const whole = isLast ? slice.length : slice.length - (slice.length % 4);
    rest = slice.slice(whole);
    yield decodePiece(slice.slice(0, whole), isLast, broken);
  }
}

function decodePiece(piece: string, isLast: boolean, broken: () => AppError): Uint8Array {
  if (!isLast && piece.includes("=")) throw broken();
  let latin: string;
  try {
    latin = atob(piece.replaceAll("-", "+").replaceAll("_", "/"));
  } catch {
    throw broken();
  }
  const bytes = new Uint8Array(latin.length);
  for (let index = 0; index < latin.length; index += 1) bytes[index] = latin.charCodeAt(index);
  return bytes;
}
