/** Whether the files of a draft are too large for a batch. Pure. */
import { maxBatchBytes } from "#shared/wire/limits.ts";
import type { Draft } from "./draft.ts";

/** Each prompt carries the files as base64, which writes three bytes as four. */
export function areFilesTooLarge({ mode, images }: Pick<Draft, "mode" | "images">, prompts: number): boolean {
  const bytes = images.reduce((sum, image) => sum + (image.kind === "file" ? image.blob.size : 0), 0);
  return mode === "image" && bytes > 0 && prompts * (bytes * (4 / 3) + spareBytes) > maxBatchBytes;
}

/** What a request has beside its files. */
const spareBytes = 2_000;
