/**
 * Limits the event streams that the page holds open. Over HTTP/1.1 a browser opens six connections to a server for all
 * its windows together; images and other requests need some of them. No I/O, no clock.
 */
export type StreamPermit = {
  /** Aborts when streams are paused. */
  signal: AbortSignal;
  release(): void;
};

export type StreamPermits = {
  /** @returns null when no stream may be opened: the caller polls. */
  acquire(): StreamPermit | null;
  /** While paused, for example on a hidden page, open streams are aborted and none is permitted. */
  setPaused(isPaused: boolean): void;
  /** For good: streams do not pass the network here. */
  disable(): void;
};

export function createStreamPermits(limit: () => number): StreamPermits {
  const open = new Set<AbortController>();
  let isPaused = false;
  let isDisabled = false;
  return {
    acquire() {
      if (isPaused || isDisabled || open.size >= limit()) return null;
      const controller = new AbortController();
      open.add(controller);
      return { signal: controller.signal, release: () => void open.delete(controller) };
    },
    setPaused(paused) {
      isPaused = paused;
      if (paused) for (const controller of open) controller.abort();
    },
    disable() {
      isDisabled = true;
    },
  };
}
