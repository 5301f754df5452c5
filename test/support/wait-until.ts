/** Waiting for a value. For an expectation, `expect.poll` waits as long as `vitest.config.ts` says. */
import { vi } from "vitest";

/** Less than a test may take, so that the error names the wait. */
const slowMachineMs = 50_000;
const betweenLooksMs = 50;

/**
 * Vitest's own waits give up after a second, which a busy machine needs for anything.
 *
 * @returns the first value that is truthy
 * @throws Error after 50 seconds
 */
export const waitUntil = <T>(look: () => T | Promise<T>) =>
  vi.waitUntil(look, { timeout: slowMachineMs, interval: betweenLooksMs });
