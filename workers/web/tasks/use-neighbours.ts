import { useEffect } from "preact/hooks";
import { position, sequence } from "./viewing.ts";

/** Loads the next and the previous image while one is shown. */
export function useNeighbours(): void {
  const at = position.value;
  useEffect(() => {
    if (at === -1) return;
    for (const neighbour of [sequence.peek()[at + 1], sequence.peek()[at - 1]]) {
      if (neighbour === undefined) continue;
      const image = new Image();
      image.decoding = "async";
      image.src = neighbour.url;
    }
  }, [at]);
}
