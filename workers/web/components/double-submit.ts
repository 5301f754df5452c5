/** Guards paid requests against double clicks and repeated key presses. Reads no clock itself. */
import { doubleSubmitMs } from "#web/limits.ts";

/**
 * @param now milliseconds of any clock.
 * @param extend whether a repeated submit restarts the time, so that a series of clicks counts once.
 * @returns whether a submit counts. The same request, compared as JSON, does not count within `doubleSubmitMs` of the
 *   last one that did. Files have no JSON; their ids distinguish them.
 */
export function createSubmitGuard(now: () => number, { extend = false } = {}): (request: unknown) => boolean {
  const submittedAt = new Map<string, number>();
  return (request) => {
    const at = now();
    for (const [other, before] of submittedAt) if (at - before >= doubleSubmitMs) submittedAt.delete(other);
    const key = JSON.stringify(request);
    const isRepeat = submittedAt.has(key);
    if (!isRepeat || extend) submittedAt.set(key, at);
    return !isRepeat;
  };
}
