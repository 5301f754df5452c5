/** The first field of the form that keeps a draft from being sent. */
import { maxPromptLength } from "#web/limits.ts";
import type { Draft } from "#web/state/draft.ts";
import { areFilesTooLarge } from "#web/state/files-too-large.ts";
import { promptList } from "#web/state/many.ts";
import { hasNoPlaceFor } from "#web/state/models.ts";
import { seedProblem } from "./finer-settings.tsx";

export type FormProblem = "prompt" | "images" | "seed";

export function problemOf(draft: Draft): FormProblem | null {
  const list = promptList.value;
  const { length } = draft.prompt.trim();
  if (list === null ? length === 0 || length > maxPromptLength : list.prompts.length === 0) return "prompt";
  const count = list?.prompts.length ?? 1;
  if (draft.mode === "image" && draft.images.length === 0) return "images";
  if (count > 1 && areFilesTooLarge(draft, count)) return "images";
  if (draft.mode === "text" && seedProblem.value && !hasNoPlaceFor(draft.model, "seed")) return "seed";
  return null;
}
