// Waits for moments of simulated time: by a timer while the clock runs, and after each change of the clock.

import type { Clock } from "./clock.ts";

export type Waits = {
  /** Resolves to true at that simulated time, to false when the simulator is reset before. */
  until(dueMs: number): Promise<boolean>;
  /** Call it after the clock was moved or its speed changed. */
  check(): void;
  cancelAll(): void;
};

const maxTimerMs = 2 ** 31 - 1;

type Waiter = { dueMs: number; resolve: (isDue: boolean) => void };

export function createWaits(clock: Clock): Waits {
  let waiters: Waiter[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;

  function check(): void {
    clearTimeout(timer);
    const now = clock.nowMs();
    const due = waiters.filter(({ dueMs }) => dueMs <= now).toSorted((a, b) => a.dueMs - b.dueMs);
    waiters = waiters.filter(({ dueMs }) => dueMs > now);
    for (const { resolve } of due) resolve(true);
    if (waiters.length === 0 || clock.speed() === 0) return;
    const nextMs = Math.min(...waiters.map(({ dueMs }) => dueMs));
    timer = setTimeout(check, Math.min(maxTimerMs, Math.max(1, Math.ceil((nextMs - now) / clock.speed()))));
    // A pending call does not keep a test's process alive.
    timer.unref?.();
  }

  return {
    until: (dueMs) =>
      dueMs <= clock.nowMs()
        ? Promise.resolve(true)
        : new Promise((resolve) => {
            waiters.push({ dueMs, resolve });
            check();
          }),
    check,
    cancelAll() {
      const cancelled = waiters;
      waiters = [];
      clearTimeout(timer);
      for (const { resolve } of cancelled) resolve(false);
    },
  };
}
