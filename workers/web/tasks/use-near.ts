/** Which tiles are near the window: only those have their image, so that a long gallery takes no more memory than a short one. */
import type { Signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";

const watched = new WeakMap<Element, Signal<boolean>>();

/** Two windows above and below, so that an image is there before it is seen. */
const margin = "200% 0px";

let observer: IntersectionObserver | undefined;

function watch(element: Element, near: Signal<boolean>): () => void {
  observer ??= new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries) {
        const signal = watched.get(target);
        if (signal !== undefined) signal.value = isIntersecting;
      }
    },
    { rootMargin: margin },
  );
  const all = observer;
  watched.set(element, near);
  all.observe(element);
  return () => all.unobserve(element);
}

/** @param near is told whether the element is near the window; null: the element is not watched. */
export function useNear<E extends Element>(near: Signal<boolean> | null) {
  const ref = useRef<E>(null);
  useEffect(() => (near !== null && ref.current !== null ? watch(ref.current, near) : undefined), [near]);
  return ref;
}
