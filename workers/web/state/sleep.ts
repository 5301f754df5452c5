import { hiddenPollIntervalMs } from "#web/limits.ts";

/** Waits, at most until the page becomes visible or the network returns. */
export function sleepUntilVisible(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
      removeEventListener("online", end);
      document.removeEventListener("visibilitychange", whenSeen);
      resolve();
    };
    const whenSeen = () => {
      if (!document.hidden) end();
    };
    const timer = setTimeout(end, document.hidden ? Math.max(ms, hiddenPollIntervalMs) : ms);
    signal.addEventListener("abort", end);
    addEventListener("online", end);
    document.addEventListener("visibilitychange", whenSeen);
  });
}
