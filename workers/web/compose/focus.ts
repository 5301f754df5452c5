/** Moves the focus to the field that has a problem. */
import type { FormProblem } from "./form-problem.ts";

const fields: Record<FormProblem, string> = {
  prompt: "#prompt",
  images: ".reference-choose",
  seed: "#seed",
};

export function focusField(form: HTMLFormElement | null, field: FormProblem): void {
  const element = form?.querySelector<HTMLElement>(fields[field]);
  const fold = element?.closest("details");
  if (fold) fold.open = true;
  element?.focus();
}
