/**
 * A draft as the fragment of a URL, and back. The fragment never reaches a server. Files have no URL, so it holds only
 * linked images. Pure.
 */
import { maxCount, maxLinkValue, maxPromptLength, maxReferenceImages, maxSeed } from "#web/limits.ts";
import { type Draft, plainDraft } from "./draft.ts";

/** Only the values that differ from an empty draft; without the #. */
export function toHash(draft: Draft): string {
  const values = new URLSearchParams();
  if (draft.mode === "image") values.set("mode", "image");
  if (draft.prompt.trim() !== "") values.set("prompt", draft.prompt.trim());
  if (draft.negativePrompt.trim() !== "") values.set("negative", draft.negativePrompt.trim());
  for (const name of ["model", "ratio", "resolution"] as const) {
    if (draft[name] !== plainDraft[name]) values.set(name, draft[name]);
  }
  if (draft.strength !== null && draft.strength !== plainDraft.strength) values.set("strength", String(draft.strength));
  if (draft.count !== null) values.set("n", String(draft.count));
  if (draft.seed !== null) values.set("seed", String(draft.seed));
  // Images left over from image mode would open the link in image mode.
  const images = draft.mode === "image" ? draft.images : [];
  for (const image of images) {
    if (image.kind === "link") values.append("image", image.url);
  }
  return values.toString();
}

/**
 * @param hash with or without the #.
 * @returns the draft of the link, with defaults for the values that it lacks; null for a fragment without values.
 */
export function fromHash(hash: string): Draft | null {
  const values = new URLSearchParams(hash.replace(/^#/, ""));
  if (!names.some((name) => values.has(name))) return null;
  const text = (name: string, max: number) => values.get(name)?.trim().slice(0, max) ?? "";
  const images = values
    .getAll("image")
    .filter((url) => /^https?:\/\//i.test(url) && URL.canParse(url))
    .slice(0, maxReferenceImages);
  return {
    mode: values.get("mode") === "image" || images.length > 0 ? "image" : "text",
    prompt: text("prompt", maxPromptLength),
    negativePrompt: text("negative", maxPromptLength),
    model: text("model", maxLinkValue) || plainDraft.model,
    ratio: text("ratio", maxLinkValue) || plainDraft.ratio,
    resolution: text("resolution", maxLinkValue) || plainDraft.resolution,
    strength: between(values.get("strength"), 0, 1) ?? plainDraft.strength,
    count: whole(between(values.get("n"), 1, maxCount)),
    seed: whole(between(values.get("seed"), 0, maxSeed)),
    images: images.map((url, index) => ({ id: `link-${index}`, name: nameIn(url), kind: "link", url })),
  };
}

const names = ["mode", "prompt", "negative", "model", "ratio", "resolution", "strength", "n", "seed", "image"];

function between(text: string | null, min: number, max: number): number | null {
  const value = Number(text ?? "");
  return text !== null && text.trim() !== "" && value >= min && value <= max ? value : null;
}

const whole = (value: number | null): number | null => (value !== null && Number.isInteger(value) ? value : null);

/** The last part of a URL's path, or its host, as a name to show. */
export function nameIn(url: string): string {
  const { hostname, pathname } = new URL(url);
  return pathname.split("/").findLast((part) => part !== "") ?? hostname;
}
