import { scrollBehavior } from "#web/components/scroll.ts";
import type { FormPart } from "#web/state/draft.ts";
import { focusField } from "./focus.ts";

/** Scrolls the form into view and focuses a part of it, after a closing dialog has returned the focus. */
export function scrollToForm(form: HTMLFormElement | null, part: FormPart = "prompt"): void {
  setTimeout(() => {
    if (document.querySelector("dialog[open]") !== null) return;
    form?.querySelector(".compose-fields")?.scrollTo({ top: 0 });
    form?.scrollIntoView({ block: "nearest", behavior: scrollBehavior() });
    if (part === "prompt") form?.querySelector<HTMLElement>("#prompt")?.focus({ preventScroll: true });
    else focusField(form, part);
  }, 0);
}
