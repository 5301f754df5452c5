import { describe, expect, it } from "vitest";
import { backoffSeconds } from "#shared/task/backoff.ts";
import { pollDelaySeconds } from "#shared/task/poll-delay.ts";
import { start } from "#test/support/task.ts";

const accepted = { acceptedAt: start, forecastSeconds: 20 };
const delayAfter = (seconds: number, watched = false, task: Parameters<typeof pollDelaySeconds>[0] = accepted) =>
  pollDelaySeconds(task, start + seconds * 1000, { paceSeconds: 1, watched, firstLookSeconds: null });

describe("the wait before the next poll", () => {
  it("the first poll waits half the forecast", () => {
    expect(delayAfter(0)).toBe(10);
    expect(delayAfter(0, true)).toBe(10);
  });

  it("a poll before half the forecast is over waits only the rest of that half", () => {
    expect(delayAfter(7)).toBe(3);
  });

  it("a poll waits the operator's pace, or three times that for an unwatched task", () => {
    const delay = (watched: boolean) =>
      pollDelaySeconds(accepted, start + 20_000, { paceSeconds: 4, watched, firstLookSeconds: null });
    expect([delay(true), delay(false)]).toEqual([4, 12]);
  });

  it("a task that may be ready is polled every second when watched, else every three seconds", () => {
    expect(delayAfter(10, true)).toBe(1);
    expect(delayAfter(10)).toBe(3);
    expect(delayAfter(40, true)).toBe(1);
    expect(delayAfter(40)).toBe(3);
  });

  it("the wait before a poll grows after twice the forecast, up to half a minute", () => {
    expect(delayAfter(60)).toBe(6);
    expect(delayAfter(60, true)).toBe(2);
    expect(delayAfter(3600)).toBe(30);
    expect(delayAfter(36_000, true)).toBe(30);
  });

  it("the wait before a poll never shrinks once half the forecast is over", () => {
    const delays = Array.from({ length: 500 }, (_, second) => delayAfter(10 + second));
    expect(delays).toEqual(delays.toSorted((a, b) => a - b));
  });

  it("the wait before a poll is always a whole number of at least one second", () => {
    for (let seconds = 0; seconds < 300; seconds += 0.37) {
      for (const forecastSeconds of [null, 0, 0.4, 1, 3.3, 23, 194]) {
        for (const watched of [true, false]) {
          const delay = delayAfter(seconds, watched, { acceptedAt: start, forecastSeconds });
          expect(Number.isInteger(delay), `${seconds} s, forecast ${forecastSeconds}`).toBe(true);
          expect(delay).toBeGreaterThanOrEqual(1);
        }
      }
    }
  });

  it("the first poll waits as long as earlier jobs suggest, whatever the forecast, and then keeps to the pace", () => {
    const delay = (seconds: number) =>
      pollDelaySeconds(accepted, start + seconds * 1000, { paceSeconds: 1, watched: true, firstLookSeconds: 13.4 });
    expect([delay(0), delay(5), delay(13), delay(14)]).toEqual([13.4, 8.4, 1, 1]);
  });

  it("a task without a forecast is polled as if it had the usual one", () => {
    expect(delayAfter(0, false, { acceptedAt: start, forecastSeconds: null })).toBe(10);
  });

  it("a clock that goes back counts as no elapsed time", () => {
    expect(delayAfter(-100)).toBe(10);
  });
});

describe("the wait before the next attempt", () => {
  it("the wait before an attempt doubles from the first wait up to the longest", () => {
    expect([1, 2, 3, 4, 5, 6].map((attempt) => backoffSeconds(attempt, 5, 60))).toEqual([5, 10, 20, 40, 60, 60]);
  });

  it("the wait before an attempt is the first wait when no attempt is counted", () => {
    expect(backoffSeconds(0, 5, 60)).toBe(5);
    expect(backoffSeconds(-3, 5, 60)).toBe(5);
  });

  it("the wait before an attempt stays finite after very many attempts", () => {
    expect(backoffSeconds(100_000, 5, 60)).toBe(60);
  });
});
