/**
 * Notices that the window is about to close, to reload or to load another page. Firefox and WebKit end its requests
 * then, while it still runs: to the page this looks like a server that does not answer.
 */
import { departureMs } from "#web/limits.ts";

/**
 * Watches during one request: a listener of `beforeunload` that stays can keep a page out of the back-forward cache.
 */
export function watchDeparture(): { passed: () => Promise<void>; end: () => void } {
  let isLeaving = false;
  const note = () => {
    isLeaving = true;
  };
  // Safari on phones sends only the second.
  const events = ["beforeunload", "pagehide"];
  for (const event of events) globalThis.addEventListener?.(event, note);
  return {
    /** Resolves at once, unless the window is leaving: then only if it is still there after a while. */
    passed: async () => {
      if (isLeaving) await new Promise((resolve) => setTimeout(resolve, departureMs));
    },
    end: () => {
      for (const event of events) globalThis.removeEventListener?.(event, note);
    },
  };
}
