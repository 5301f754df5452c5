/**
 * The request somebody is writing: its fields, how others fill them in, and what is sent in the end. The wishes stay as
 * they are while sessions come and go; `offers.ts` says what of them can be had.
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
  strength: number;
  /** null: the model's own number. */
  count: number | null;
  /** null: a new one each time. */
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

/** All but the images outlives the page. */
export const draft: Signal<Draft> = storedSignal<Draft>(
  { name: "draft", version: 1, read: readDraft, write: (value) => ({ ...value, images: [] }), isOwn: true },
  plainDraft,
);

/** Counts up when something else than typing filled the form: the form then scrolls up and takes the focus. */
export const filled = signal(0);

/** Fills the form, as "run again" and links do. What is not given stays as it was. */
export function loadDraft(partial: Partial<Draft>): void {
  draft.value = { ...draft.value, ...partial };
  filled.value += 1;
}

export function changeDraft(change: Partial<Draft>): void {
  draft.value = { ...draft.value, ...change };
}

/** "Use as reference": switches to image mode. An image that is there already is not added again. */
export function addReference(image: ReferenceImage): void {
  addImages([image]);
  filled.value += 1;
}

/** @returns how many found no room. */
export function addImages(images: readonly ReferenceImage[]): number {
  const { images: before } = draft.value;
  const isNew = (image: ReferenceImage) =>
    image.kind === "file" || !before.some((one) => one.kind === "link" && one.url === image.url);
  const wanted = images.filter(isNew);
  const fitting = wanted.slice(0, Math.max(0, maxReferenceImages - before.length));
  changeDraft({ mode: "image", images: [...before, ...fitting] });
  return wanted.length - fitting.length;
}

/** What is sent for a draft. `json` is the same as a JSON body, with the names of files in the place of their bytes. */
export function requestOf(given: Draft): {
  path: string;
  body: BodyInit;
  headers: Record<string, string>;
  json: Record<string, unknown>;
} {
  const fields = fieldsOf(given);
  // A count alone would make the API wait for the images, as OpenAI's clients want it.
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

/** Dreamina has no place for a negative prompt or a seed beside reference images. */
function fieldsOf(given: Draft): Record<string, string | number> {
  const { mode, prompt, negativePrompt, model, ratio, resolution, strength, count, seed } = given;
  const negative = negativePrompt.trim();
  return {
    prompt: prompt.trim(),
    model,
    ratio,
    resolution,
    sample_strength: strength,
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
