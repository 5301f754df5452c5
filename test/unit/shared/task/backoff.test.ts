import { describe, expect, it } from "vitest";
import { backoffSeconds } from "#shared/task/backoff.ts";
import { pollDelaySeconds } from "#shared/task/poll-delay.ts";
import { start } from "#test/support/task.ts";

const accepted = { acceptedAt: start, forecastSeconds: 20 };
const delayAfter = (seconds: number, paceSeconds = 3, task: Parameters<typeof pollDelaySeconds>[0] = accepted) =>
  pollDelaySeconds(task, start + seconds * 1000, { paceSeconds, firstLookSeconds: null });

describe("the wait before the next poll", () => {
  it("the first poll waits 40 % of the forecast, whatever the pace", () => {
    expect(delayAfter(0)).toBe(8);
    expect(delayAfter(0, 1)).toBe(8);
  });

  it("a poll before 40 % of the forecast are over waits only for the rest of them", () => {
    expect(delayAfter(5)).toBe(3);
  });

  it("a poll before the usual end of a job waits half as long again as after it", () => {
    expect([delayAfter(8, 1), delayAfter(11, 1), delayAfter(12, 1)]).toEqual([1.5, 1.5, 1]);
  });

  it("a task that may be ready is polled at the pace", () => {
    expect(delayAfter(20, 4)).toBe(4);
    expect(delayAfter(20, 1.25)).toBe(1.25);
    expect(delayAfter(40, 1)).toBe(1);
    expect(delayAfter(40, 3)).toBe(3);
  });

  it("the wait before a poll grows after twice the forecast, up to half a minute", () => {
    expect(delayAfter(60)).toBe(6);
    expect(delayAfter(60, 1)).toBe(2);
    expect(delayAfter(3600)).toBe(30);
    expect(delayAfter(36_000, 1)).toBe(30);
  });

  it("the wait before a poll never shrinks once a job has usually ended", () => {
    const delays = Array.from({ length: 500 }, (_, second) => delayAfter(12 + second));
    expect(delays).toEqual(delays.toSorted((a, b) => a - b));
  });

  it("the wait before a poll is at least one second", () => {
    for (let seconds = 0; seconds < 300; seconds += 0.37) {
      for (const forecastSeconds of [null, 0, 0.4, 1, 3.3, 23, 194]) {
        for (const paceSeconds of [1, 3]) {
          const delay = delayAfter(seconds, paceSeconds, { acceptedAt: start, forecastSeconds });
          expect(delay, `${seconds} s, forecast ${forecastSeconds}`).toBeGreaterThanOrEqual(1);
        }
      }
    }
  });

  it("the first poll waits as long as earlier jobs suggest, whatever the forecast, and then keeps to the pace", () => {
    const delay = (seconds: number) =>
      pollDelaySeconds(accepted, start + seconds * 1000, { paceSeconds: 1, firstLookSeconds: 13.4 });
    expect([delay(0), delay(5), delay(13), delay(14)]).toEqual([13.4, 8.4, 1, 1]);
  });

  it("a task without a forecast is polled as if it had the usual one", () => {
    expect(delayAfter(0, 3, { acceptedAt: start, forecastSeconds: null })).toBe(8);
  });

  it("a clock that goes back counts as no elapsed time", () => {
    expect(delayAfter(-100)).toBe(8);
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
