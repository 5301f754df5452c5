/** Moves the focus to a field of the form: the one that has a problem, or that is to be changed. */
import type { FormPart } from "#web/state/draft.ts";
import type { FormProblem } from "./form-problem.ts";

const fields: Record<FormProblem | FormPart, string> = {
  prompt: "#prompt",
  model: "#model",
  images: ".reference-choose",
  seed: "#seed",
};

export function focusField(form: HTMLFormElement | null, field: FormProblem | FormPart): void {
  const element = form?.querySelector<HTMLElement>(fields[field]);
  const fold = element?.closest("details");
  if (fold) fold.open = true;
  element?.focus();
}
