/** The time, for what counts down on the page: it ticks only while something runs and somebody can see it. */

import { effect, signal } from "@preact/signals";
import { clockTickMs } from "#web/limits.ts";
import { running } from "#web/state/tasks.ts";

export const now = signal(Date.now());

/** @returns stops it. */
export function startClock(): () => void {
  const stop = effect(() => {
    if (running.value.length === 0) return;
    const tick = () => {
      if (!document.hidden) now.value = Date.now();
    };
    tick();
    const timer = setInterval(tick, clockTickMs);
    return () => clearInterval(timer);
  });
  return stop;
}
