/** Vitest's own `expect.poll` gives up after a second; a task takes longer to begin. */
import { expect } from "vitest";

const slowMachineMs = 30_000;
const betweenLooksMs = 100;

/** Asks again until it fits. @param message what is asked about, where the expectation does not say it. */
export function eventually<T>(look: () => T | Promise<T>, message = ""): ReturnType<typeof expect.poll<T>> {
  return expect.poll(look, { timeout: slowMachineMs, interval: betweenLooksMs, message });
}
