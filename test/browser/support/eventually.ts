/** Waiting for an expectation about the page, which each look asks the browser for. */
import { expect } from "vitest";

const betweenLooksMs = 100;

/** Polls until the expectation holds. @param message the subject, when the expectation does not name it. */
export function eventually<T>(look: () => T | Promise<T>, message = ""): ReturnType<typeof expect.poll<T>> {
  return expect.poll(look, { interval: betweenLooksMs, message });
}
