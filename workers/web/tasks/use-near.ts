/** Which tiles are near the window: only those have their image, so that a long gallery takes no more memory than a short one. */
import { useEffect, useRef, useState } from "preact/hooks";

const listeners = new WeakMap<Element, (isNear: boolean) => void>();

/** Two windows above and below, so that an image is there before it is seen. */
const margin = "200% 0px";

let observer: IntersectionObserver | undefined;

function watch(element: Element, listener: (isNear: boolean) => void): () => void {
  observer ??= new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries) listeners.get(target)?.(isIntersecting);
    },
    { rootMargin: margin },
  );
  const all = observer;
  listeners.set(element, listener);
  all.observe(element);
  return () => all.unobserve(element);
}

/** @param isWatched false: it always counts as near. */
export function useNear<E extends Element>(isWatched: boolean) {
  const ref = useRef<E>(null);
  const [isNear, setNear] = useState(!isWatched);
  useEffect(() => (isWatched && ref.current !== null ? watch(ref.current, setNear) : undefined), [isWatched]);
  return { ref, isNear };
}
