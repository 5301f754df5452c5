/** The first field of the form that keeps a draft from being sent. */
import { maxPromptLength } from "#web/limits.ts";
import type { Draft } from "#web/state/draft.ts";
import { hasNoPlaceFor } from "#web/state/models.ts";
import { seedProblem } from "./finer-settings.tsx";

export type FormProblem = "prompt" | "images" | "seed";

export function problemOf(draft: Draft): FormProblem | null {
  const length = draft.prompt.trim().length;
  if (length === 0 || length > maxPromptLength) return "prompt";
  if (draft.mode === "image" && draft.images.length === 0) return "images";
  if (draft.mode === "text" && seedProblem.value && !hasNoPlaceFor(draft.model, "seed")) return "seed";
  return null;
}
