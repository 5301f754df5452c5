/** Exponential backoff. Pure. */

/** Seconds before attempt number `attempt` + 1: doubling from `firstSeconds` up to `maxSeconds`. */
export function backoffSeconds(attempt: number, firstSeconds: number, maxSeconds: number): number {
  return Math.min(maxSeconds, firstSeconds * 2 ** Math.max(0, attempt - 1));
}
