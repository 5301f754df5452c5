/** Moves the focus and the scroll position between the form and the tasks. */
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

/** Where the tasks lie below the form, scrolls down to them. */
export function scrollToTasks(): void {
  if (!matchMedia("(max-width: 959px)").matches) return;
  if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
  setTimeout(() => document.querySelector("#tasks")?.scrollIntoView({ behavior: scrollBehavior() }), 0);
}

/** Scrolls the form into view and focuses the prompt, after a closing dialog has returned the focus. */
export function scrollToForm(form: HTMLFormElement | null): void {
  setTimeout(() => {
    if (document.querySelector("dialog[open]") !== null) return;
    form?.querySelector(".compose-fields")?.scrollTo({ top: 0 });
    form?.scrollIntoView({ block: "nearest", behavior: scrollBehavior() });
    form?.querySelector<HTMLElement>("#prompt")?.focus({ preventScroll: true });
  }, 0);
}

const scrollBehavior = (): ScrollBehavior =>
  matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth";
