import { scrollBehavior } from "#web/components/scroll.ts";

/** Where the tasks lie below the form, scrolls down to them. */
export function scrollToTasks(): void {
  if (!matchMedia("(max-width: 959px)").matches) return;
  if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
  setTimeout(() => document.querySelector("#tasks")?.scrollIntoView({ behavior: scrollBehavior() }), 0);
}
