import { maxStreamsHttp1, maxStreamsHttp2 } from "#web/limits.ts";

/**
 * How many event streams one window may hold open.
 * @param protocol ALPN name of the page's own connection, as in PerformanceResourceTiming.nextHopProtocol.
 */
export const streamLimit = (protocol: string): number => (/^h[23]/.test(protocol) ? maxStreamsHttp2 : maxStreamsHttp1);
