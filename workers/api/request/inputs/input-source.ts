/**
 * Reads reference images from the values of fields: an address, a data-URL or base64, as text or in one of the objects
 * of `shapes`, alone or in a list. Pure.
 */
import { base64PieceCharacters } from "#api/limits.ts";
import { AppError, type ErrorCode } from "#shared/errors.ts";
import { maxInputs } from "#shared/wire/limits.ts";
import { hasTooMuchStructure } from "./json-text.ts";

/** The position of an input in the request: `name` is `images[2]`, `param` is the field `images`. */
export type InputLocation = { name: string; param: string };

export type InputSource =
  | { kind: "address"; location: InputLocation; address: string }
  | { kind: "base64"; location: InputLocation; text: string };

/** An error that begins with the input's name. */
export const inputError = (code: ErrorCode, location: InputLocation, rest: string): AppError =>
  new AppError(code, `${location.name} ${rest}.`, location.param);

/**
 * @param body fields that name images, and no others: `image` first, then `images`, then those with other names.
 * @throws AppError naming the input at fault.
 */
export function sourcesOf(body: Record<string, unknown>): InputSource[] {
  const sources = Object.keys({ image: null, images: null, ...body }).flatMap((param) => {
    const written = body[param];
    const location = { name: param, param };
    const value = typeof written === "string" ? valueOfText(written, location) : written;
    if (value === undefined || value === null) return [];
    if (!Array.isArray(value)) return [sourceOf(value, location)];
    if (value.length > maxInputs) throw tooMany(value.length);
    return value.map((one, index) => sourceOf(one, { name: `${param}[${index}]`, param }));
  });
  checkCount(sources.length);
  return sources;
}

/**
 * Reads the inputs in a text of a form: one, or several as JSON.
 * @param nextLocation called once for each input, in order.
 */
export function sourcesOfText(text: string, param: string, nextLocation: () => InputLocation): InputSource[] {
  const value = valueOfText(text, { name: param, param });
  if (!Array.isArray(value)) return [sourceOf(value, nextLocation())];
  if (value.length > maxInputs) throw tooMany(value.length);
  return value.map((one) => sourceOf(one, nextLocation()));
}

export function checkCount(count: number): void {
  if (count === 0) throw new AppError("missing_value", `images is required: 1 to ${maxInputs} images.`, "images");
  if (count > maxInputs) throw tooMany(count);
}

const tooMany = (count: number) =>
  new AppError("invalid_value", `images holds ${count} images; the most is ${maxInputs}.`, "images");

function sourceOf(written: unknown, location: InputLocation): InputSource {
  const value = typeof written === "string" ? valueOfText(written, location) : written;
  const text = textOf(value);
  if (text === null) {
    const forms = 'must be an address, a data-URL or base64, as it is or in an object like {"url"} or {"b64_json"}';
    throw inputError("invalid_value", location, forms);
  }
  return sourceOfText(text, location);
}

/** Parses lists and objects, which no-code tools and forms send as JSON text. Returns other texts unchanged. */
function valueOfText(text: string, location: InputLocation): unknown {
  if (!/^\s*[[{]/.test(text)) return text;
  try {
    if (!hasTooMuchStructure(text)) return JSON.parse(text);
  } catch {
    // Reported below.
  }
  throw inputError("invalid_value", location, "looks like JSON, but is not valid JSON");
}

/** The paths of an image's text in objects, each with its source. The first that exists counts. */
export const shapes: readonly { path: readonly string[]; from: string }[] = [
  { path: ["url"], from: "OpenAI's answers; Anthropic, source of type url; LangChain, image block" },
  { path: ["image_url"], from: "OpenAI, input_image of the Responses API" },
  { path: ["image_url", "url"], from: "OpenAI, content part of Chat Completions" },
  { path: ["b64_json"], from: "OpenAI, image answers" },
  { path: ["data"], from: "Anthropic, source of type base64; MCP, image content; LangChain 0.3, base64 block" },
  { path: ["base64"], from: "LangChain 1, image block" },
  { path: ["source", "data"], from: "Anthropic, image block of the Messages API" },
  { path: ["source", "url"], from: "Anthropic, image block of the Messages API" },
  { path: ["inline_data", "data"], from: "Gemini API, part of a content" },
  { path: ["inlineData", "data"], from: "Gemini API, as its JavaScript client writes it" },
  { path: ["bytesBase64Encoded"], from: "Vertex AI, Imagen" },
  { path: ["image"], from: "AI SDK, image part; Kling, image_list" },
  { path: ["image", "url"], from: "gateways that send OpenAI's answer in Kling's field" },
  { path: ["uri"], from: "Runway, referenceImages" },
  { path: ["image_file"], from: "MiniMax, subject_reference" },
  { path: ["subject_image"], from: "Kling, subject_image_list" },
];

function textOf(value: unknown): string | null {
  if (typeof value === "string") return value;
  const texts = shapes.map(({ path }) => valueAt(value, path)).filter((found) => typeof found === "string");
  return texts.find((text) => text.trim() !== "") ?? texts[0] ?? null;
}

const valueAt = (value: unknown, path: readonly string[]): unknown =>
  path.reduce((at, name) => (isRecord(at) ? at[name] : undefined), value);

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Base64 has no colon, and every address has one. */
const hasScheme = /^[a-z][a-z\d+.-]*:/i;
const notBase64 = /[^a-z\d+/_=\s-]/i;
/** `base64://…` (chat bots of OneBot), and a data-URL without `data:`, `image/png;base64,…`. */
const base64Prefix = /^(base64:(\/\/)?|(image\/[\w.+-]+)?;?base64,)/i;

function sourceOfText(written: string, location: InputLocation): InputSource {
  const text = unquoted(written.trim()).trim();
  if (text === "") throw inputError("invalid_value", location, "is empty");
  if (/^data:/i.test(text)) return { kind: "base64", location, text: base64OfDataUrl(text, location) };
  const bare = text.replace(base64Prefix, "").trim();
  if (bare === "") throw inputError("invalid_value", location, "is empty");
  if (hasScheme.test(bare)) return { kind: "address", location, address: bare };
  if (notBase64.test(bare)) {
    throw inputError("invalid_value", location, `is neither an http(s) address nor base64${schemeAdvice(bare)}`);
  }
  return { kind: "base64", location, text: bare };
}

/** Removes the quotes of a text that was copied from JSON or a shell. */
function unquoted(text: string): string {
  if (text.length > 1 && text.startsWith("'") && text.endsWith("'")) return text.slice(1, -1);
  if (!text.startsWith('"')) return text;
  try {
    return String(JSON.parse(text));
  } catch {
    return text;
  }
}

/** For `example.com/cat.png` and `cat/photo`. Base64 may contain slashes too, but 300 characters are no image. */
const schemeAdvice = (text: string): string =>
  text.length <= 300 && /[./]/.test(text) ? "; begin an address with https://" : "";

function base64OfDataUrl(text: string, location: InputLocation): string {
  const comma = text.indexOf(",");
  if (comma === -1 || !/;\s*base64\s*$/i.test(text.slice(0, comma))) {
    throw inputError("input_image_invalid", location, "is a data-URL without ;base64, so not the bytes of an image");
  }
  const data = text.slice(comma + 1);
  if (!data.includes("%")) return data;
  return data.replace(/%(2b|2f|3d|0a|0d|20)/gi, (escaped) => decodeURIComponent(escaped)).trim();
}

/**
 * The bytes of a base64 text, standard or url-safe, with or without padding and white space, piece by piece.
 * @throws AppError `input_image_invalid`.
 */
export function* decodeBase64(text: string, location: InputLocation): Generator<Uint8Array> {
  const broken = () =>
    inputError("input_image_invalid", location, `is not valid base64; perhaps it was cut off${schemeAdvice(text)}`);
  let rest = "";
  for (let start = 0; start < text.length; start += base64PieceCharacters) {
    const slice = rest + text.slice(start, start + base64PieceCharacters).replace(/\s+/g, "");
    const isLast = start + base64PieceCharacters >= text.length;
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
