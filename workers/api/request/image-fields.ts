/**
 * The fields of a body that name an image, under the names other servers give them. Text to image refuses them; images
 * to image takes them as reference images. If they were ignored, the caller would pay for an unrelated image. Pure.
 */
import { AppError } from "#shared/errors.ts";
import { fieldsIn, isFieldName, isRecord, isWrapper, keyOf } from "./field-names.ts";

/**
 * Each name with its source: the vendors' documentation and schemas, seen 2026-11. Case, `_`, `-` and spaces are
 * ignored, and a number may follow (`input_image_2`, `image2`).
 */
const imageNames: Record<string, string> = {
  image: "this API, OpenAI, Volcengine Ark, SiliconFlow (and image2, image3), Kling",
  images: "this API, WaveSpeed, Novita",
  image_url: "fal, Together, xAI, ModelScope",
  image_urls: "fal, kie.ai, Volcengine (visual), NanoBanana API (imageUrls)",
  img_url: "SiliconFlow (img_url), Apify's NanoBanana (imgUrls)",
  img_urls: "as img_url",
  image_input: "Replicate (google/nano-banana, bytedance/seedream-4)",
  image_inputs: "as image_input",
  image_list: "Kling",
  subject_image_list: "Kling",
  input_image: "BFL (to input_image_8), Replicate (flux-kontext)",
  input_images: "Replicate (flux-2), gateways before OpenAI",
  input_urls: "kie.ai",
  reference_image: "Runway's nodes of ComfyUI",
  reference_images: "Together, Replicate (runwayml/gen4-image), Runway and Runware (referenceImages)",
  reference_image_url: "as reference_images",
  reference_image_urls: "fal",
  ref_image: "as ref_images",
  ref_images: "DashScope, ComfyUI's gateways",
  ref_img: "DashScope",
  ref_images_url: "DashScope",
  image_ref: "Luma, useapi.net (imageRef_1)",
  character_ref: "Luma",
  style_ref: "Luma",
  modify_image_ref: "Luma",
  init_image: "Stability v1, Replicate",
  init_images: "Automatic1111",
  init_image_id: "Leonardo",
  seed_image: "Runware (seedImage)",
  source_image: "gateways before Gemini",
  source_images: "as source_image",
  source_url: "StepFun",
  base_image: "as base_image_url",
  base_image_url: "DashScope",
  image_prompt: "BFL (flux-pro-1.1-ultra)",
  image_prompts: "Leonardo (imagePrompts)",
  image_file: "MiniMax",
  image_base64: "gateways",
  image_b64: "Cloudflare Workers AI",
  subject_reference: "MiniMax",
  file_path: "jimeng-free-api-all (filePath)",
  file_paths: "clones of it",
  file_url: "as files_url",
  file_urls: "as files_url",
  files_url: "kie.ai (filesUrl)",
  urls: "GrsAI",
  base64_array: "midjourney-proxy (base64Array)",
  binary_data_base64: "Volcengine (visual)",
};
/** Levels of lists and objects that are searched for an image. */
const maxDepth = 4;
const keys = new Set(Object.keys(imageNames).map(keyOf));

/** `image_urls[]`, `images[2]`, `input_image_2`. */
const numbering = /(\[\d*\]|_?\d{1,2})$/;

const isImageName = (name: string): boolean => keys.has(keyOf(name)) || keys.has(keyOf(name.replace(numbering, "")));

/** The name of a form field without its brackets; null when it names no image. */
export const imageField = (name: string): string | null => (isImageName(name) ? name.replace(/\[\d*\]$/, "") : null);

/**
 * Separates the reference images, under the caller's names with `image` and `images` first, from the other fields. Some
 * clients send the same images under two names: those count once.
 */
export function takeImages(body: Record<string, unknown>): {
  images: Record<string, unknown>;
  fields: Record<string, unknown>;
} {
  const { images, ...others } = body;
  const { image: single, ...rest } = others;
  const image = isSame(single, images) ? undefined : single;
  const taken: [string, unknown][] = [];
  for (const { name, key, value } of fieldsIn(rest)) {
    if (!isImageName(key) || !isPresent(value)) continue;
    if (![image, images, ...taken.map(([, before]) => before)].some((before) => isSame(before, value))) {
      taken.push([name, value]);
    }
  }
  const fields = Object.entries(rest).filter(([name]) => !isImageName(name));
  return {
    images: Object.fromEntries([["image", image], ["images", images], ...taken]),
    fields: Object.fromEntries(fields),
  };
}

function isSame(one: unknown, other: unknown, depth = 0): boolean {
  if (depth > maxDepth) return false;
  if (Array.isArray(one) || Array.isArray(other)) {
    const [these, those] = [one, other].map((value) => (Array.isArray(value) ? value : [value]));
    return (
      these?.length === those?.length && (these ?? []).every((value, index) => isSame(value, those?.[index], depth + 1))
    );
  }
  if (!isRecord(one) || !isRecord(other)) return one === other;
  const names = Object.keys({ ...one, ...other });
  return names.every((name) => isSame(one[name], other[name], depth + 1));
}

/**
 * Refuses every image in a text-to-image request.
 * @throws AppError naming the first field that names an image, or that looks like one by its name and value.
 */
export function refuseImages(body: Record<string, unknown>): void {
  const found = fieldsIn(body).find(
    ({ key, value }) => (isImageName(key) && isPresent(value)) || looksLikeImage(key, value),
  );
  if (found !== undefined) {
    const why = `${found.name} is not taken by text to image; send the request to POST /v1/images/compositions.`;
    throw new AppError("invalid_value", why, found.name);
  }
  refuseHidden(body);
}

/**
 * Refuses further images in an images-to-image request whose reference images were taken.
 * @throws AppError naming the first field under an unknown name that looks like an image.
 */
export function refuseOtherImages(fields: Record<string, unknown>): void {
  const found = fieldsIn(fields).find(({ key, value }) => !isImageName(key) && looksLikeImage(key, value));
  if (found !== undefined) {
    const why = `${found.name} looks like a reference image, but is not a field of this API; send reference images under images.`;
    throw new AppError("invalid_value", why, found.name);
  }
  refuseHidden(fields);
}

/** Refuses images inside fields that are not read: ControlNet units, chat messages, content parts. */
function refuseHidden(fields: Record<string, unknown>): void {
  for (const { name, key, value } of fieldsIn(fields)) {
    if (isImageName(key) || isFieldName(key) || (isWrapper(key) && isRecord(value))) continue;
    const path = hiddenIn(value, name);
    if (path === null) continue;
    const why = `${path} is an image, but ${name} is not a field of this API; send images under images to POST /v1/images/compositions.`;
    throw new AppError("invalid_value", why, name);
  }
}

/** The path of the first data-URL, or of the first image under the name of an image. */
function hiddenIn(value: unknown, path: string, depth = 0): string | null {
  if (typeof value === "string") return /^\s*data:image\//i.test(value) ? path : null;
  if (typeof value !== "object" || value === null || depth > 2 * maxDepth) return null;
  for (const [name, inner] of Object.entries(value)) {
    const at = Array.isArray(value) ? `${path}[${name}]` : `${path}.${name}`;
    const found = isImageName(name) && holdsImage(inner, 0) ? at : hiddenIn(inner, at, depth + 1);
    if (found !== null) return found;
  }
  return null;
}

function isPresent(value: unknown, depth = 0): boolean {
  if (Array.isArray(value)) return depth > maxDepth || value.some((one) => isPresent(one, depth + 1));
  if (isRecord(value)) return Object.keys(value).length > 0;
  return (
    value !== undefined && value !== null && value !== false && !(typeof value === "string" && value.trim() === "")
  );
}

/** `photo`, `face_image`, `styleReference`, `参考图`; not `profile` or `topic`. */
const imagePattern =
  /image|img|photo|picture|base64|图|(?:^|_)(?:pics?|refs?|references?|files?|attachments?|uploads?|faces?|frames?|b64|[sc]ref|init)(?:_|$)/;
const callbackPattern = /callback|webhook|hook|notify/;

function looksLikeImage(name: string, value: unknown): boolean {
  if (isFieldName(name)) return false;
  // The fields of a wrapper object are checked one by one.
  if (isWrapper(name)) return !isRecord(value) && holdsImage(value, 0);
  if (typeof value === "string" && /^\s*data:image\//i.test(value)) return true;
  const words = name
    .replace(/([a-z\d])([A-Z])/g, "$1_$2")
    .replace(/[\s-]/g, "_")
    .toLowerCase();
  return imagePattern.test(words) && !callbackPattern.test(words) && holdsImage(value, 0);
}

/** Whether a value is, or contains, an address, a data-URL or base64. */
function holdsImage(value: unknown, depth: number): boolean {
  if (typeof value === "string") {
    const start = value.trim().slice(0, 200);
    return /^(data:|[a-z][a-z\d+.-]*:\/\/)/i.test(start) || /^[\w+/=\r\n-]{64,}$/.test(start);
  }
  if (typeof value !== "object" || value === null || depth >= maxDepth) return false;
  return Object.values(value).some((inner) => holdsImage(inner, depth + 1));
}
