/** How many event streams this page may have open. */
import { streamLimit } from "#web/api/stream-limit.ts";
import { createStreamPermits } from "#web/api/stream-permits.ts";

export const permits = createStreamPermits(() => streamLimit(protocolOfPage()));

/** ALPN name of the page's connection, which its requests to the same server share. */
function protocolOfPage(): string {
  const [entry] = performance.getEntriesByType("navigation");
  return entry instanceof PerformanceNavigationTiming ? entry.nextHopProtocol : "";
}
