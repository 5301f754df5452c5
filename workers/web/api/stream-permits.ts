/**
 * How many event streams the page holds open at once. Over HTTP/1.1 a browser opens six connections to a server, for
 * all its windows together: streams must leave room for images and for everything else. No I/O. No clock.
 */
export type StreamPermit = {
  /** Aborts when the lane closes while the stream is open. */
  signal: AbortSignal;
  release(): void;
};

export type StreamPermits = {
  /** A place for one stream; null when there is none, and polling has to do. */
  acquire(): StreamPermit | null;
  /** While the lane is shut, streams end and none begins: the page is hidden, say. */
  setPaused(isShut: boolean): void;
  /** Streams do not come through here: nobody tries again. */
  disable(): void;
};

export function createStreamPermits(limit: () => number): StreamPermits {
  const open = new Set<AbortController>();
  let isShut = false;
  let isGivenUp = false;
  return {
    acquire() {
      if (isShut || isGivenUp || open.size >= limit()) return null;
      const controller = new AbortController();
      open.add(controller);
      return { signal: controller.signal, release: () => void open.delete(controller) };
    },
    setPaused(shut) {
      isShut = shut;
      if (shut) for (const controller of open) controller.abort();
    },
    disable() {
      isGivenUp = true;
    },
  };
}
