/**
 * Translates the field names of other servers' APIs into this API's. A field that is ignored costs the caller an
 * unwanted image. Pure.
 */
import { AppError } from "#shared/errors.ts";
import { imageRequestSchema } from "#shared/wire/image-request.ts";
import { readShape, type Shape } from "./shape-words.ts";
import { valueIn } from "./text-values.ts";

type Field = "ratio" | "resolution" | "size" | "n" | "negative_prompt" | "mask" | Factor;
/** Pairs of these are multiplied or joined: width with height, batch with rounds. */
type Factor = "width" | "height" | "batch" | "rounds";

/**
 * Each name with its source: the vendors' documentation and schemas, seen 2026-11. Case, `_`, `-` and spaces are
 * ignored, so `aspect_ratio` matches `aspectRatio`.
 */
const synonyms: Record<Field, Record<string, string>> = {
  ratio: {
    aspect_ratio: "Google (aspectRatio), AI SDK, fal, Replicate, Stability, BFL, xAI, Kling, MiniMax, Ideogram, Venice",
    aspect: "short for it",
    ar: "Midjourney (--ar), Picsart",
    image_ratio: "Dreamina's own draft",
    image_aspect_ratio: "gateways before Gemini",
  },
  resolution: {
    image_resolution: "kie.ai, Polza",
    resolution_type: "Dreamina's own draft",
  },
  size: {
    image_size: "fal, SiliconFlow, AIML API (pixels or a word), Google (imageSize: 2K), kie.ai (a ratio)",
  },
  width: {
    width: "Together, BFL, Stability, Automatic1111, Replicate, Leonardo, Runware, Volcengine",
    image_width: "Replicate (prunaai/flux-schnell), Griptape",
  },
  height: {
    height: "as width",
    image_height: "as image_width",
  },
  batch: { batch_size: "SiliconFlow, Automatic1111" },
  rounds: { n_iter: "Automatic1111, as many batches", batch_count: "webuiapi, the same" },
  n: {
    num_images: "fal, Leonardo, Ideogram, AIML API, WaveSpeed, NanoBanana API (numImages)",
    number_of_images: "Google (numberOfImages)",
    sample_count: "Google Vertex AI (sampleCount)",
    num_outputs: "Replicate, PixelDojo",
    num_images_per_prompt: "diffusers",
    images_per_prompt: "short for it",
    max_images: "Volcengine Ark, Replicate (bytedance/seedream-4), kie.ai, WaveSpeed",
    number_results: "Runware (numberResults)",
    num_samples: "Replicate (older models)",
    samples: "Stability v1",
    n_variants: "kie.ai (nVariants)",
    quantity: "Civitai",
    count: "Picsart",
    num: "Tencent Hunyuan (Num)",
    image_num: "Novita",
    image_count: "gateways",
  },
  negative_prompt: {
    negative: "Replicate (jack000/glid-3-xl)",
    n_prompt: "Replicate (ControlNet)",
  },
  mask: {
    mask_image: "fal (mask_image_url), Runware (maskImage), Stability v1",
    mask_url: "fal",
    mask_image_url: "DashScope",
    image_mask: "Black Forest Labs's clients",
  },
};

/**
 * Objects whose fields are read like the body's own: `image_config` (Gemini, OpenRouter), `generation_config` (Gemini),
 * `parameters` (Vertex AI, DashScope), `input` (Replicate, DashScope, kie.ai), `sequential_image_generation_options`
 * (Volcengine Ark), and `extra_body`, which some users of OpenAI's Python client send literally.
 */
const wrappers = new Set(
  ["image_config", "generation_config", "parameters", "input", "sequential_image_generation_options", "extra_body"].map(
    keyOf,
  ),
);
/** Levels of nested wrappers that are read. */
const maxWrapperDepth = 3;

/** Without `prompt` and `model`: inside a wrapper they belong to a whole request of another API. */
const ownNames = Object.keys(imageRequestSchema.shape).filter((name) => name !== "prompt" && name !== "model");
const fields = new Map([
  ...ownNames.map((name) => [keyOf(name), name] as const),
  ...Object.entries(synonyms).flatMap(([field, names]) =>
    Object.keys(names).map((name) => [keyOf(name), field] as const),
  ),
  ["mask", "mask"] as const,
]);

/** The same key for `aspectRatio`, `Aspect-Ratio` and `aspect_ratio`. */
export function keyOf(name: string): string {
  return name.toLowerCase().replace(/[_\s-]/g, "");
}

/** Whether a name means a field of this API. */
export const isFieldName = (name: string): boolean =>
  fields.has(keyOf(name)) || Object.hasOwn(imageRequestSchema.shape, name);

export const isWrapper = (name: string): boolean => wrappers.has(keyOf(name));

/** A field as the caller wrote it. `name` is its path: `parameters.sampleCount`. */
type WrittenField = { name: string; key: string; value: unknown; isInside: boolean };

/** The body's fields, then those of its wrappers. */
export function fieldsIn(body: Record<string, unknown>, path = "", depth = 0): WrittenField[] {
  const own = Object.entries(body).map(([key, value]) => ({ name: path + key, key, value, isInside: depth > 0 }));
  const inner = own.flatMap(({ name, key, value }) =>
    isWrapper(key) && isRecord(value) && depth < maxWrapperDepth ? fieldsIn(value, `${name}.`, depth + 1) : [],
  );
  return [...own, ...inner];
}

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

export type Canonical = {
  fields: Record<string, unknown>;
  /** The caller's name of each field, where it differs from this API's. */
  callerNames: Map<string, string>;
};

/**
 * Renames the fields to this API's names and parses numbers and booleans from texts. An unreadable value is kept, so
 * that the schema refuses it.
 * @throws AppError for two names with different values, and for a width without a height.
 */
export function canonicalFields(body: Record<string, unknown>): Canonical {
  const values = new Map<string, FieldValue>();
  const factors = new Map<string, FieldValue>();
  const others: [string, unknown][] = [];
  const all = fieldsIn(body);
  const isSingle = all.some(({ key, value }) => requestsOneImage(key, value));
  for (const { name, key, value, isInside } of all) {
    const field = fields.get(keyOf(key));
    if (field === undefined) {
      if (!isInside) others.push([name, value]);
      continue;
    }
    if (value === undefined || value === null || (name !== field && isBlank(value))) continue;
    // Volcengine Ark's maximum for a group of images, sent also with requests for a single image.
    if (isSingle && keyOf(key) === "maximages") continue;
    if (isFactor(field)) assign(factors, field, { value: valueIn("n", value), name });
    else
      for (const [target, part] of Object.entries(readingOf(field, value)))
        assign(values, target, { value: part, name });
  }
  const size = sizeOf(factors);
  if (size !== null) assign(values, "size", size);
  const count = countOf(factors);
  if (count !== null) assign(values, "n", count);
  if (isSingle && !values.has("n")) values.set("n", { value: 1, name: "n" });
  const named = [...values].map(([field, { value }]) => [field, value] as const);
  const renamed = [...values].filter(([field, { name }]) => field !== name);
  return {
    fields: Object.fromEntries([...others, ...named]),
    callerNames: new Map(renamed.map(([field, { name }]) => [field, name])),
  };
}

const isFactor = (field: string): boolean => ["width", "height", "batch", "rounds"].includes(field);

type FieldValue = { value: unknown; name: string };

function assign(values: Map<string, FieldValue>, field: string, now: FieldValue): void {
  const before = values.get(field);
  if (before === undefined) {
    values.set(field, now);
    return;
  }
  if (isSame(before.value, now.value)) return;
  const param = now.name === field ? before.name : now.name;
  throw new AppError(
    "invalid_value",
    `${before.name} and ${now.name} mean the same and disagree; send one of them.`,
    param,
  );
}

/** Ignores white space around texts. */
const isSame = (one: unknown, other: unknown): boolean =>
  typeof one === "string" && typeof other === "string" ? one.trim() === other.trim() : one === other;

/** Clients send blanks for unset values. This API's own fields have their own rules for blanks. */
const isBlank = (value: unknown): boolean => typeof value === "string" && value.trim() === "";

/** The fields of this API that a value sets: `image_size: "2K"` sets the resolution. */
function readingOf(field: string, value: unknown): Record<string, unknown> {
  if (field === "ratio" || field === "resolution" || field === "size") {
    const shape =
      typeof value === "string" ? readShape(value, field === "ratio" ? "ratio" : "size") : sizeOfRecord(value);
    const isMisplaced = field === "ratio" && shape?.resolution !== undefined;
    return shape === null || isMisplaced ? { [field]: value } : shape;
  }
  // Evolink's `quality: "2K"`.
  const tier = field === "quality" && typeof value === "string" ? readShape(value, "size")?.resolution : undefined;
  return tier === undefined ? { [field]: valueIn(field, value) } : { resolution: tier };
}

/** fal's `image_size: {width, height}`. */
function sizeOfRecord(value: unknown): Shape | null {
  if (!isRecord(value)) return null;
  const [width, height] = [valueIn("n", value.width), valueIn("n", value.height)];
  return isSide(width) && isSide(height) ? { size: `${width}x${height}` } : null;
}

function sizeOf(factors: Map<string, FieldValue>): FieldValue | null {
  const [width, height] = [factors.get("width"), factors.get("height")];
  for (const side of [width, height]) {
    if (side === undefined || isSide(side.value)) continue;
    const why = `${side.name} must be a whole number of pixels, at least 1.`;
    throw new AppError("invalid_value", why, side.name);
  }
  if (width !== undefined && height !== undefined) {
    return { value: `${width.value}x${height.value}`, name: width.name };
  }
  const only = width ?? height;
  if (only === undefined) return null;
  const missing = width === undefined ? "width" : "height";
  const why = `${only.name} is given without ${missing}; send both, or ratio and resolution instead.`;
  throw new AppError("invalid_value", why, missing);
}

/** Automatic1111 makes `n_iter` batches of `batch_size`. */
function countOf(factors: Map<string, FieldValue>): FieldValue | null {
  const [batch, rounds] = [factors.get("batch"), factors.get("rounds")];
  if (batch === undefined || rounds === undefined) return batch ?? rounds ?? null;
  const wrong = [batch, rounds].find(({ value }) => !isSide(value));
  return wrong ?? { value: Number(batch.value) * Number(rounds.value), name: batch.name };
}

const isSide = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 1;

/** Volcengine's fields for a single image: Ark's, and that of its older visual API. */
const requestsOneImage = (key: string, value: unknown): boolean =>
  (keyOf(key) === "sequentialimagegeneration" && value === "disabled") ||
  (keyOf(key) === "forcesingle" && (value === true || value === "true"));
