import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Deadline } from "#shared/deadline.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it("a deadline aborts its signal when the time is over, with a TimeoutError", () => {
  const { signal } = Deadline.after(1000);
  vi.advanceTimersByTime(999);
  expect(signal.aborted).toBe(false);
  vi.advanceTimersByTime(1);
  expect(signal.reason).toMatchObject({ name: "TimeoutError" });
});

it("a deadline that has left its block has no timer, and never aborts", () => {
  const seen: AbortSignal[] = [];
  {
    using deadline = Deadline.after(1000);
    seen.push(deadline.signal);
    expect(vi.getTimerCount()).toBe(1);
  }
  expect(vi.getTimerCount()).toBe(0);
  vi.advanceTimersByTime(1000);
  expect(seen.map(({ aborted }) => aborted)).toEqual([false]);
});
