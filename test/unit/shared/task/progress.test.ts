import { describe, expect, it } from "vitest";
import { phases } from "#shared/task/phases.ts";
import { etaSeconds, progressOf } from "#shared/task/progress.ts";
import { aStoredImage, aTask, start } from "#test/support/task.ts";

const later = (seconds: number) => start + seconds * 1000;
const stored = (count: number) => Array.from({ length: count }, (_, index) => aStoredImage(index));

describe("progress", () => {
  it.each(["parked", "ready", "submitting"] as const)(
    "progress is 0 before the upstream accepts the job (%s)",
    (phase) => {
      expect(progressOf(aTask(phase), later(1000))).toBe(0);
    },
  );

  it("progress is above 0 from the acceptance", () => {
    expect(progressOf(aTask("running", { progress: 0 }), start)).toBe(5);
  });

  it("progress moves with time, towards the end but never to it", () => {
    const seen = Array.from({ length: 3600 }, (_, second) => progressOf(aTask("running"), later(second)));
    expect(seen).toEqual(seen.toSorted((a, b) => a - b));
    expect(progressOf(aTask("running"), later(23))).toBeGreaterThan(50);
    expect(seen.at(-1)).toBeLessThanOrEqual(90);
  });

  it("progress moves with the images that are stored", () => {
    const seen = [0, 1, 2, 3, 4].map((count) => progressOf(aTask("running", { images: stored(count) }), start));
    expect(seen).toEqual([5, 27, 50, 72, 95]);
  });

  it("progress by images stops at 95 when more images come than were planned", () => {
    expect(progressOf(aTask("running", { images: stored(8) }), start)).toBe(95);
  });

  it("stored images do not move progress while the planned number is unknown", () => {
    expect(progressOf(aTask("running", { planned: null, images: stored(4) }), start)).toBe(5);
  });

  it("progress is at least 90 once the upstream is done", () => {
    expect(progressOf(aTask("storing", { progress: 0 }), start)).toBe(90);
  });

  it("progress never falls", () => {
    for (const phase of phases) expect(progressOf(aTask(phase, { progress: 77 }), start)).toBeGreaterThanOrEqual(77);
  });

  it("progress is 100 only when the task is completed", () => {
    for (const phase of phases) {
      const progress = progressOf(aTask(phase, { images: stored(4) }), later(1_000_000));
      expect(progress === 100, phase).toBe(phase === "completed");
    }
  });

  it.each(["failed", "cancelled"] as const)("progress stays where it was when the task is %s", (phase) => {
    expect(progressOf(aTask(phase, { progress: 42 }), later(99))).toBe(42);
  });

  it("progress is a whole number at every moment", () => {
    for (let seconds = 0; seconds < 100; seconds += 0.7) {
      for (const forecastSeconds of [null, 0, 0.3, 23]) {
        const progress = progressOf(aTask("running", { forecastSeconds }), later(seconds));
        expect(Number.isInteger(progress), `${seconds} s, forecast ${forecastSeconds}`).toBe(true);
      }
    }
  });

  it("a clock that goes back counts as no elapsed time", () => {
    expect(progressOf(aTask("running"), later(-50))).toBe(5);
  });
});

describe("the time left", () => {
  it("the time left is the forecast less the time gone by", () => {
    expect(etaSeconds(aTask("running"), later(10))).toBe(13);
  });

  it("the time left is never less than a second", () => {
    expect(etaSeconds(aTask("running"), later(1000))).toBe(1);
  });

  it("the time left is a second while the last images are copied", () => {
    expect(etaSeconds(aTask("storing"), later(5))).toBe(1);
  });

  it("the time left is unknown without a forecast", () => {
    expect(etaSeconds(aTask("running", { forecastSeconds: null }), start)).toBeNull();
  });

  it.each(["parked", "ready", "submitting", "completed", "failed", "cancelled"] as const)(
    "the time left is unknown when the task is %s",
    (phase) => {
      expect(etaSeconds(aTask(phase), start)).toBeNull();
    },
  );
});
