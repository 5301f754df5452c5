import { scrollBehavior } from "#web/components/scroll.ts";

/** Scrolls the form into view and focuses the prompt, after a closing dialog has returned the focus. */
export function scrollToForm(form: HTMLFormElement | null): void {
  setTimeout(() => {
    if (document.querySelector("dialog[open]") !== null) return;
    form?.querySelector(".compose-fields")?.scrollTo({ top: 0 });
    form?.scrollIntoView({ block: "nearest", behavior: scrollBehavior() });
    form?.querySelector<HTMLElement>("#prompt")?.focus({ preventScroll: true });
  }, 0);
}
