/**
 * The draft in the form: its fields, the functions that fill them in, and its request. It stays as it is when the
 * sessions change; `offers.ts` fits a copy to what they offer.
 */

import { type Signal, signal } from "@preact/signals";
import { maxReferenceImages } from "#web/limits.ts";
import { isRecord } from "#web/storage/is-record.ts";
import { storedSignal } from "#web/storage/storage.ts";

export type ReferenceImage = { id: string; name: string } & (
  | { kind: "file"; blob: Blob }
  | { kind: "link"; url: string }
);

export type Draft = {
  mode: "text" | "image";
  prompt: string;
  negativePrompt: string;
  model: string;
  ratio: string;
  resolution: string;
  /** null: not sent, because the model has no place for it. */
  strength: number | null;
  /** null: the model's default. */
  count: number | null;
  /** null: random each time. */
  seed: number | null;
  images: ReferenceImage[];
};

export const plainDraft: Draft = {
  mode: "text",
  prompt: "",
  negativePrompt: "",
  model: "dreamina-4.5",
  ratio: "1:1",
  resolution: "2k",
  strength: 0.5,
  count: null,
  seed: null,
  images: [],
};

/** Stored without its images. */
export const draft: Signal<Draft> = storedSignal<Draft>(
  { name: "draft", version: 1, read: readDraft, write: (value) => ({ ...value, images: [] }), isOwn: true },
  plainDraft,
);

/** Whether each line of the prompt is a prompt of its own. */
export const isMany: Signal<boolean> = storedSignal<boolean>(
  { name: "many", version: 1, read: (stored) => stored === true, isOwn: true },
  false,
);

/** Counts how often images were added to the form: it then scrolls to them. */
export const imagesAdded = signal(0);

/** Counts how often the form was filled by something other than typing: it then scrolls up and takes the focus. */
export const filled = signal(0);

export type FormPart = "prompt" | "model" | "images";

/** The part that takes the focus when `filled` changes. */
export const partToChange = signal<FormPart>("prompt");

/**
 * Fills the form, as "Edit" and links do. Fields that are not given stay as they are.
 * @param many see `isMany`.
 * @param part takes the focus.
 */
export function loadDraft(partial: Partial<Draft>, many = false, part: FormPart = "prompt"): void {
  isMany.value = many;
  partToChange.value = part;
  const strength = partial.strength ?? draft.value.strength;
  draft.value = { ...draft.value, ...partial, strength };
  filled.value += 1;
}

export function changeDraft(change: Partial<Draft>): void {
  draft.value = { ...draft.value, ...change };
}

/** "Use as reference": switches to image mode. A link that the form has is not added again. */
export function addReference(image: ReferenceImage): void {
  addImages([image]);
  partToChange.value = "prompt";
  filled.value += 1;
}

/** @returns the number of images above the limit, which were not added. */
export function addImages(images: readonly ReferenceImage[]): number {
  const { images: before } = draft.value;
  const isNew = (image: ReferenceImage) =>
    image.kind === "file" || !before.some((one) => one.kind === "link" && one.url === image.url);
  const wanted = images.filter(isNew);
  const fitting = wanted.slice(0, Math.max(0, maxReferenceImages - before.length));
  changeDraft({ mode: "image", images: [...before, ...fitting] });
  if (fitting.length > 0) imagesAdded.value += 1;
  return wanted.length - fitting.length;
}

/** The request of a draft. `json` is the same as a JSON body, with the names of files instead of their bytes. */
export function requestOf(given: Draft): {
  path: string;
  body: BodyInit;
  headers: Record<string, string>;
  json: Record<string, unknown>;
} {
  const fields = fieldsOf(given);
  // With `n` alone the API would wait for the images, as OpenAI's does.
  const headers = { Prefer: "respond-async" };
  if (given.mode === "text") {
    const body = JSON.stringify(fields);
    return {
      path: "/v1/images/generations",
      body,
      headers: { ...headers, "Content-Type": "application/json" },
      json: fields,
    };
  }
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, String(value));
  for (const image of given.images) {
    if (image.kind === "file") form.append("images", image.blob, image.name);
    else form.append("images", image.url);
  }
  const images = given.images.map((image) => (image.kind === "file" ? image.name : image.url));
  return { path: "/v1/images/compositions", body: form, headers, json: { ...fields, images } };
}

/** Without images. Dreamina takes no negative prompt and no seed together with reference images. */
export function fieldsOf(given: Draft): Record<string, string | number> {
  const { mode, prompt, negativePrompt, model, ratio, resolution, strength, count, seed } = given;
  const negative = negativePrompt.trim();
  return {
    prompt: prompt.trim(),
    model,
    ratio,
    resolution,
    ...(strength !== null && { sample_strength: strength }),
    ...(mode === "text" && negative !== "" && { negative_prompt: negative }),
    ...(count !== null && { n: count }),
    ...(mode === "text" && seed !== null && { seed }),
  };
}

function readDraft(stored: unknown): Draft | undefined {
  if (!isRecord(stored)) return undefined;
  const text = (name: "prompt" | "negativePrompt" | "model" | "ratio" | "resolution") =>
    typeof stored[name] === "string" ? stored[name] : plainDraft[name];
  const numberOrNull = (name: "count" | "seed") => (typeof stored[name] === "number" ? stored[name] : null);
  return {
    mode: stored.mode === "image" ? "image" : "text",
    prompt: text("prompt"),
    negativePrompt: text("negativePrompt"),
    model: text("model"),
    ratio: text("ratio"),
    resolution: text("resolution"),
    strength: typeof stored.strength === "number" ? stored.strength : plainDraft.strength,
    count: numberOrNull("count"),
    seed: numberOrNull("seed"),
    images: [],
  };
}
