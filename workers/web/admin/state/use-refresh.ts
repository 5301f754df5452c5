import { useEffect } from "preact/hooks";

/** Refreshes in this interval while the page is visible, and when it becomes visible again. */
export function useRefresh({ refresh }: { refresh: () => Promise<void> }, intervalMs: number): void {
  useEffect(() => {
    const refreshIfSeen = () => {
      if (!document.hidden) void refresh();
    };
    const timer = setInterval(refreshIfSeen, intervalMs);
    document.addEventListener("visibilitychange", refreshIfSeen);
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", refreshIfSeen);
    };
  }, [refresh, intervalMs]);
}
