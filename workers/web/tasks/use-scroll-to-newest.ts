import { useEffect } from "preact/hooks";
import { scrollBehavior } from "#web/components/scroll.ts";
import { lastSubmitted } from "#web/state/submit.ts";
import { cardId } from "./card.tsx";
import { shown } from "./viewing.ts";

/** Scrolls a new task into view when it is outside the upper half of the window; on a phone it lies below the form. */
export function useScrollToNewest(): void {
  const key = lastSubmitted.value;
  useEffect(() => {
    if (key === null || shown.peek() !== null) return;
    const card = document.getElementById(cardId(key));
    const { top } = card?.getBoundingClientRect() ?? { top: 0 };
    if (top >= 0 && top < innerHeight / 2) return;
    card?.scrollIntoView({ block: "start", behavior: scrollBehavior() });
  }, [key]);
}
