import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { progressAt, secondsLeft } from "#web/tasks/progress.ts";

describe("progress between two views", () => {
  const running = { status: "processing" as const, progress: 40, eta_seconds: 60 };

  test("progress follows the forecast between two views", () => {
    expect(progressAt(running, 0, 30_000)).toBe(70);
    expect(secondsLeft(running, 0, 30_500)).toBe(30);
  });

  test("progress never falls and never reaches 100, whatever the clock says", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 99 }), fc.option(fc.nat(600)), fc.integer(), (progress, eta, elapsed) => {
        const view = { status: "processing" as const, progress, eta_seconds: eta ?? undefined };
        const now = progressAt(view, 0, elapsed);
        expect(now).toBeGreaterThanOrEqual(progress);
        expect(now).toBeLessThanOrEqual(Math.max(98, progress));
      }),
    );
  });

  test("progress drifts without a forecast, and stands still while the task waits", () => {
    const creeping = progressAt({ status: "processing", progress: 40 }, 0, 20_000);
    expect(creeping).toBe(43);
    expect(progressAt({ status: "pending", progress: 0, eta_seconds: 10 }, 0, 20_000)).toBe(0);
  });

  test("a forecast that has passed gives no seconds left", () => {
    expect(secondsLeft({ eta_seconds: 5 }, 0, 6_000)).toBeNull();
    expect(secondsLeft({}, 0, 0)).toBeNull();
  });
});
