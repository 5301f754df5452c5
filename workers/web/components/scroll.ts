/** Scrolling that shows where things are, at once for users who want less movement. */

export const scrollBehavior = (): ScrollBehavior =>
  matchMedia("(prefers-reduced-motion: reduce)").matches ? "instant" : "smooth";

/** Scrolls as little as needed to show an element that has opened; of a tall one, its beginning. */
export function reveal(element: Element): void {
  element.scrollIntoView({ block: "nearest", behavior: scrollBehavior() });
}
