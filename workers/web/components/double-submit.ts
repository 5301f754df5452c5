/** Guards paid requests against double clicks and repeated key presses. Reads no clock itself. */
import { doubleSubmitMs } from "#web/limits.ts";

/**
 * @param now milliseconds of any clock.
 * @returns whether a submit counts. The same request, compared as JSON, does not count within `doubleSubmitMs` of the
 *   last one that did. Files have no JSON; their ids distinguish them.
 */
export function createSubmitGuard(now: () => number): (request: unknown) => boolean {
  const countedAt = new Map<string, number>();
  return (request) => {
    const at = now();
    for (const [other, before] of countedAt) if (at - before >= doubleSubmitMs) countedAt.delete(other);
    const key = JSON.stringify(request);
    if (countedAt.has(key)) return false;
    countedAt.set(key, at);
    return true;
  };
}
