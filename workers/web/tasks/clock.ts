/** The current time for countdowns and progress bars. Ticks only while a task runs and the page is visible. */

import { effect, signal } from "@preact/signals";
import { clockTickMs } from "#web/limits.ts";
import { running } from "#web/state/tasks.ts";

export const now = signal(Date.now());

/** @returns a function that stops the clock. */
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
