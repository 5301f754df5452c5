/**
 * How many event streams the page holds open at once. Over HTTP/1.1 a browser opens six connections to a server, for
 * all its windows together: streams must leave room for pictures and for everything else. No I/O. No clock.
 */
export type Place = {
  /** Aborts when the lane closes while the stream is open. */
  signal: AbortSignal;
  leave(): void;
};

export type StreamLane = {
  /** A place for one stream; null when there is none, and polling has to do. */
  enter(): Place | null;
  /** While the lane is shut, streams end and none begins: the page is hidden, say. */
  setShut(isShut: boolean): void;
  /** Streams do not come through here: nobody tries again. */
  giveUp(): void;
};

export function createStreamLane(limit: () => number): StreamLane {
  const open = new Set<AbortController>();
  let isShut = false;
  let isGivenUp = false;
  return {
    enter() {
      if (isShut || isGivenUp || open.size >= limit()) return null;
      const controller = new AbortController();
      open.add(controller);
      return { signal: controller.signal, leave: () => void open.delete(controller) };
    },
    setShut(shut) {
      isShut = shut;
      if (shut) for (const controller of open) controller.abort();
    },
    giveUp() {
      isGivenUp = true;
    },
  };
}

/** Two windows of the page and what else it asks for have to fit into the six connections of HTTP/1.1. */
const streamsOverOne = 2;
/** HTTP/2 and 3 carry a hundred and more over one connection. */
const streamsOverMany = 24;

/** @param protocol ALPN name of what the page itself came by, as in PerformanceResourceTiming.nextHopProtocol. */
export const streamLimit = (protocol: string): number => (/^h[23]/.test(protocol) ? streamsOverMany : streamsOverOne);
