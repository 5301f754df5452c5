/** Vitest's `expect.poll` gives up after a second; a task takes longer to start. */
import { expect } from "vitest";

const slowMachineMs = 30_000;
const betweenLooksMs = 100;

/** Polls until the expectation holds. @param message the subject, when the expectation does not name it. */
export function eventually<T>(look: () => T | Promise<T>, message = ""): ReturnType<typeof expect.poll<T>> {
  return expect.poll(look, { timeout: slowMachineMs, interval: betweenLooksMs, message });
}
