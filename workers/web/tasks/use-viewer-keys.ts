/** Keys of the large view: arrows step through the images, +, - and 0 zoom. */

import type { Signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { zoomFactor } from "#web/limits.ts";
import { step } from "./viewing.ts";
import { unzoomed, type Zoom, zoomStep } from "./zoom.ts";

export function useViewerKeys(zoom: Signal<Zoom>): void {
  useEffect(() => {
    const zoomBy = (factor: number) => {
      zoom.value = zoomStep(zoom.peek(), factor);
    };
    const actions: Record<string, () => void> = {
      ArrowLeft: () => step(-1),
      ArrowRight: () => step(1),
      "+": () => zoomBy(zoomFactor),
      "=": () => zoomBy(zoomFactor),
      "-": () => zoomBy(1 / zoomFactor),
      "0": () => {
        zoom.value = unzoomed;
      },
    };
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
      if (event.target instanceof Element && event.target.closest("[role=menu]") !== null) return;
      const run = actions[event.key];
      if (run === undefined) return;
      event.preventDefault();
      run();
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, [zoom]);
}
