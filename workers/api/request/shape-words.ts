/**
 * Parses the shape of an image as other servers write it: `16:9`, `16x9`, `2K`, `1024*1024`, `landscape_16_9`. Pure.
 */
import { maxShapeCharacters } from "#api/limits.ts";
import { type Ratio, type Resolution, ratios, resolutions } from "#shared/image-shape.ts";

export type Shape = { ratio?: Ratio; resolution?: Resolution; size?: string };

/** `auto` (OpenAI, fal, Gemini gateways): the server chooses. `custom` (Replicate): `width` and `height` decide. */
const openWords = ["auto", "custom"];

/** fal's names for `image_size`, with the pixels of its schema (fal documentation, seen 2026-11). */
const namedSizes = new Map([
  ["square_hd", "1024x1024"],
  ["square", "512x512"],
  ["portrait_4_3", "768x1024"],
  ["portrait_16_9", "576x1024"],
  ["landscape_4_3", "1024x768"],
  ["landscape_16_9", "1024x576"],
]);

/** A larger number is a side in pixels, not a part of a ratio. */
const maxRatioPart = 64;

/**
 * @param meant `5x4` is pixels in a field for sizes, and an unsupported ratio in a field for ratios.
 * @returns an empty shape when the server chooses; null when the text cannot be parsed.
 */
export function readShape(written: string, meant: "ratio" | "size"): Shape | null {
  if (written.length > maxShapeCharacters) return null;
  // NFKC maps full-width digits, letters, colons and slashes to ASCII.
  const text = written.normalize("NFKC").trim().toLowerCase();
  if (openWords.includes(text)) return {};
  const size = namedSizes.get(text);
  if (size !== undefined && meant === "size") return { size };
  return readResolution(text) ?? readPair(text, meant) ?? readWords(text);
}

/** `2k`, `2 K`; `auto_2K` is fal's. */
function readResolution(text: string): Shape | null {
  const [, number] = /^(?:auto_)?(\d+(?:\.\d+)?)\s*k$/.exec(text) ?? [];
  const resolution = resolutions.find((one) => one === `${number}k`);
  return resolution === undefined ? null : { resolution };
}

function readPair(text: string, meant: "ratio" | "size"): Shape | null {
  const [, across, sign = "", down] = /^(\d{1,9})\s*([:∶/x×*])\s*(\d{1,9})\s*(?:px)?$/.exec(text) ?? [];
  if (across === undefined || down === undefined) return null;
  const [width, height] = [Number(across), Number(down)];
  const size = `${width}x${height}`;
  // Runway writes `1920:1080`.
  if (Math.min(width, height) > maxRatioPart) return { size };
  const isSize = "x×*".includes(sign) && meant === "size";
  const ratio = isSize ? ratios.find((one) => one === `${width}:${height}`) : sameRatio(width, height);
  if (ratio !== undefined) return { ratio };
  return isSize ? { size } : null;
}

/** `aspect_16_9` (Ideogram), `widescreen_16_9` (Freepik), `portrait_16_9` (fal, which means 9:16), `square_hd`. */
function readWords(text: string): Shape | null {
  if (text === "square" || text === "square_hd") return { ratio: "1:1" };
  const [, word, first, second] = /^([a-z]+)(?:_[a-z]+)*_(\d{1,4})_(\d{1,4})$/.exec(text) ?? [];
  if (word === undefined) return null;
  const sides = [Number(first), Number(second)].toSorted((one, other) => one - other);
  const [short = 0, long = 0] = sides;
  if (word === "portrait") return readPair(`${short}:${long}`, "ratio");
  return readPair(word === "landscape" ? `${long}:${short}` : `${first}:${second}`, "ratio");
}

function sameRatio(width: number, height: number): Ratio | undefined {
  if (width === 0 || height === 0) return undefined;
  return ratios.find((ratio) => {
    const [across = 0, down = 0] = ratio.split(":").map(Number);
    return across * height === down * width;
  });
}
